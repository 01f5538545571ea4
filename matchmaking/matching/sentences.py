"""One part of a score in sentences, from its facts alone: for the side that asks, else for the one that offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from matchmaking.matching import parts as names
from matchmaking.matching.parts import Part
from matchmaking.matching.phrases import amounts, date, figure, listed, matter, mode_label, region_label

FITS, MISSES, ASKS = "fits", "misses", "asks"
HALF = 0.5  # from which a part counts as one that fits
MOST_NAMED = 4  # of what a demand does not say, the weightiest first
Told = tuple[str, str]  # one of the three above, a sentence


def _kind(part: Part) -> str:
    return FITS if (part.value or 0.0) >= HALF else MISSES


def _here(facts: Mapping[str, Any], name: str = "") -> str:
    """The text of two languages that fits the reader: `name_zh`, or `zh` where it has no name."""
    prefix = f"{name}_" if name else ""
    zh, en = facts.get(f"{prefix}zh", ""), facts.get(f"{prefix}en", "")
    return str((zh or en) if (get_language() or "en").startswith("zh") else (en or zh))


# ------------------------------------------------------------------ subject
def _subject(part: Part, asks: bool) -> Iterator[Told]:
    if part.is_open:
        yield ASKS, _("Their text has not been read yet.") if asks else _("Your text has not been read yet.")
        return
    facts = part.facts
    first, second = ("zh", "en") if (get_language() or "en").startswith("zh") else ("en", "zh")
    lang = next((lang for lang in (first, second) if facts.get(f"count_{lang}") or facts.get(f"shared_{lang}")), "")
    if lang:
        data = {
            "shared": facts[f"count_{lang}"],
            "asked": facts[f"asked_{lang}"],
            "words": listed(facts[f"shared_{lang}"]),
        }
        if asks:
            words = ngettext(
                "%(shared)d of your %(asked)d key terms occurs in their text: %(words)s.",
                "%(shared)d of your %(asked)d key terms occur in their text: %(words)s.",
                data["shared"],
            )
        else:
            words = ngettext(
                "%(shared)d of their %(asked)d key terms occurs in your text: %(words)s.",
                "%(shared)d of their %(asked)d key terms occur in your text: %(words)s.",
                data["shared"],
            )
        yield _kind(part), words % data
    elif (part.value or 0.0) >= HALF:
        yield FITS, _("Both titles are near in meaning, in other words.")
    elif (part.value or 0.0) > 0.0:
        yield MISSES, _("Both titles are somewhat near in meaning, but the texts share no key term.")
    else:
        yield MISSES, _("The texts share no key term.")


# ------------------------------------------------------------------ requirements
def _requirements(part: Part, asks: bool) -> Iterator[Told]:
    rows = part.facts.get("targets", ())
    for row in rows:
        if row["stated"] is not None:
            data = {
                "name": capfirst(_here(row, "name")),
                "target": figure(row, row),
                "stated": figure(row["stated"], row),
            }
            if row["verdict"] == "partly":
                words = (
                    _("%(name)s: you ask for %(target)s; they state %(stated)s, which reaches it only in part.")
                    if asks
                    else _("%(name)s: they ask for %(target)s; you state %(stated)s, which reaches it only in part.")
                )
            else:
                words = (
                    _("%(name)s: you ask for %(target)s; they state %(stated)s.")
                    if asks
                    else _("%(name)s: they ask for %(target)s; you state %(stated)s.")
                )
            yield (FITS if row["verdict"] == "met" else MISSES), words % data
    if unknown := [row for row in rows if row["stated"] is None]:
        targets = [_("%(name)s (%(target)s)") % {"name": _here(r, "name"), "target": figure(r, r)} for r in unknown]
        words = (
            _("You ask for figures they do not state: %(targets)s.")
            if asks
            else _("They ask for figures you do not state: %(targets)s.")
        )
        yield ASKS, words % {"targets": listed(targets)}


# ------------------------------------------------------------------ sector and maturity
def _sector(part: Part, asks: bool) -> Iterator[Told]:
    facts = part.facts
    data = {"wanted": _here(facts["wanted"]), "offered": _here(facts["offered"]) if facts["offered"] else ""}
    if part.is_open:
        words = _("They name no field. Yours is %(wanted)s.") if asks else _("You name no field. Theirs is %(wanted)s.")
        yield ASKS, words % data
    elif part.value == 1.0:
        yield FITS, _("Both are of the same field: %(wanted)s.") % data
    elif _kind(part) == FITS:
        yield FITS, _("One field is part of the other: %(wanted)s and %(offered)s.") % data
    elif part.value:
        yield MISSES, _("The fields are neighbors: %(wanted)s and %(offered)s.") % data
    else:
        words = (
            _("Your field is %(wanted)s, theirs is %(offered)s.")
            if asks
            else _("Their field is %(wanted)s, yours is %(offered)s.")
        )
        yield MISSES, words % data


def _maturity(part: Part, asks: bool) -> Iterator[Told]:
    facts = part.facts
    if part.is_open:
        words = (
            _("They state no TRL. You ask for %(wanted)d or more.")
            if asks
            else _("You state no TRL. They ask for %(wanted)d or more.")
        )
        yield ASKS, words % facts
        return
    if facts["is_in_use"]:
        words = (
            _("You ask for TRL %(wanted)d or more; theirs can be had today.")
            if asks
            else _("They ask for TRL %(wanted)d or more; yours can be had today.")
        )
    else:
        words = (
            _("You ask for TRL %(wanted)d or more; they offer %(offered)d.")
            if asks
            else _("They ask for TRL %(wanted)d or more; you offer %(offered)d.")
        )
    yield (FITS if facts["offered"] >= facts["wanted"] else MISSES), words % facts


# ------------------------------------------------------------------ terms
def _modes(part: Part, asks: bool) -> Iterator[Told]:
    wanted, offered, served = (
        listed([mode_label(mode) for mode in part.facts[name]]) for name in ("wanted", "offered", "served")
    )
    data = {"wanted": wanted, "offered": offered, "served": served}
    if thing := part.facts.get("thing"):
        yield _kind(part), _of_thing(thing, _kind(part) == FITS, asks) % data
    elif part.is_open:
        words = (
            _("They name no way of working. You could agree to: %(wanted)s.")
            if asks
            else _("You name no way of working. They could agree to: %(wanted)s.")
        )
        yield ASKS, words % data
    elif part.facts["served"]:
        words = (
            _("You could agree to: %(served)s. They offer: %(offered)s.")
            if asks
            else _("They could agree to: %(served)s. You offer: %(offered)s.")
        )
        yield FITS, words % data
    else:
        words = (
            _("You could agree to: %(wanted)s. They offer only: %(offered)s.")
            if asks
            else _("They could agree to: %(wanted)s. You offer only: %(offered)s.")
        )
        yield MISSES, words % data


def _of_thing(noun: str, is_answer: bool, asks: bool) -> str:
    """A product is bought and an instrument used: an answer to some demands, none to who looks for rights."""
    if noun == "product":
        if is_answer:
            return _("It is for sale.")
        return (
            _("It is for sale; you look for: %(wanted)s.") if asks else _("It is for sale; they look for: %(wanted)s.")
        )
    if is_answer:
        return _("It can be used by others.")
    return (
        _("It can be used by others; you look for: %(wanted)s.")
        if asks
        else _("It can be used by others; they look for: %(wanted)s.")
    )


def _budget(part: Part, asks: bool) -> Iterator[Told]:
    facts = part.facts
    data = {name: amounts(facts[name][0], facts[name][1], facts[f"{name}_currency"]) for name in ("budget", "price")}
    if facts["least"] > 1:
        data["price"] = _("%(price)s for %(count)d, the smallest order") % {**data, "count": facts["least"]}
    if facts["is_contradictory"]:
        yield ASKS, _("A range ends below where it begins: budget %(budget)s, price %(price)s.") % data
    elif not part.is_open:
        words = (
            _("Your budget is %(budget)s; their price is %(price)s.")
            if asks
            else _("Their budget is %(budget)s; your price is %(price)s.")
        )
        yield _kind(part), words % data
    elif not facts["is_of_one_currency"]:
        words = (
            _("Your budget is %(budget)s, their price %(price)s: two currencies, which are not compared.")
            if asks
            else _("Their budget is %(budget)s, your price %(price)s: two currencies, which are not compared.")
        )
        yield ASKS, words % data
    else:
        words = (
            _("They name no price. Your budget is %(budget)s.")
            if asks
            else _("You name no price. Their budget is %(budget)s.")
        )
        yield ASKS, words % data


def _equity(part: Part, asks: bool) -> Iterator[Told]:
    accepts, offers = part.facts["accepts"], part.facts["offers"]
    if part.is_open:
        kind, mine, theirs = (
            ASKS,
            *(
                (
                    _("You would give shares; they do not say whether they would take them."),
                    _("They would give shares; you do not say whether you would take them."),
                )
                if accepts
                else (
                    _("You would give no shares; they do not say whether they want them."),
                    _("They would give no shares; you do not say whether you want them."),
                )
            ),
        )
    elif accepts and offers:
        kind, mine, theirs = (
            FITS,
            _("You would give shares; they would bring their rights in for shares."),
            _("They would give shares; you would bring your rights in for shares."),
        )
    elif accepts:
        kind, mine, theirs = (
            FITS,
            _("You would give shares, but need not: they ask for none."),
            _("They would give shares, but need not: you ask for none."),
        )
    elif (part.value or 0.0) < HALF:
        kind, mine, theirs = (
            MISSES,
            _("You would give no shares; they work for nothing else."),
            _("They would give no shares; you work for nothing else."),
        )
    else:
        kind, mine, theirs = (
            FITS,
            _("You would give no shares; they offer other ways."),
            _("They would give no shares; you offer other ways."),
        )
    yield kind, mine if asks else theirs


def _team(part: Part, asks: bool) -> Iterator[Told]:
    if part.is_open:
        yield (
            ASKS,
            (
                _("You want the people to come along; they do not say whether they would.")
                if asks
                else _("They want the people to come along; you do not say whether yours would.")
            ),
        )
    elif part.facts["available"]:
        yield (
            FITS,
            (
                _("You want the people to come along, and they would.")
                if asks
                else _("They want the people to come along, and yours would.")
            ),
        )
    else:
        yield (
            MISSES,
            (
                _("You want the people to come along; theirs would not.")
                if asks
                else _("They want the people to come along; yours would not.")
            ),
        )


# ------------------------------------------------------------------ where and when
def _region(part: Part, asks: bool) -> Iterator[Told]:
    data = {
        "wanted": region_label(part.facts["wanted"]),
        "offered": listed([region_label(code) for code in part.facts["offered"]]),
    }
    if part.is_open:
        words = (
            _("They do not say where they are. You would prefer: %(wanted)s.")
            if asks
            else _("You do not say where you are. They would prefer: %(wanted)s.")
        )
        yield ASKS, words % data
    elif _kind(part) == FITS:
        words = (
            _("You would prefer a partner in this region, and they are there: %(wanted)s.")
            if asks
            else _("They would prefer a partner in this region, and you are there: %(wanted)s.")
        )
        yield FITS, words % data
    else:
        words = (
            _("You would prefer: %(wanted)s. They are elsewhere: %(offered)s.")
            if asks
            else _("They would prefer: %(wanted)s. You are elsewhere: %(offered)s.")
        )
        yield MISSES, words % data


def _deadline(part: Part, asks: bool) -> Iterator[Told]:
    data = {"wanted": date(part.facts["wanted"]), "offered": date(part.facts["offered"])}
    if part.is_open:
        words = (
            _("They do not say when it is ready. You need it by %(wanted)s.")
            if asks
            else _("You do not say when it is ready. They need it by %(wanted)s.")
        )
        yield ASKS, words % data
        return
    words = (
        _("You need it by %(wanted)s; it is ready on %(offered)s.")
        if asks
        else _("They need it by %(wanted)s; yours is ready on %(offered)s.")
    )
    yield (FITS if part.value == 1.0 else MISSES), words % data


# ------------------------------------------------------------------ what the demand does not say
def _unsaid(part: Part, asks: bool) -> Iterator[Told]:
    words = (
        _("You say nothing of: %(matters)s.")
        if asks
        else _("In public they say nothing of: %(matters)s. What they say later may also speak against this match.")
    )
    yield ASKS, words % {"matters": listed([matter(name) for name in part.facts["parts"][:MOST_NAMED]])}


SENTENCES: Mapping[str, Callable[[Part, bool], Iterator[Told]]] = {
    names.SUBJECT: _subject,
    names.REQUIREMENTS: _requirements,
    names.SECTOR: _sector,
    names.MATURITY: _maturity,
    names.MODES: _modes,
    names.BUDGET: _budget,
    names.EQUITY: _equity,
    names.TEAM: _team,
    names.REGION: _region,
    names.DEADLINE: _deadline,
    names.UNSAID: _unsaid,
}
