"""Pictures for things that have none: line art drawn from a seed, one family of shapes for each field of work.

The markup carries only the classes `l l2 f f2 k` (line, faint line, fill, faint fill, key mark); hue and theme come
from the stylesheet. Same seed, family and size: same picture, on every machine and in every release of Python.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from functools import lru_cache
from random import Random

ORDER = ("l2", "f2", "l", "f", "k")  # painted from the back to the front


def _number(value: float) -> str:
    """One decimal at most, no trailing zero, no minus zero."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _points(*values: float) -> str:
    return " ".join(_number(value) for value in values)


class _Pen:
    """Collects path data by class. Lengths are given for a frame 160 high and scaled to the real one."""

    def __init__(self, seed: str, family: str, width: int, height: int) -> None:
        digest = hashlib.sha256(f"{family}:{seed}".encode()).digest()
        self.random = Random(int.from_bytes(digest[:8], "big"))  # noqa: S311  a picture, not a secret
        self.scale = height / 160
        self.width = width / self.scale
        self.height = 160.0
        self.paths: dict[str, list[str]] = {name: [] for name in ORDER}

    def draw(self, css_class: str, shape: str, *lengths: float) -> None:
        """Appends one sub-path; each dot of `shape` takes the next length: `draw("l", "M . . h .", 0, 8, 320)`."""
        rest = iter(lengths)
        parts = [_number(next(rest) * self.scale) if part == "." else part for part in shape.split()]
        self.paths[css_class].append(" ".join(parts))

    def ring(self, css_class: str, x: float, y: float, radius: float) -> None:
        r = _number(radius * self.scale)
        d = _number(2 * radius * self.scale)
        start = _points((x - radius) * self.scale, y * self.scale)
        self.paths[css_class].append(f"M{start}a{r} {r} 0 10{d} 0a{r} {r} 0 10-{d} 0")

    def box(self, css_class: str, x: float, y: float, width: float, height: float) -> None:
        self.draw(css_class, "M . . h . v . h . z", x, y, width, height, -width)

    def markup(self) -> str:
        out = []
        for css_class, pieces in self.paths.items():
            data = "".join(pieces)
            for letter in "MLCSQAHVmlcsqahvz":
                data = data.replace(f" {letter}", letter).replace(f"{letter} ", letter)
            if data:
                out.append(f'<path class="{css_class}" d="{data.replace(" -", "-")}"/>')
        return "".join(out)


def _turned(x: float, y: float, angle: float) -> Callable[[float, float], tuple[float, float]]:
    """Maps offsets from a centre to points of the frame, turned by `angle` radians."""
    cos, sin = math.cos(angle), math.sin(angle)
    return lambda dx, dy: (x + dx * cos - dy * sin, y + dx * sin + dy * cos)


def _field(pen: _Pen) -> None:
    """A magnet and the lines around it."""
    rnd = pen.random
    angle = math.radians(rnd.choice((0, 0, -18, 22, 90)))
    at = _turned(pen.width * rnd.uniform(0.36, 0.64), rnd.uniform(70, 90), angle)
    half, thick = rnd.uniform(26, 32), rnd.uniform(11, 14)
    growth, lines = rnd.uniform(1.46, 1.54), 10
    for side in (-1, 1):
        for i in range(lines):
            x0 = side * thick * (1 - i / lines)
            reach = side * (thick + 7 * growth**i)
            lift = half + 5 + 5 * growth**i
            lean = x0 * 0.8 + reach * 0.12
            points = [(x0, -half), (lean, -lift), (reach, -lift * 0.86), (reach, 0), (lean, lift), (x0, half)]
            turned = [value for point in points for value in at(*point)]
            pen.draw("l" if i % 3 else "l2", "M . . C . . . . . . S . . . .", *turned)
    for css_class, top, foot in (("f", -half, 0.0), ("k", 0.0, half)):
        corners = ((-thick, top), (thick, top), (thick, foot), (-thick, foot))
        pen.draw(css_class, "M . . L . . . . . . z", *(value for corner in corners for value in at(*corner)))


