"""Cards of the fair itself: its plan, halls, zones and stands, what is on and what is said of it."""

from __future__ import annotations

import math
from functools import partial
from random import Random

from expo.cards.brush import HUES, INK, PAPER, WHITE, WIDTH, Brush, blend, block, bow, iso


def home(brush: Brush) -> None:
    """The plan of the fair, and a way through it."""
    zones = {
        "a": (96, 84, 340, 262), "b": (468, 84, 262, 168), "c": (762, 84, 342, 168),
        "d": (468, 284, 262, 262), "e": (96, 378, 340, 168), "s": (762, 284, 342, 262),
    }  # fmt: skip
    for hue, (x, y, width, height) in zones.items():
        color, tint = HUES[hue]
        brush.box(x, y, width, height, tint)
        brush.frame(x, y, width, height, color)
        columns, rows = int((width - 60) / 46), int((height - 40) / 62)
        left, top = x + (width - columns * 46 + 8) / 2, y + (height - rows * 62 + 22) / 2
        for i in range(columns * rows):
            at = (left + i % columns * 46, top + i // columns * 62)
            if (i * 5 + ord(hue)) % 7 < 2:
                brush.box(*at, 38, 40, blend(tint, color, 0.55))
            brush.frame(*at, 38, 40, blend(tint, color, 0.55), 3)
    brush.frame(60, 48, 1080, 534, INK, 9)
    brush.box(412, 570, 80, 24, PAPER)
    brush.dashes([(452, 620), (452, 268), (746, 268), (746, 190)], brush.key, 9, 20)
    brush.disk((746, 168), 25, brush.key)


def edition(brush: Brush) -> None:
    """A year ring for every edition, the newest one marked."""
    at, radius = (600.0, 326.0), 22.0
    random = Random(13)  # noqa: S311  a picture, not a secret
    sway, turn = 0.0, 0.0
    for ring in range(1, 14):
        radius += random.choice((14, 18, 22, 25))
        sway, turn = sway + random.uniform(0.2, 0.95), turn + random.uniform(-0.2, 0.2)
        points = []
        for i in range(181):
            angle = math.tau * i / 180
            wobble = sway * (math.sin(3 * angle + turn) + 0.6 * math.sin(5 * angle - 2 * turn))
            points.append(
                (at[0] + (radius + wobble) * 1.3 * math.cos(angle), at[1] + (radius + wobble) * math.sin(angle))
            )
        is_new = ring == 13
        brush.line(points, brush.key if is_new else brush.ink if ring % 2 else brush.faint, 14 if is_new else 6)
    brush.disk(at, 15)


def announcement(brush: Brush) -> None:
    """A call that spreads."""
    mouth = (430.0, 315.0)
    for i in range(9):
        brush.arc(mouth, 272 + 68 * i, -34, 34, brush.ink if i % 2 == 0 else brush.faint, 8 if i % 2 == 0 else 5)
    brush.shape([(306, 262), (306, 368), (330, 368), (560, 470), (560, 160), (330, 262)])
    brush.box(236, 262, 70, 106, brush.faint)
    brush.line([(346, 374), (366, 466), (418, 466), (404, 394)], brush.ink, 20)
    brush.line([(566, 150), (566, 480)], brush.ink, 20)
    brush.disk((638, 315), 28, brush.key)


def figure(brush: Brush) -> None:
    """Amounts, one dot for each."""
    heights = (2, 3, 3, 5, 4, 6, 7, 7, 9, 10)
    for column, height in enumerate(heights):
        for row in range(height):
            at = (222 + column * 84, 540 - row * 50)
            is_last = column == len(heights) - 1 and row == height - 1
            brush.disk(at, 19, brush.key if is_last else brush.ink if row == height - 1 else brush.pale)
    tops = [(222 + column * 84, 540 - (height - 1) * 50) for column, height in enumerate(heights)]
    brush.line(tops, brush.ink, 5)
    brush.disk(tops[-1], 19, brush.key)
    brush.line([(150, 580), (1050, 580)], brush.ink, 6)


def session(brush: Brush) -> None:
    """Rows of seats around a stage."""
    stage, random = (600.0, 560.0), Random(7)  # noqa: S311  a picture, not a secret
    for row in range(9):
        radius, size = 150 + row * 62, 13 + row * 1.1
        seats = int(math.pi * radius / (46 + row * 1.5))
        for seat in range(seats + 1):
            angle = math.pi * (1 + seat / seats)
            at = (stage[0] + radius * math.cos(angle), stage[1] + radius * math.sin(angle))
            free = random.random() < 0.3
            if free:
                brush.disk(at, size, brush.faint)
                brush.disk(at, size - 4, brush.ground)
            else:
                brush.disk(at, size, brush.ink if random.random() < 0.55 else blend(brush.ground, brush.ink, 0.35))
    brush.arc(stage, 88, 180, 360, brush.ink, 6)
    brush.line([(0, 590), (WIDTH, 590)], brush.ink, 6)
    brush.disk((600, 540), 34, brush.key)


def hall(brush: Brush) -> None:
    """A long hall under its arches."""
    eye = (600.0, 418.0)
    sizes = [720 * 0.74**i for i in range(9)]
    for i, size in enumerate(sizes):
        foot, spring = eye[1] + size * 0.36, eye[1] - size * 0.12
        wall = [(eye[0] - size, foot), (eye[0] - size, spring)]
        roof = bow(eye[0], spring, size, size * 0.5)
        points = [*wall, *roof, (eye[0] + size, foot)]
        brush.shape(points, blend(brush.ground, brush.ink, 0.035 * i))
        brush.line(points, brush.ink if i % 2 == 0 else brush.faint, max(3.0, 9 - i))
    last = sizes[-1]
    for part in (-1.0, -0.62, -0.24, 0.24, 0.62, 1.0):
        brush.line(
            [(eye[0] + part * last, eye[1] + last * 0.36), (eye[0] + part * 900, eye[1] + 900 * 0.36)], brush.faint, 4
        )
    brush.disk((eye[0], eye[1] - 4), 25, brush.key)


def zone(brush: Brush) -> None:
    """One zone from above: rows of stands, and the one to go to."""
    brush.box(96, 84, 1008, 462, WHITE)
    for row, y in enumerate((129, 213, 345, 429)):
        for column in range(10):
            x = 148 + column * 92
            if (row, column) in ((1, 4), (2, 7), (3, 1)):
                continue  # a double stand begins one place to the left
            wide = 168 if (row, column + 1) in ((1, 4), (2, 7), (3, 1)) else 76
            is_it = (row, column) == (1, 6)
            brush.box(x, y, wide, 72, brush.key if is_it else brush.ground if (row + column) % 3 else brush.pale)
            brush.frame(x, y, wide, 72, brush.key if is_it else brush.ink, 4)
    brush.frame(96, 84, 1008, 462, brush.ink, 12)
    brush.box(86, 289, 20, 52, brush.ground)
    brush.dashes([(34, 315), (738, 315), (738, 295)], brush.key, 8, 20)


def exhibitor(brush: Brush) -> None:
    """Stands in a row, one of them lit."""
    unit, high, low = 84, 2.3, 0.55
    for place in range(-3, 4):
        at = (516 + place * 3.3 * unit * 0.866, 262 + place * 3.3 * unit * 0.5)
        point = partial(iso, at, unit)
        back = [point(0, 0), point(3, 0), point(3, 0, high), point(0, 0, high)]
        side = [point(0, 0), point(0, 3), point(0, 3, low), point(0, 0.9, high), point(0, 0, high)]
        floor = [point(0, 0), point(3, 0), point(3, 3), point(0, 3)]
        for face, color in (
            (floor, WHITE),
            (back, blend(brush.ink, WHITE, 0.66)),
            (side, blend(brush.ink, WHITE, 0.4)),
        ):
            brush.shape(face, color)
            brush.line([*face, face[0]], brush.ink, 4)
        for x in (0.45, 1.3):
            brush.shape([point(x, 0, 1.1), point(x + 0.5, 0, 1.1), point(x + 0.5, 0, 1.8), point(x, 0, 1.8)], WHITE)
        block(brush, at, unit, (1.2, 1.5, 0), (1.2, 0.8, 0.95), brush.key if place == 0 else brush.ink)
