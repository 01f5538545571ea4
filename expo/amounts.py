"""Sums of money and numbers as people read them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

MINUS = "\N{MINUS SIGN}"
TEN_THOUSAND = Decimal(10_000)
HUNDRED_MILLION = Decimal(100_000_000)
SIGNIFICANT = 4  # figures kept when a sum is told in units of ten thousand: 123.5 万元


def plain(value: Decimal, *, signed: bool = False) -> str:
    """Without trailing zeros, in groups of three, with a real minus sign."""
    text = f"{abs(value):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    return sign + text


def _rounded(amount: Decimal) -> Decimal:
    """To four significant figures, never losing a whole unit's figure, without trailing zeros."""
    places = max(SIGNIFICANT - 1 - amount.adjusted(), 0)
    return round(amount, places).normalize()


def _grouped(amount: Decimal) -> str:
    """In groups of three in both languages (Django's Chinese format groups by four, which no price tag does)."""
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def money(amount: Decimal | int | None, currency: str = "CNY") -> str:
    """A sum with its currency: ¥1,234,567, in Chinese 123.5 万元 from ten thousand on; other currencies by code."""
    if amount is None or amount == "":
        return ""
    value = Decimal(str(amount))
    if currency != "CNY":
        return f"{currency}\N{NO-BREAK SPACE}{_grouped(value)}"
    sign = "\N{MINUS SIGN}" if value < 0 else ""
    value = abs(value)
    if (get_language() or "").startswith("zh") and value >= TEN_THOUSAND:
        unit, name = (HUNDRED_MILLION, "亿元") if value >= HUNDRED_MILLION else (TEN_THOUSAND, "万元")
        told = _rounded(value / unit)
        return f"{sign}{told:,f}\N{NO-BREAK SPACE}{name}"
    return f"{sign}¥{_grouped(value)}"
