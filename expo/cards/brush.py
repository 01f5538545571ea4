"""A brush for pictures in the fair's colors: lengths in a frame of 1200 by 630, smooth edges, few colors, small files.

The same strokes give the same pixels on every machine: points are rounded before they are painted.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw

WIDTH, HEIGHT = 1200, 630
FINENESS = 4  # painted so many times larger, then averaged: that smooths the edges
COLORS = 96  # in the finished file; line art of one hue needs no more
PAPER, INK, SHADE, WHITE, CINNABAR = "#fbfaf7", "#14202e", "#f3efe7", "#ffffff", "#b93a26"
HUES = {  # as in site.css, light: color and tint
    "a": ("#3f4fa6", "#eaecf7"),
    "b": ("#1c6a99", "#e4eff6"),
    "c": ("#85560f", "#f6eddc"),
    "d": ("#86366c", "#f6e8f1"),
    "e": ("#59661a", "#eff1dd"),
    "s": ("#1d6f63", "#e2f0ec"),
    "m": ("#4a5665", "#ebedf0"),
    "u": ("#6b3aa5", "#f1eaf9"),
    "ink": (INK, SHADE),
    "paper": (INK, PAPER),
}
Point = tuple[float, float]


def blend(one: str, other: str, part: float) -> str:
    """The color `part` of the way from one to the other."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * part) for a, b in pairs).hex()


def _cell(value: float) -> int:
    """Where a length falls on the enlarged picture; the last digits of a sine must not decide it."""
    return math.floor(round(value * FINENESS, 4) + 0.5)


class Brush:
    """Paints on a ground of one hue: `ink` is its color, `faint` and `pale` are thinned, `key` is the one signal."""

    key = CINNABAR

    def __init__(self, hue: str) -> None:
        self.ink, self.ground = HUES[hue]
        self.faint = blend(self.ground, self.ink, 0.5)
        self.pale = blend(self.ground, self.ink, 0.2)
        self.image = Image.new("RGB", (WIDTH * FINENESS, HEIGHT * FINENESS), self.ground)
        self._draw = ImageDraw.Draw(self.image)

    def line(self, points: Iterable[Point], color: str = "", width: float = 5) -> None:
        """A line through points, with round ends and corners."""
        cells = [(_cell(x), _cell(y)) for x, y in points]
        half = _cell(width / 2)
        for start, end in pairwise(cells):
            self._draw.line([start, end], fill=color or self.ink, width=2 * half + 1)
        for x, y in cells:
            self._draw.ellipse([x - half, y - half, x + half, y + half], fill=color or self.ink)

    def dashes(self, points: Sequence[Point], color: str = "", width: float = 5, dash: float = 16) -> None:
        """A dashed line; dash and gap are equal, and each leg holds a whole number of them."""
        for (x, y), (x2, y2) in pairwise(points):
            parts = 2 * max(1, round(math.hypot(x2 - x, y2 - y) / dash / 2)) - 1
            for i in range(0, parts, 2):
                ends = (i / parts, (i + 1) / parts)
                self.line([(x + (x2 - x) * t, y + (y2 - y) * t) for t in ends], color, width)

    def curve(self, *points: Point, color: str = "", width: float = 5) -> None:
        """A Bézier curve of any degree."""
        self.line(bezier(points), color, width)

    def arc(self, at: Point, radius: float, start: float, end: float, color: str = "", width: float = 5) -> None:
        """Part of a circle, from and to in degrees, clockwise from the right."""
        steps = max(2, round(abs(end - start) / 2))
        angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
        self.line([(at[0] + radius * math.cos(a), at[1] + radius * math.sin(a)) for a in angles], color, width)

    def ring(self, at: Point, radius: float, color: str = "", width: float = 5) -> None:
        self.arc(at, radius, 0, 360, color, width)

    def disk(self, at: Point, radius: float, color: str = "") -> None:
        x, y, r = _cell(at[0]), _cell(at[1]), _cell(radius)
        self._draw.ellipse([x - r, y - r, x + r, y + r], fill=color or self.ink)

    def shape(self, points: Iterable[Point], color: str = "") -> None:
        """A filled polygon."""
        self._draw.polygon([(_cell(x), _cell(y)) for x, y in points], fill=color or self.ink)

    def box(self, x: float, y: float, width: float, height: float, color: str = "") -> None:
        self._draw.rectangle([_cell(x), _cell(y), _cell(x + width) - 1, _cell(y + height) - 1], fill=color or self.ink)

    def frame(self, x: float, y: float, width: float, height: float, color: str = "", stroke: float = 5) -> None:
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        self.line(corners, color, stroke)

    def slice(self, at: Point, radius: float, start: float, color: str = "") -> None:
        """A quarter of a disk that begins at `start` degrees."""
        angles = (math.radians(start + 90 * i / 30) for i in range(31))
        self.shape([at, *((at[0] + radius * math.cos(a), at[1] + radius * math.sin(a)) for a in angles)], color)

    def overlap(self, disks: Sequence[tuple[Point, float]], color: str) -> None:
        """Fill what all the disks share."""
        mask = self._disk_mask(*disks[0])
        for disk in disks[1:]:
            mask = ImageChops.darker(mask, self._disk_mask(*disk))
        self.image.paste(color, mask=mask)

    def _disk_mask(self, at: Point, radius: float) -> Image.Image:
        mask = Image.new("L", self.image.size)
        x, y, r = _cell(at[0]), _cell(at[1]), _cell(radius)
        ImageDraw.Draw(mask).ellipse([x - r, y - r, x + r, y + r], fill=255)
        return mask

    def finished(self) -> Image.Image:
        """The picture in its real size, with a palette."""
        small = self.image.reduce(FINENESS)
        return small.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def bezier(points: Sequence[Point], steps: int = 48) -> list[Point]:
    """Points on a Bézier curve (de Casteljau)."""
    found = []
    for i in range(steps + 1):
        t, rest = i / steps, list(points)
        while len(rest) > 1:
            rest = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairwise(rest)]
        found.append(rest[0])
    return found


def bow(x: float, y: float, half: float, rise: float) -> list[Point]:
    """The upper half of an ellipse, from left to right."""
    angles = (math.pi * (1 - i / 60) for i in range(61))
    return [(x + half * math.cos(angle), y - rise * math.sin(angle)) for angle in angles]


def iso(at: Point, unit: float, x: float, y: float, z: float = 0) -> Point:
    """A point of space, seen from above a corner: x runs to the right, y to the left, z up."""
    return at[0] + (x - y) * unit * 0.866, at[1] + (x + y) * unit * 0.5 - z * unit


def block(
    brush: Brush,
    at: Point,
    unit: float,
    corner: tuple[float, float, float],
    size: tuple[float, float, float],
    color: str,
) -> None:
    """A box of three visible faces."""
    (x, y, z), (w, d, h) = corner, size
    point = partial(iso, at, unit)
    top = [point(x, y, z + h), point(x + w, y, z + h), point(x + w, y + d, z + h), point(x, y + d, z + h)]
    left = [point(x, y + d, z), point(x + w, y + d, z), point(x + w, y + d, z + h), point(x, y + d, z + h)]
    right = [point(x + w, y, z), point(x + w, y + d, z), point(x + w, y + d, z + h), point(x + w, y, z + h)]
    for face, light in ((top, 0.72), (left, 0.36), (right, 0.0)):
        brush.shape(face, blend(color, WHITE, light))
        brush.line([*face, face[0]], color, 3)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
