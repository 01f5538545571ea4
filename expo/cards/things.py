"""Cards of what is shown and sought, and of those who meet over it."""

from __future__ import annotations

import math
from functools import partial
from random import Random

from expo.cards.brush import CINNABAR, HUES, PAPER, WHITE, WIDTH, Brush, Point, bezier, blend, block, bow, iso


def innovation(brush: Brush) -> None:
    """A magnet and the lines around it."""
    x, y, half, thick = 600.0, 315.0, 118.0, 50.0
    for side in (-1, 1):
        for i in range(11):
            start = side * thick * (1 - i / 11)
            reach, lift = side * (thick + 26 * 1.44**i), half + 18 + 19 * 1.5**i
            lean = start * 0.8 + reach * 0.12
            for up in (-1, 1):
                points = [(start, up * half), (lean, up * lift), (reach, up * lift * 0.86), (reach, 0.0)]
                brush.curve(*((x + dx, y + dy) for dx, dy in points), color=brush.ink if i % 3 else brush.faint)
    brush.box(x - thick, y - half, 2 * thick, half)
    brush.box(x - thick, y, 2 * thick, half, brush.key)


def product(brush: Brush) -> None:
    """Goods in a stack, one of them asked for."""
    at, unit = (600.0, 396.0), 76
    stack = ((3, 3, 2, 2), (3, 2, 2, 1), (2, 2, 1, 1), (2, 1, 1, 0))
    for x in range(4):
        for y in range(4):
            for z in range(stack[x][y]):
                is_it = (x, y, z) == (2, 1, 1)
                block(brush, at, unit, (x - 1.5, y - 1.5, z), (1, 1, 1), brush.key if is_it else brush.ink)


def organization(brush: Brush) -> None:
    """Houses side by side, a light in one window."""
    houses = (
        (0, 150, 210, 0.2), (150, 190, 360, 0.5), (340, 230, 250, 0.2), (570, 170, 470, 0.72), (740, 220, 310, 0.35),
        (960, 140, 400, 0.55), (1100, 140, 240, 0.2),
    )  # fmt: skip
    for number, (x, width, height, shade) in enumerate(houses):
        top, color = 572 - height, blend(brush.ground, brush.ink, shade)
        brush.box(x, top, width, height, color)
        columns, rows = int((width - 24) / 36), int((height - 40) / 50)
        left = x + (width - columns * 36 + 14) / 2
        for i in range(columns * rows):
            column, row = i % columns, i // columns
            lit = number == 3 and (column, row) == (1, 3)
            brush.box(left + column * 36, top + 30 + row * 50, 22, 28, brush.key if lit else brush.ground)
    brush.shape([(340, 322), (455, 250), (570, 322)], blend(brush.ground, brush.ink, 0.72))
    brush.line([(655, 102), (655, 52)], brush.ink, 6)
    brush.line([(0, 575), (WIDTH, 575)], brush.ink, 8)


