"""Format only: registered contracts as bars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django import template

from matchmaking.contract_figures import Sums, Year

register = template.Library()


@dataclass(frozen=True)
class YearBar:
    """A year's sums with the widths of their bars in per cent: the longest of its currency is 100."""

    year: Year
    contract: str
    technology: str


def _width(value: Decimal, largest: Decimal) -> str:
    return f"{max(value, Decimal(0)) / largest * 100:.2f}" if largest > 0 else "0"


@register.filter
def year_bars(years: Iterable[Year]) -> list[YearBar]:
    rows = list(years)
    largest: dict[str, Decimal] = {}
    for row in rows:
        largest[row.currency] = max(largest.get(row.currency, Decimal(0)), row.total.contract_value)
    return [
        YearBar(
            row,
            _width(row.total.contract_value, largest[row.currency]),
            _width(row.total.technology_value, largest[row.currency]),
        )
        for row in rows
    ]


@register.filter
def kinds(year: Year) -> list[tuple[str, Sums]]:
    """(label, sums) of the types that occur in the year."""
    return year.rows()