def _orbit(pen: _Pen) -> None:
    """Rings with particles on them."""
    rnd = pen.random
    x, y = pen.width * rnd.uniform(0.34, 0.66), rnd.uniform(66, 94)
    step, rings = rnd.uniform(14, 20), rnd.choice((6, 7, 8))
    for i in range(rings):
        pen.ring("l2" if i % 2 else "l", x, y, 15 + i * step)
    for _ in range(rnd.randint(5, 9)):
        angle, radius = rnd.uniform(0, math.tau), 15 + step * rnd.randrange(rings - 2)
        pen.ring("f", x + radius * math.cos(angle), y + radius * math.sin(angle), rnd.choice((3, 4, 6)))
    pen.ring("k", x, y, 9)


def _lattice(pen: _Pen) -> None:
    """Atoms on a close-packed net, one of them different."""
    rnd = pen.random
    step = rnd.uniform(41, 50)
    rise, radius, shift = step * 0.866, step * 0.25, rnd.uniform(0, step)
    first, rows, columns = rnd.uniform(-6, 14), int(166 / rise) + 1, int(pen.width / step) + 2
    for row in range(rows):
        pen.draw("l2", "M . . h .", 0, first + row * rise, pen.width)
    for i in range(-rows // 2, columns + 1):
        pen.draw("l2", "M . . l . .", i * step - shift, first, (rows - 1) * step / 2, (rows - 1) * rise)
    atoms = [(i * step - shift + row % 2 * step / 2, first + row * rise) for row in range(rows) for i in range(columns)]
    inner = [a for a in atoms if pen.width * 0.2 < a[0] < pen.width * 0.8 and 30 < a[1] < 130]
    key = rnd.choice(inner)
    for x, y in atoms:
        if (x, y) == key:
            pen.ring("k", x, y, radius * 1.15)
            continue
        css_class = rnd.choice(("f", "f2", "f2", "l", "", ""))
        if css_class:
            pen.ring(css_class, x, y, radius * (0.7 if css_class == "f" else 1))


def _path(pen: _Pen) -> None:
    """Flight paths above a scale, one aircraft."""
    rnd, w = pen.random, pen.width
    for i in range(5):
        ends = [rnd.uniform(14, 136) for _ in range(4)]
        lengths = (0, ends[0], w * 0.3, ends[1] - 30, w * 0.6, ends[2] + 10, w, ends[3])
        pen.draw("l" if i < 2 else "l2", "M . . C . . . . . .", *lengths)
    for i in range(int(w / 40) + 1):
        pen.draw("l2", "M . . v .", i * 40, 152, 8)
    for _ in range(4):
        pen.ring("f", rnd.uniform(30, w - 30), rnd.uniform(20, 136), 3.5)
    x, y, arm = w * rnd.uniform(0.3, 0.75), rnd.uniform(34, 100), rnd.uniform(14, 18)
    pen.draw("l", "M . . l . .", x - arm, y - arm * 0.62, 2 * arm, 1.24 * arm)
    pen.draw("l", "M . . l . .", x + arm, y - arm * 0.62, -2 * arm, 1.24 * arm)
    for dx in (-arm, arm):
        for dy in (-arm * 0.62, arm * 0.62):
            pen.ring("l", x + dx, y + dy, 8)
    pen.ring("k", x, y, 5)


def _joint(pen: _Pen) -> None:
    """An arm of three links and the arcs it can reach."""
    rnd, w = pen.random, pen.width
    x, y = w * rnd.uniform(0.16, 0.34), 148.0
    side = rnd.choice((1, 1, -1))
    if side < 0:
        x = w - x
    for i in range(5):
        radius = 120 + 24 * i
        sweep = 1 if side > 0 else 0
        reach = x + side * (110 + 24 * i)
        pen.draw("l2", f"M . . A . . 0 0 {sweep} . .", x - side * 40, 152, radius, radius, reach, 152)
    joints = [(x, y)]
    angle = math.radians(rnd.uniform(62, 86))
    for length, bend in ((86, rnd.uniform(38, 62)), (88, rnd.uniform(34, 66)), (58, 0)):
        px, py = joints[-1]
        joints.append((px + side * length * math.cos(angle), max(16, py - length * math.sin(angle))))
        angle -= math.radians(bend)
    for shift in (-3.0, 3.0):
        pen.draw("l", "M . . L . . . . . .", *(value + shift for joint in joints for value in joint))
    for px, py in joints[:-1]:
        pen.ring("f", px, py, 10)
    pen.ring("k", *joints[-1], 9)
    pen.draw("l", "M . . h .", 0, 152, w)


def _wave(pen: _Pen) -> None:
    """Waves that swell towards one point."""
    rnd, w = pen.random, pen.width
    lines, step = 9, w / 8
    peak_x, peak_y = w * rnd.uniform(0.3, 0.7), rnd.uniform(56, 104)
    phase = rnd.choice((-1, 1))
    drift = rnd.uniform(-0.5, 0.5)
    for line in range(lines):
        base = 12 + line * 17
        near_y = math.exp(-(((base - peak_y) / 44) ** 2))
        heights = []
        for i in range(9):
            near = near_y * math.exp(-(((i * step - peak_x) / (w * 0.3)) ** 2))
            heights.append(base + phase * (-1) ** i * (2.5 + 15 * near) + drift * i)
        lengths = [0, heights[0], step / 2, heights[0], step / 2, heights[1], step, heights[1]]
        for i in range(2, 9):
            lengths += [(i - 0.5) * step, heights[i], i * step, heights[i]]
        pen.draw("l2" if line % 2 else "l", "M . . C . . . . . ." + " S . . . ." * 7, *lengths)
    pen.ring("k", peak_x, peak_y, 7)


def _sheet(pen: _Pen) -> None:
    """Layers that bend together, and a row of test marks."""
    rnd, w = pen.random, pen.width
    left, right = w * 0.075, w * 0.925
    dips = [rnd.uniform(-22, 22) for _ in range(3)]
    tilt, gap = rnd.uniform(-18, 18), rnd.uniform(11, 13.5)
    for i in range(8):
        y = 26 + i * gap
        lift = rnd.uniform(24, 34)
        bend = (w * 0.3, y - lift, w * 0.45, y + lift + dips[1] * 0.4, w * 0.62, y)
        ends = (left, y - tilt / 2 - dips[0] * 0.4), (w * 0.78, y - 26 + dips[2], right, y + tilt / 2)
        pen.draw("l2" if i % 2 else "l", "M . . C . . . . . . S . . . .", *ends[0], *bend, *ends[1])
    start, key = w * rnd.choice((0.2, 0.34, 0.48)), rnd.randrange(5)
    for i in range(5):
        pen.box("k" if i == key else "f2", start + i * 22, 136, 14, 14)


def _beam(pen: _Pen) -> None:
    """Rays that meet in one point."""
    rnd = pen.random
    x, y = pen.width * rnd.uniform(0.42, 0.72), rnd.uniform(62, 100)
    first, spread = rnd.uniform(110, 160), rnd.uniform(150, 200)
    rays = 19
    for i in range(rays):
        angle = math.radians(first + spread * i / (rays - 1))
        length = pen.width * 1.1
        pen.draw("l2" if i % 3 else "l", "M . . l . .", x, y, length * math.cos(angle), length * math.sin(angle))
    for radius in (14, 26, 40):
        pen.ring("l", x, y, radius)
    pen.ring("k", x, y, 7)


def _trace(pen: _Pen) -> None:
    """Conductors that run to a chip."""
    rnd, w = pen.random, pen.width
    flip = rnd.random() < 0.35
    bend = rnd.choice((-18.0, 18.0))
    fit = (w - 112) / 208  # the longest conductor ends before the chip

    def across(x: float) -> float:
        return w - x if flip else x

    for i in range(9):
        y = 16.0 + 16 * i
        turn = rnd.choice((bend, bend, 0.0))
        run, tail = fit * rnd.randrange(40, 140, 10), fit * rnd.randrange(50, 70, 10)
        lengths = (across(0), y, across(run), across(run + 18), y + turn, across(run + 18 + tail))
        pen.draw("l2" if i % 2 else "l", "M . . H . L . . H .", *lengths)
        pen.ring("f", across(run + 22 + tail), y + turn, 4)
    chip = rnd.choice((64, 72, 80))
    centre = across(w - 60)
    pen.box("f2", centre - chip / 2, 80 - chip / 2, chip, chip)
    pen.box("k", centre - 12, 67 + rnd.choice((-10, 0, 10)), 24, 26)


def _rotor(pen: _Pen) -> None:
    """Blades around a hub."""
    rnd = pen.random
    x, y = pen.width * rnd.uniform(0.34, 0.66), rnd.uniform(70, 90)
    blades, start = rnd.choice((5, 6, 7, 9)), rnd.uniform(0, math.tau)
    sweep = rnd.choice((-1, 1)) * rnd.uniform(0.5, 0.9)
    for i in range(blades):
        angle = start + math.tau * i / blades
        for lag, css_class in ((0.0, "l"), (0.16, "l2")):
            a = angle + lag
            root = (x + 18 * math.cos(a), y + 18 * math.sin(a))
            belly = (x + 62 * math.cos(a + sweep * 0.2), y + 62 * math.sin(a + sweep * 0.2))
            tip = (x + 88 * math.cos(a + sweep), y + 88 * math.sin(a + sweep))
            pen.draw(css_class, "M . . Q . . . .", *root, *belly, *tip)
    pen.ring("l", x, y, 18)
    for radius in (62, 88, 118):
        pen.ring("l2", x, y, radius)
    pen.ring("k", x, y, 10)


def _grid(pen: _Pen) -> None:
    """Quarter circles on a grid."""
    rnd, side = pen.random, 32
    cells = [(column * side, row * side) for row in range(5) for column in range(math.ceil(pen.width / side))]
    key = rnd.choice([cell for cell in cells if 32 <= cell[0] < pen.width - 64 and 0 < cell[1] < 128])
    for x, y in cells:
        if (x, y) == key:
            pen.box("k", x + 8, y + 8, 16, 16)
            continue
        shape = rnd.choice(("f2", "f", "l", "", ""))
        if shape == "f2":
            pen.draw("f2", "M . . a . . 0 0 0 . . h . z", x + 32, y, 32, 32, -32, 32, 32)
        elif shape == "f":
            pen.draw("f", "M . . a . . 0 0 1 . . h . z", x, y, 32, 32, 32, 32, -32)
        elif shape == "l":
            pen.draw("l", "M . . a . . 0 0 1 . .", x, y + 32, 32, 32, 32, -32)


_DRAW: dict[str, Callable[[_Pen], None]] = {
    "field": _field,
    "orbit": _orbit,
    "lattice": _lattice,
    "path": _path,
    "joint": _joint,
    "wave": _wave,
    "sheet": _sheet,
    "beam": _beam,
    "trace": _trace,
    "rotor": _rotor,
    "grid": _grid,
}
FAMILIES: tuple[str, ...] = tuple(_DRAW)


@lru_cache(maxsize=4096)
def cover(seed: str, *, family: str, width: int = 320, height: int = 160) -> str:
    """The inner SVG markup of one picture, for a view box of `width` by `height`.

    Raises ValueError for an unknown family.
    """
    if family not in _DRAW:
        raise ValueError(f"No cover family {family!r}. Choose one of: {', '.join(FAMILIES)}.")
    pen = _Pen(seed, family, width, height)
    _DRAW[family](pen)
    return pen.markup()
