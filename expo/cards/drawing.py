"""Drawing the cards and writing them as static files: `manage.py draw_cards`. Pages only name the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from expo.cards import FOLDER, places, things
from expo.cards.brush import WIDTH, Brush, png

_DRAW: dict[str, tuple[str, Callable[[Brush], None]]] = {
    "home": ("paper", places.home),
    "exhibitor": ("a", places.exhibitor),
    "innovation": ("c", things.innovation),
    "product": ("s", things.product),
    "session": ("u", places.session),
    "organization": ("m", things.organization),
    "sector": ("paper", things.sector),
    "zone": ("e", places.zone),
    "hall": ("b", places.hall),
    "figure": ("d", places.figure),
    "announcement": ("ink", places.announcement),
    "edition": ("c", places.edition),
    "demand": ("a", things.demand),
    "deal": ("paper", things.deal),
    "innovationplatform": ("u", things.innovationplatform),
    "instrument": ("m", things.instrument),
    "partnercity": ("b", things.partnercity),
    "country": ("s", things.country),
}


def draw(noun: str) -> Image.Image:
    """The card of a noun, 1200 by 630. Raises KeyError for a noun without one."""
    hue, motif = _DRAW[noun]
    brush = Brush(hue)
    motif(brush)
    brush.box(0, 0, WIDTH, 14)
    return brush.finished()


def write(folder: Path = FOLDER) -> list[Path]:
    """Write every card; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for noun in _DRAW:
        paths.append(folder / f"{noun}.png")
        paths[-1].write_bytes(png(draw(noun)))
    return paths
