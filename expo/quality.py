"""How complete a record is: what it must have to be public, and what would help its readers. Pure but for its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from expo.models import Innovation, Instrument, Origin, PolicyRule, Product, Rate, Secrecy
from expo.models.base import Bilingual

MUST, BETTER = 3, 1  # what is needed weighs three times what only helps
GOOD, WHOLE = 60, 90  # from these scores on it is good, and complete
TRL_MONTHS = "innovation.trl_months"


@dataclass(frozen=True)
class Wish:
    """Something a record has or lacks, in words that follow “It lacks:”."""

    words: str
    met: bool
    must: bool = False


@dataclass(frozen=True)
class Quality:
    """`score` is 0 to 100. What is `lacking` keeps it from being public, what is `better` would help."""

    score: int
    label: str
    lacking: tuple[str, ...]
    better: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        return not self.lacking


def measure(wishes: Iterable[Wish]) -> Quality:
    """The share of the wishes that are met, by weight, and the others in words."""
    rows = list(wishes)
    weights = {True: MUST, False: BETTER}
    most = sum(weights[row.must] for row in rows)
    score = round(100 * sum(weights[row.must] for row in rows if row.met) / most) if most else 100
    lacking = tuple(row.words for row in rows if row.must and not row.met)
    better = tuple(row.words for row in rows if not row.must and not row.met)
    return Quality(score, _label(score, lacking), lacking, better)


def _label(score: int, lacking: tuple[str, ...]) -> str:
    if lacking:
        return _("not ready yet")
    if score >= WHOLE:
        return _("complete")
    return _("good") if score >= GOOD else _("thin")


def missing(wishes: Iterable[Wish]) -> list[str]:
    """What keeps a record from being public, in words; empty when nothing does."""
    return list(measure(wishes).lacking)


# ------------------------------------------------------------------ what the nouns share
def claim(record: Any) -> Wish:
    return Wish(_("the one sentence that says what it is"), bool(record.claim), must=True)


def sector(record: Any) -> Wish:
    return Wish(_("a sector"), record.sector_id is not None, must=True)


def picture(record: Any) -> Wish:
    return Wish(_("a picture"), record.pictures.all().exists())


def second_language(record: Any) -> Wish:
    """Every text that is there in one language is there in the other one too."""
    names = [
        name for base in type(record).__mro__ for name, value in vars(base).items() if isinstance(value, Bilingual)
    ]
    halves = any(bool(getattr(record, f"{name}_en")) != bool(getattr(record, f"{name}_zh")) for name in names)
    return Wish(_("the second language for every text"), not halves)


# ------------------------------------------------------------------ the nouns
def innovation_wishes(rule: PolicyRule | None, *, today: dt.date) -> Callable[[Innovation], list[Wish]]:
    """By the rule that says how old the judgment of a TRL may be: an unverified one helps, it never blocks."""

    def wishes(record: Innovation) -> list[Wish]:
        theirs = record.origin == Origin.PARTICIPANT
        return [
            claim(record),
            sector(record),
            Wish(_("a secrecy of “public”: nothing else is published"), record.secrecy == Secrecy.PUBLIC, must=True),
            Wish(
                _("the holder's confirmation that it may offer the rights"),
                record.ownership_confirmed or not theirs,
                must=theirs,
            ),
            Wish(_("evidence for its TRL"), not record.trl or record.evidence.all().exists(), must=bool(record.trl)),
            _fresh_trl(record, rule, today, theirs),
            Wish(_("a TRL"), bool(record.trl)),
            Wish(_("what it does, in some sentences"), bool(record.abstract)),
            Wish(_("where it can be used"), bool(record.uses)),
            Wish(_("a metric in figures"), record.metrics.all().exists()),
            Wish(_("a way of cooperation that is offered"), record.offered_modes.all().exists()),
            Wish(_("the rights it rests on"), record.ip_rights.all().exists()),
            Wish(_("evidence: a test report, a user's proof"), record.evidence.all().exists()),
            second_language(record),
            picture(record),
        ]

    return wishes


def _fresh_trl(record: Innovation, rule: PolicyRule | None, today: dt.date, theirs: bool) -> Wish:
    day = record.trl_assessed_on
    if rule is None or day is None or not record.trl:
        return Wish("", True)
    words = _("a newer judgment of its TRL: that of %(day)s is more than %(months)s months old") % {
        "day": date_format(day, "DATE_FORMAT"), "months": rule.value,
    }  # fmt: skip
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return Wish(words, months < int(rule.value), must=rule.is_verified and theirs)


def wishes_of_innovations() -> Callable[[Innovation], list[Wish]]:
    """With the rule in force today."""
    today = timezone.localdate()
    rule = PolicyRule.objects.on(today).filter(key=TRL_MONTHS).order_by("-valid_from").first()
    return innovation_wishes(rule, today=today)


def product_wishes(record: Product) -> list[Wish]:
    return [
        claim(record),
        sector(record),
        Wish(_("a description"), bool(record.description)),
        Wish(_("a price"), record.price is not None),
        Wish(_("the unit it is sold in"), bool(record.unit)),
        Wish(_("a lead time"), record.lead_time_days is not None),
        second_language(record),
        picture(record),
    ]


def _has_rate_for_others(record: Instrument) -> bool:
    """From the rows that are at hand, where a list fetched them for all its records."""
    if "rates" in getattr(record, "_prefetched_objects_cache", {}):
        return any(rate.audience != Rate.Audience.INTERNAL for rate in record.rates.all())
    return record.rates.exclude(audience=Rate.Audience.INTERNAL).exists()


def instrument_wishes(record: Instrument) -> list[Wish]:
    return [
        claim(record),
        Wish(_("a way to use it"), record.service_modes.all().exists(), must=True),
        Wish(_("a rate for others"), _has_rate_for_others(record), must=True),
        Wish(_("a sector"), record.sector_id is not None),
        Wish(_("what it can do, in some sentences"), bool(record.functions)),
        Wish(_("in figures what it can measure or make"), record.capabilities.all().exists()),
        Wish(_("where it stands"), bool(record.location)),
        Wish(
            _("the person who looks after it, for the organizers"), bool(record.contact_name and record.contact_email)
        ),
        second_language(record),
        picture(record),
    ]
