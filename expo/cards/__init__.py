"""The picture that goes along when a page is shared: its record's own, or the drawn one of its noun.

The drawn ones hold no words, so that each serves every language. `drawing` makes them; it needs Pillow, pages do not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static

FOLDER = Path(settings.BASE_DIR) / "expo" / "static" / "expo" / "cards"
SIZE = (1200, 630)
DEFAULT = "home"
NOUNS = (
    "home", "exhibitor", "innovation", "product", "session", "organization", "sector", "zone", "hall", "figure",
    "announcement", "edition", "demand", "deal", "innovationplatform", "instrument", "partnercity", "country",
)  # fmt: skip
ARTICLES = ("announcement",)


@dataclass(frozen=True)
class Card:
    """An absolute address with the size in pixels; `kind` is the page's type in the Open Graph."""

    image: str
    width: int
    height: int
    alt: str = ""
    kind: str = "website"


def card_of_noun(noun: str = DEFAULT) -> Card:
    """The drawn card; a noun without one has the fair's."""
    drawn = noun if noun in NOUNS else DEFAULT
    return Card(settings.SITE_URL + static(f"expo/cards/{drawn}.png"), *SIZE)


def card_of(record: Any) -> Card:
    """The record's uploaded picture, where `attach_pictures` found one; else the card of its noun."""
    noun = record._meta.model_name
    kind = "article" if noun in ARTICLES else "website"
    picture = getattr(record, "picture", None)
    if picture is None:
        return replace(card_of_noun(noun), kind=kind)
    width = picture.widths[-1]
    height = round(picture.height * width / picture.width)
    return Card(settings.SITE_URL + picture.upload.url, width, height, str(picture.alt), kind)
