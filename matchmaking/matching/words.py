"""The parts of a score in sentences: what fits, what does not, and what nobody stated. Made from their facts alone.

`asking` reads “You ask for TRL 6 or more; they offer 7.”, `offering` reads “They ask for TRL 6 or more; you offer 7.”
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from matchmaking.matching import parts as names
from matchmaking.matching.parts import Part, could_be, earned, total
from matchmaking.matching.phrases import closed_up
from matchmaking.matching.sentences import ASKS, FITS, MISSES, SENTENCES, Told


@dataclass(frozen=True)
class Reason:
    """One sentence about one part."""

    part: str
    words: str


@dataclass(frozen=True)
class Explained:
    fits: list[Reason] = field(default_factory=list)
    misses: list[Reason] = field(default_factory=list)
    questions: list[Reason] = field(default_factory=list)


def explained(parts: Sequence[Part], *, side: str) -> Explained:
    """In the active language, to the side that reads: `asking` or `offering`.

    Stored parts may be older than the code: what lacks the facts of a sentence is left out.
    """
    found = Explained()
    rooms = {FITS: found.fits, MISSES: found.misses, ASKS: found.questions}
    for part in parts:
        for kind, words in _sentences(part, asks=side == "asking"):
            if kind == ASKS and (most := _could_be(parts, part)) > total(parts):
                lift = _("It may lift this match to %(score)d.") % {"score": most}
                words = _("%(words)s %(lift)s") % {"words": words, "lift": lift}
            rooms[kind].append(Reason(part.name, closed_up(words)))
    return found


def _sentences(part: Part, *, asks: bool) -> Iterator[Told]:
    """As far as its facts reach."""
    if part.name not in SENTENCES:
        return
    try:
        yield from SENTENCES[part.name](part, asks)
    except (KeyError, TypeError, ValueError):
        return


def part_label(name: str) -> str:
    labels = {
        names.SUBJECT: _("Subject"),
        names.REQUIREMENTS: _("Requirements"),
        names.SECTOR: _("Field"),
        names.MATURITY: _("Maturity"),
        names.MODES: _("Way of working"),
        names.BUDGET: _("Budget"),
        names.EQUITY: _("Shares"),
        names.TEAM: _("Team"),
        names.REGION: _("Region"),
        names.DEADLINE: _("Time"),
        names.UNSAID: _("Not said"),
    }
    return labels.get(name, name)


def _could_be(parts: Sequence[Part], part: Part) -> int:
    """The score if what is open of a part turned out to fit."""
    if part.is_open:
        return could_be(parts, part)
    targets = part.facts.get("targets", ())
    unknown = sum(row["stated"] is None for row in targets)
    value = (part.value or 0.0) + (unknown / len(targets) if targets else 0.0)
    return total(parts) - part.points + earned(part.weight, value)
