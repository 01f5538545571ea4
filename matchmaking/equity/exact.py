"""Doors for numbers: whole units, exact amounts, whole percentages. Nothing here is ever rounded without saying so."""

from __future__ import annotations

from decimal import ROUND_CEILING, Context, Decimal, Inexact, InvalidOperation

from matchmaking.equity.errors import EquityError

# A thousand digits hold every amount there is; what would not fit raises instead of losing its last digit.
EXACT = Context(prec=1000, traps=[Inexact, InvalidOperation])
UPWARD = Context(prec=1000, rounding=ROUND_CEILING, traps=[InvalidOperation])


def whole_number(name: str, value: object) -> int:
    """An int, of any sign and size. EquityError `not_whole` for anything else: bool, float, Decimal, str."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise EquityError("not_whole", name=name, value=value)
    return value


def count(name: str, value: object) -> int:
    """A whole number of units, 0 or more. EquityError `not_whole`, `negative`."""
    number = whole_number(name, value)
    if number < 0:
        raise EquityError("negative", name=name, value=number)
    return number


def percent(value: object) -> int:
    """The whole percentage of a rule, 0 to 100. EquityError `not_whole`, `percent_out_of_range`."""
    number = whole_number("pct", value)
    if not 0 <= number <= 100:
        raise EquityError("percent_out_of_range", pct=number)
    return number


def balance(name: str, value: object) -> Decimal:
    """A finite Decimal of any sign, such as a year's profit. EquityError `not_an_amount` (float, int, NaN)."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise EquityError("not_an_amount", name=name, value=value)
    return value


def amount(name: str, value: object) -> Decimal:
    """A finite Decimal, 0 or more. EquityError `not_an_amount`, `negative`."""
    number = balance(name, value)
    if number < 0:
        raise EquityError("negative", name=name, value=number)
    return number