def sector(brush: Brush) -> None:
    """Fields side by side, a shape and a hue for each."""
    side, random, hues = 158, Random(26), "abcdesu"  # noqa: S311  a picture, not a secret
    for i in range(8 * 4):
        x, y = i % 8 * side - 32, i // 8 * side + 14
        color, tint = HUES[hues[(i * 3 + i // 8) % len(hues)]]
        brush.box(x, y, side, side, tint)
        kind = random.randrange(5)
        if i == 13:
            brush.disk((x + side / 2, y + side / 2), 46, brush.key)
        elif kind == 0:
            brush.slice((x, y), side, 0, color)
        elif kind == 1:
            brush.slice((x + side, y + side), side, 180, color)
        elif kind == 2:
            for part in (0.3, 0.62, 0.94):
                brush.arc((x, y + side), side * part, -90, 0, color, 7)
        elif kind == 3:
            brush.slice((x + side, y), side, 90, blend(tint, color, 0.45))
            brush.slice((x, y + side), side * 0.5, 270, color)
        else:
            for j in range(9):
                brush.disk((x + 30 + j % 3 * 49, y + 30 + j // 3 * 49), 11, color)


def instrument(brush: Brush) -> None:
    """A dial, and what it reads."""
    hub = (600.0, 520.0)
    for radius, width in ((462, 5), (436, 12)):
        brush.arc(hub, radius, 168, 372, brush.ink if width > 5 else brush.faint, width)
    for tick in range(51):
        angle, is_long = math.radians(174 + 192 * tick / 50), tick % 5 == 0
        inner = 346 if tick % 10 == 0 else 366 if is_long else 388
        ends = [(hub[0] + r * math.cos(angle), hub[1] + r * math.sin(angle)) for r in (inner, 412)]
        brush.line(ends, brush.ink if is_long else brush.faint, 9 if tick % 10 == 0 else 5)
    brush.arc(hub, 280, 174, 300, brush.pale, 40)
    angle = math.radians(300)
    tip = (hub[0] + 356 * math.cos(angle), hub[1] + 356 * math.sin(angle))
    foot = [(hub[0] + 17 * math.cos(angle + turn), hub[1] + 17 * math.sin(angle + turn)) for turn in (-1.57, 1.57)]
    brush.shape([tip, *foot], brush.key)
    brush.disk(hub, 46)
    brush.disk(hub, 16, brush.ground)


def innovationplatform(brush: Brush) -> None:
    """Floors that carry each other."""
    at, unit = (600.0, 166.0), 98
    for level in range(4):
        lift, color = level * 0.78 - 1.34, blend(brush.ground, brush.ink, 0.12 + 0.12 * level)
        point = partial(iso, at, unit)
        if level:
            for x, y in ((0, 3), (3, 3), (3, 0), (1.5, 3), (3, 1.5)):
                brush.line([point(x, y, lift - 0.78 + 0.12), point(x, y, lift)], brush.ink, 7)
        _slab(brush, at, unit, lift, color)
    top = partial(iso, at, unit)
    for i in range(16):
        x, y = 0.45 + i % 4 * 0.7, 0.45 + i // 4 * 0.7
        brush.disk(top(x, y, 1.12), 12, WHITE)
    brush.disk(top(1.85, 1.15, 1.12), 22, brush.key)


def _slab(brush: Brush, at: Point, unit: float, lift: float, color: str) -> None:
    point = partial(iso, at, unit)
    upper = [point(0, 0, lift + 0.12), point(3, 0, lift + 0.12), point(3, 3, lift + 0.12), point(0, 3, lift + 0.12)]
    edge = [upper[3], upper[2], upper[1], point(3, 0, lift), point(3, 3, lift), point(0, 3, lift)]
    brush.shape(edge, brush.ink)
    brush.shape(upper, color)
    brush.line([*upper, upper[0]], brush.ink, 5)


def demand(brush: Brush) -> None:
    """Everything is there but one."""
    for i in range(11 * 6):
        column, row = i % 11, i // 11
        at = (50 + column * 110.0, 62 + row * 110.0)
        if (column, row) == (5, 2):
            continue
        if (column + row) % 2:
            brush.disk(at, 42, brush.ink if (column * 5 + row * 3) % 4 else brush.faint)
        else:
            brush.box(at[0] - 38, at[1] - 38, 76, 76, brush.pale)
    for i in range(8):
        brush.arc((600, 282), 46, i * 45, i * 45 + 24, brush.key, 11)


def deal(brush: Brush) -> None:
    """Technology, team and equity, and what they have in common."""
    center, radius = (600.0, 330.0), 178.0
    angles = (math.radians(-90 + 120 * i) for i in range(3))
    disks = [((center[0] + 108 * math.cos(a), center[1] + 108 * math.sin(a)), radius) for a in angles]
    for i in range(9):
        brush.ring(center, 320 + 62 * i, "#e3ded4", 4)
    colors = [HUES[hue][0] for hue in ("a", "c", "s")]
    for disk, color in zip(disks, colors, strict=True):
        brush.disk(*disk, blend(PAPER, color, 0.3))
    for i in range(3):
        other = (i + 1) % 3
        brush.overlap([disks[i], disks[other]], blend(blend(colors[i], colors[other], 0.5), PAPER, 0.36))
    brush.overlap(disks, CINNABAR)
    for disk, color in zip(disks, colors, strict=True):
        brush.ring(*disk, color, 7)


def partnercity(brush: Brush) -> None:
    """Two cities and the bridge between them."""
    deck, left, right = 456.0, 392.0, 808.0
    brush.disk((600, 236), 82, WHITE)
    towers = ((-8, 92, 190, 210), (84, 64, 300, 170), (148, 86, 236, 290), (234, 70, 150, 120))
    for (x, width, here, there), shade in zip(towers, (0.45, 0.8, 0.3, 0.6), strict=True):
        color, top, mirrored = blend(brush.ground, brush.ink, shade), deck - here, WIDTH - x - width
        brush.box(x, top, width, here, color)
        brush.shape([(x, top), (x + width / 2, top - width * 0.7), (x + width, top)], color)
        brush.box(mirrored, deck - there, width, there, color)
        brush.shape(bow(mirrored + width / 2, deck - there + 1, width / 2, width / 2), color)
    for cable in (
        bezier([(40, 442), (250, 428), (left, 234)]),
        bezier([(left, 234), (600, 624), (right, 234)]),
        bezier([(1160, 442), (950, 428), (right, 234)]),
    ):
        for top_end in cable[4::4]:
            brush.line([top_end, (top_end[0], deck)], brush.faint, 3)
        brush.line(cable, brush.ink, 7)
    for pylon in (left, right):
        brush.box(pylon - 10, 226, 20, 300)
    brush.box(0, deck, WIDTH, 16)
    brush.disk((600, deck - 20), 24, brush.key)
    for row in range(4):
        points = [(x, 512 + row * 32 + 5 * math.sin(x / 34 + row * 2.1)) for x in range(-10, WIDTH + 20, 6)]
        brush.line(points, brush.ink if row == 0 else brush.faint, 5)


def country(brush: Brush) -> None:
    """The globe, and a place on it."""
    x, y, r = 600.0, 315.0, 236.0
    for i in range(7):
        brush.ring((x, y), r + 60 + 70 * i, brush.pale, 4)
    brush.disk((x, y), r, WHITE)
    for lon in (0.0, 0.36, 0.7, 0.92):
        for side in (-1, 1):
            points = [
                (x + side * lon * r * math.cos(math.radians(a)), y + r * math.sin(math.radians(a)))
                for a in range(-90, 91, 3)
            ]
            brush.line(points, brush.faint if lon in (0.36, 0.92) else brush.ink, 4)
    for lat in (-60, -30, 0, 30, 60):
        half, height = r * math.cos(math.radians(lat)), y - r * math.sin(math.radians(lat))
        brush.line([(x - half, height), (x + half, height)], brush.faint if lat else brush.ink, 4)
    brush.ring((x, y), r, brush.ink, 9)
    brush.disk((x + 0.7 * r * math.cos(math.radians(30)), y - r * 0.5), 27, brush.key)
