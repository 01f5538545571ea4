"""Format only: what an instrument costs, from rates that were fetched before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import template

from expo.models import Instrument, Rate

register = template.Library()
AUDIENCES = (Rate.Audience.EXTERNAL, Rate.Audience.SME_VOUCHER, Rate.Audience.INTERNAL)  # who reads the page first


@register.filter
def rate_for_others(instrument: Instrument) -> Rate | None:
    """What a stranger pays, by the hour where there is such a rate; a rate with a voucher where there is no other."""
    rows = [rate for rate in instrument.rates.all() if rate.audience != Rate.Audience.INTERNAL]
    return min(
        rows, key=lambda rate: (rate.audience != Rate.Audience.EXTERNAL, rate.basis != Rate.Basis.HOUR), default=None
    )


@dataclass(frozen=True)
class RateRow:
    audience: str
    rates: list[tuple[str, Rate | None]]


@dataclass(frozen=True)
class RateTable:
    """One row for each kind of user, one column for each basis that is charged."""

    bases: list[str]
    rows: list[RateRow]


@register.filter
def rate_table(rates: Iterable[Rate]) -> RateTable:
    stated = {(rate.audience, rate.basis): rate for rate in rates}
    bases = [basis for basis in Rate.Basis if any(charged == basis for _audience, charged in stated)]
    audiences = [audience for audience in AUDIENCES if any(who == audience for who, _basis in stated)]
    rows = [
        RateRow(str(who.label), [(str(basis.label), stated.get((who, basis))) for basis in bases]) for who in audiences
    ]
    return RateTable([str(basis.label) for basis in bases], rows)
