"""Rectangles on a floor, and where between them there is room for a word. Pure: no ORM, no HTML.

One unit is a decimetre; x grows to the east, y to the south.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

UNITS_PER_METRE = 10


class Measured(Protocol):
    """Anything with a rectangle in metres."""

    x: Decimal
    y: Decimal
    width: Decimal
    depth: Decimal


def units(metres: Decimal | float) -> int:
    return round(metres * UNITS_PER_METRE)


@dataclass(frozen=True)
class Rect:
    x: int
    y: int
    width: int
    height: int

    @classmethod
    def of(cls, area: Measured) -> Rect:
        """Edges are rounded, not lengths, so that neighbors still touch."""
        x, y = units(area.x), units(area.y)
        return cls(x, y, units(area.x + area.width) - x, units(area.y + area.depth) - y)

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def outline(self) -> str:
        """The rectangle as a step of a drawn path."""
        return f"M{self.x} {self.y}h{self.width}v{self.height}h-{self.width}z"

    def grown(self, by: int) -> Rect:
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def overlaps(self, other: Rect) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Rect) -> bool:
        return self.x <= other.x and self.y <= other.y and self.right >= other.right and self.bottom >= other.bottom

    def distance_to(self, x: int, y: int) -> float:
        """From its edge to a point; 0 inside."""
        dx, dy = max(self.x - x, 0, x - self.right), max(self.y - y, 0, y - self.bottom)
        return float((dx * dx + dy * dy) ** 0.5)


@dataclass(frozen=True)
class Spot:
    """Where a text stands: the point of its baseline that `anchor` (start, middle, end) names, and its height."""

    x: int
    y: int
    size: int
    anchor: str
    box: Rect


def is_free(box: Rect, *, within: Rect, taken: Iterable[Rect]) -> bool:
    return within.holds(box) and not any(box.overlaps(other) for other in taken)


LETTER_WIDTH, LETTER_HEIGHT = 0.78, 0.74  # of a bold capital, in parts of its size
LETTER_SHRINKS = 0.9
LETTER_STEP = 10  # a metre


def letter_spot(zone: Rect, taken: Sequence[Rect], *, largest: int, smallest: int) -> Spot:
    """A place for a zone's letter that no stand covers: its north-west corner, or where the letter can be biggest."""
    corner = (zone.x + LETTER_STEP, zone.y + LETTER_STEP)
    room = [
        (x, y)
        for y in range(corner[1], zone.bottom - LETTER_STEP, LETTER_STEP)
        for x in range(corner[0], zone.right - LETTER_STEP, LETTER_STEP)
    ]
    most = min(largest, round(zone.height * 0.45), round(zone.width * 0.4))
    for points, least in (([corner], max(largest // 2, smallest)), (room, smallest)):
        size = float(most)
        while size >= least:
            for x, y in points:
                box = Rect(x, y, round(size * LETTER_WIDTH), round(size * LETTER_HEIGHT))
                if is_free(box, within=zone, taken=taken):
                    return Spot(x, box.bottom, round(size), "start", box)
            size *= LETTER_SHRINKS
    box = Rect(zone.x + 4, zone.y + 4, smallest, smallest)
    return Spot(box.x, box.y + round(smallest * LETTER_HEIGHT), smallest, "start", box)


WIDE_FROM = "\N{CJK RADICAL REPEAT}"


def text_width(text: str, size: int) -> int:
    """About how long a text is: Han take a square each, others little more than half of one."""
    return round(sum(1.0 if letter >= WIDE_FROM else 0.56 for letter in text) * size)


def label_spot(text: str, x: int, y: int, *, size: int, away: int, within: Rect, taken: Sequence[Rect]) -> Spot | None:
    """Room for a label beside a point, east or west, below or above; None where there is none."""
    width, half = text_width(text, size), size // 2
    for anchor, left, top, at in (
        ("start", x + away, y - half, x + away),
        ("end", x - away - width, y - half, x - away),
        ("middle", x - width // 2, y + away, x),
        ("middle", x - width // 2, y - away - size, x),
    ):
        box = Rect(left, top, width, size)
        if is_free(box, within=within, taken=taken):
            return Spot(at, top + round(size * 0.85), size, anchor, box)
    return None
