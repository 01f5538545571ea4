"""Format only: the score of a match as a bar, its reasons, what a demand asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst

from matchmaking.matching import parts
from matchmaking.matching.phrases import figure
from matchmaking.matching.words import Reason
from matchmaking.models import TargetMetric

register = template.Library()
GAP = Decimal("0.8")  # per cent of the bar between two parts
LOW = 0.5  # of a part: less is drawn as weak
MEASURED = (parts.REQUIREMENTS, parts.MATURITY, parts.BUDGET)  # what is asked for and what answers it are figures
OUTSIDE = r"(?![^(（]*[)）])"  # of brackets, which tell a condition
ANSWER = re.compile(rf"(?<=[;；]){OUTSIDE}")  # begins behind the semicolon of a sentence
NUMBER = r"[¥€$£−±]?\d(?:[\d,.]*\d)?"
# A figure, a sum or a range of two, with its sign.
FIGURE = re.compile(rf"({NUMBER}(?:\s\w{{1,2}}\s{NUMBER})?(?:\s?(?:%|°C))?){OUTSIDE}")


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
def target_words(target: TargetMetric) -> str:
    """As the reasons of a match say it: “at least 10 % less”."""
    said = {"operator": target.operator, "value": target.value, "value_to": target.value_to}
    return _glued(figure(said, {"is_change": target.is_change, "unit": target.unit}))


@register.filter
def marked(reason: Reason) -> str:
    """The sentence, with the figures in bold that answer what is asked for."""
    words = _glued(capfirst(reason.words))
    before, *answer = ANSWER.split(words, maxsplit=1)
    if reason.part not in MEASURED or not answer:
        return words
    *told, rest = FIGURE.split(answer[0])
    pairs = zip(told[::2], told[1::2], strict=True)
    return format_html("{}{}{}", before, format_html_join("", "{}<strong>{}</strong>", pairs), rest)


def _glued(words: str) -> str:
    """A figure and its sign stay on one line."""
    return re.sub(r"(?<=\d) (?=%|°C)", "\N{NO-BREAK SPACE}", words)


@register.filter
def score_tracks(pieces: Sequence[Any]) -> list[Track]:
    """`pieces` have a `part` (matching.parts.Part)."""
    room, x = Decimal(100) - GAP * (len(pieces) - 1), Decimal(0)
    found = []
    for part in (piece.part for piece in pieces):
        width = room * part.weight / 100
        filled = width * part.points / part.weight if part.weight else Decimal(0)
        is_low = part.weight > 0 and part.points < LOW * part.weight
        found.append(Track(f"{x:.2f}", f"{width:.2f}", f"{filled:.2f}" if part.points else "", is_low))
        x += width + GAP
    return found
