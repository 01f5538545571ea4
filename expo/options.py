"""What the facets offer to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from expo.models import Country, Edition, Hall, InnovationPlatform, Organization, Parameter, Sector, Session, Zone
from expo.search.facets import NOT_STATED, Option
from expo.search.measures import key_of


def of_choices(choices: type[TextChoices], *, not_stated: bool = False) -> Callable[[], list[Option]]:
    rows = [Option(value, label) for value, label in choices.choices]
    if not_stated:
        rows.append(Option(NOT_STATED, _("not stated")))
    return lambda: rows


def zones(of: Sequence[Edition] | None = None) -> Iterable[Option]:
    """Of the current edition or of those named; of two with one letter the newer."""
    rows = Zone.objects.public() if of is None else Zone.objects.filter(edition__in=of)
    rows = rows.order_by("letter", "edition__number")
    return {zone.letter: Option(zone.letter, zone.name, plate=zone.letter, hue=zone.hue) for zone in rows}.values()


def halls(of: Sequence[Edition] | None = None) -> Iterable[Option]:
    """Of the current edition or of those named; of two with one slug the newer."""
    rows = Hall.objects.public() if of is None else Hall.objects.filter(edition__in=of)
    rows = rows.order_by("position", "slug", "edition__number")
    return {hall.slug: Option(hall.slug, hall.name) for hall in rows}.values()


def sectors() -> Iterable[Option]:
    """First-level sectors, each followed by its children."""
    rows = list(Sector.objects.public())
    for parent in (row for row in rows if not row.parent_id):
        yield Option(parent.slug, parent.name)
        for child in (row for row in rows if row.parent_id == parent.pk):
            yield Option(child.slug, child.name, depth=1)


def used_countries() -> Iterable[Option]:
    codes = Organization.objects.public().order_by("country").values_list("country", flat=True).distinct()
    return [Option(str(code), countries.name(code)) for code in codes]


def organizations(slugs: Sequence[str]) -> Iterable[Option]:
    return [Option(row.slug, row.name) for row in Organization.objects.public().filter(slug__in=slugs)]


def platforms() -> Iterable[Option]:
    return [Option(row.slug, row.name) for row in InnovationPlatform.objects.public()]


def partner_countries() -> Iterable[Option]:
    """Those that partner cities lie in."""
    return [Option(row.slug, row.name) for row in Country.objects.filter(partner_cities__isnull=False).distinct()]


def parameters() -> Iterable[Option]:
    return [Option(row.slug, row.name) for row in Parameter.objects.all()]


def measured_parameters() -> Iterable[Option]:
    """Each parameter, and its change in per cent, which is another thing."""
    for row in Parameter.objects.all():
        yield Option(key_of(row.slug, is_change=False), row.name, unit=row.unit)
        change = _("change of %(parameter)s") % {"parameter": row.name}
        yield Option(key_of(row.slug, is_change=True), change, unit="%")


def editions() -> Iterable[Option]:
    return [Option(str(row.number), row.name) for row in Edition.objects.public()]


def days(of: Sequence[Edition]) -> Iterable[Option]:
    rows = Session.objects.public().filter(edition__in=of).order_by("starts_at")
    found = dict.fromkeys(session.day for session in rows)
    return [Option(day.isoformat(), date_format(day, "DATE_FORMAT")) for day in found]


TRL_BUCKETS = {"1-3": (1, 3), "4-6": (4, 6), "7-9": (7, 9)}


def trl_options() -> list[Option]:
    return [
        Option("1-3", _("TRL 1–3, principle shown")),
        Option("4-6", _("TRL 4–6, tested as a pilot")),
        Option("7-9", _("TRL 7–9, ready for production")),
        Option(NOT_STATED, _("not stated")),
    ]
