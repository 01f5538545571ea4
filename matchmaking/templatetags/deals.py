"""Format only: shares, units and the cap table's bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import template

from matchmaking.models import Deal
from matchmaking.showing import CapRow, EquityLeg, equity_leg

register = template.Library()

# How wide one per cent of the bar is at least, and a letter on it, in px: where it stands alone, on a phone, on a card.
WIDE, NARROW, CARD = (7.0, 9.6), (3.2, 8.0), (2.2, 7.6)
FIGURE, POINT = 7.9, 4.0


@register.filter
def percent(value: Decimal | None) -> str:
    """Two places, without the sign: 21.00."""
    return "" if value is None else f"{Decimal(value):.2f}"


@register.filter
def grouped(number: int | Decimal) -> str:
    """Whole units in groups of three in both languages."""
    return f"{number:,.0f}"


@register.filter
def shown_equity(deal: Deal) -> EquityLeg | None:
    """The equity leg of a deal whose sheet in force was fetched with its lines."""
    sheet = deal.current_sheet
    return equity_leg(deal, sheet) if sheet and sheet.equity_lines.all() else None


@dataclass(frozen=True)
class Slice:
    """A part of the bar with its place, its middle in per cent, and which of its words have room."""

    row: CapRow
    middle: Decimal
    has_short: bool
    has_short_narrow: bool
    has_percent: bool


def _fits(text: str, width: Decimal, scale: tuple[float, float]) -> bool:
    return len(text) * scale[1] <= float(width) * scale[0]


@register.filter
def slices(rows: Sequence[CapRow]) -> list[Slice]:
    return [
        Slice(
            row,
            row.x + row.width / 2,
            _fits(row.short, row.width, WIDE),
            _fits(row.short, row.width, NARROW),
            (len(percent(row.percent)) - 1) * FIGURE + POINT <= float(row.width) * WIDE[0],
        )
        for row in rows
    ]


@register.filter
def card_slices(rows: Sequence[CapRow]) -> list[Slice]:
    return [Slice(row, row.x + row.width / 2, _fits(row.short, row.width, CARD), False, False) for row in rows]


@dataclass(frozen=True)
class Stake:
    """The part of the bar that was brought in as technology; `is_late` where it lies in the right half."""

    x: Decimal
    width: Decimal
    is_late: bool


@register.filter
def technology_stake(rows: Sequence[CapRow]) -> Stake | None:
    """Nothing where there is none, or where other holders stand between."""
    found = [i for i, row in enumerate(rows) if row.line.contribution == "technology"]
    if not found or found[-1] - found[0] + 1 != len(found):
        return None
    x = rows[found[0]].x
    width = sum((rows[i].width for i in found), Decimal(0))
    return Stake(x, width, x + width > 60)
