"""Format only: the score of a match as a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template

register = template.Library()
GAP = Decimal("0.8")  # per cent of the bar between two parts
LOW = 0.5  # of a part: less is drawn as weak


@dataclass(frozen=True)
class Track:
    """One part on the bar, in per cent of its width: as wide as its weight, filled as far as it is earned."""

    x: str
    width: str
    filled: str
    is_low: bool


@register.filter
def noun_of(record: Any) -> str:
    """What kind of record it is, in a word."""
    return str(record._meta.verbose_name)


@register.filter
def score_tracks(pieces: Sequence[Any]) -> list[Track]:
    """`pieces` have a `part` (matching.parts.Part)."""
    parts = [piece.part for piece in pieces]
    room, x = Decimal(100) - GAP * (len(parts) - 1), Decimal(0)
    found = []
    for part in parts:
        width = room * part.weight / 100
        filled = width * part.points / part.weight if part.weight else Decimal(0)
        is_low = part.weight > 0 and part.points < LOW * part.weight
        found.append(Track(f"{x:.2f}", f"{width:.2f}", f"{filled:.2f}" if part.points else "", is_low))
        x += width + GAP
    return found
