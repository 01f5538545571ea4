"""Numbers in words: metrics, changes against 100, figures with their scale."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from expo.amounts import plain
from expo.models import Figure, Measured

register = template.Library()


@register.filter
def measure(metric: Measured) -> str:
    """“≥ 8 g/cm³”, “−20 to −15 %”."""
    signed = metric.is_change
    value = plain(metric.value, signed=signed)
    if metric.operator == Measured.Operator.BETWEEN and metric.value_to is not None:
        words = _("%(low)s to %(high)s") % {"low": value, "high": plain(metric.value_to, signed=signed)}
    else:
        words = value if metric.operator == Measured.Operator.EQ else f"{metric.get_operator_display()} {value}"
    return f"{words} {metric.unit}".strip()


@dataclass(frozen=True)
class Bar:
    """A change drawn against 100: widths in per cent of the drawing."""

    words: str
    base: str
    low: str
    range: str


@register.filter
def change_bar(metric: Measured) -> Bar:
    low = 100 + metric.value
    high = 100 + (metric.value_to if metric.value_to is not None else metric.value)
    scale = 100 / max(high, Decimal(100))
    words = plain(low) if low == high else f"{plain(low)}–{plain(high)}"
    widths = [f"{max(Decimal(0), value) * scale:.1f}" for value in (Decimal(100), low, high - low)]
    return Bar(words, widths[0], widths[1], widths[2] if high > low else "")


@dataclass(frozen=True)
class Told:
    number: str
    unit: str


@register.filter
def figure_words(figure: Figure) -> Told:
    """¥100 billion+ in English, 1000 亿元+ in Chinese: the number and the word of its scale."""
    value = figure.value.normalize()
    more = "" if figure.precision == Figure.Precision.EXACT else "+"
    if (get_language() or "").startswith("zh"):
        scale, word = (Decimal(100_000_000), "亿") if value >= 100_000_000 else (Decimal(1), "")
        money = "元" if figure.unit == "CNY" else ""
        return Told(plain(value / scale) + ("" if word else more), f"{word}{money}{more if word else ''}")
    scale, word = (Decimal(1_000_000_000), "billion") if value >= 1_000_000_000 else (Decimal(1), "")
    sign = "¥" if figure.unit == "CNY" else ""
    return Told(sign + plain(value / scale) + ("" if word else more), f"{word} {more}".strip() if word else "")
