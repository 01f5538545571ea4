"""Format only: how far an innovation reaches what a demand asks for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django import template

from matchmaking.matching.figures import Verdict
from matchmaking.targets import Answer

register = template.Library()
GAP = Decimal("1.00")  # per cent of the bar between two targets
EARNED = {Verdict.MET: Decimal(1), Verdict.PARTLY: Decimal("0.5")}


@dataclass(frozen=True)
class Track:
    """One target on the score bar, in per cent of its width: as wide as all, filled as far as it is met."""

    x: str
    width: str
    filled: str
    is_partly: bool


@register.filter
def tracks(answer: Answer) -> list[Track]:
    count = len(answer.comparisons)
    width = (100 - GAP * (count - 1)) / count
    return [
        Track(
            f"{i * (width + GAP):.2f}",
            f"{width:.2f}",
            f"{width * EARNED[row.verdict]:.2f}" if row.verdict in EARNED else "",
            row.verdict == Verdict.PARTLY,
        )
        for i, row in enumerate(answer.comparisons)
    ]
