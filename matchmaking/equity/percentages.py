"""Units to percentages. Units are what is stored; a percentage is only ever derived from them, and shown."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from typing import TypeVar

from matchmaking.equity.errors import EquityError
from matchmaking.equity.exact import count, whole_number

Holder = TypeVar("Holder", bound=Hashable)

# More than a table needs; from seven places on, str() of a small Decimal is written with an exponent.
MOST_PLACES = 6


def percentages(units: Mapping[Holder, int], places: int = 2) -> dict[Holder, Decimal]:
    """Percentages of the total that add up to exactly 100, in the order of `units`.

    Largest remainder: every share is cut at `places` (0 to 6) decimals, and the last digits that are missing go to the
    largest remainders; of equal remainders to more units first, then by str(holder). No share is a whole last digit
    away from its true value.
    EquityError: `no_holders`, `not_whole`, `negative`, `total_not_positive`, `places_out_of_range`.
    """
    parts = 10 ** (_checked(places) + 2)
    if not units:
        raise EquityError("no_holders")
    total = sum(count(str(holder), number) for holder, number in units.items())
    if total == 0:
        raise EquityError("total_not_positive", total=total)
    cut = {holder: divmod(number * parts, total) for holder, number in units.items()}
    missing = parts - sum(quotient for quotient, _ in cut.values())
    # repr parts 1 from "1", so that the order of the mapping never decides.
    order = sorted(units, key=lambda holder: (-cut[holder][1], -units[holder], str(holder), repr(holder)))
    favored = set(order[:missing])
    return {holder: _decimal(cut[holder][0] + (holder in favored), places) for holder in units}


def share(part: int, whole: int, places: int = 2) -> Decimal:
    """One percentage, as in “70.00 % of the technology stake”, rounded half to even at `places` (0 to 6) decimals.

    For a sentence, never for a table: single shares, each rounded by itself, need not add up to 100.
    EquityError: `not_whole`, `negative`, `part_above_whole`, `total_not_positive`, `places_out_of_range`.
    """
    parts = 10 ** (_checked(places) + 2)
    if count("whole", whole) == 0:
        raise EquityError("total_not_positive", total=whole)
    if count("part", part) > whole:
        raise EquityError("part_above_whole", part=part, whole=whole)
    quotient, remainder = divmod(part * parts, whole)
    is_up = 2 * remainder > whole or (2 * remainder == whole and quotient % 2 == 1)
    return _decimal(quotient + is_up, places)


def _checked(places: int) -> int:
    if not 0 <= whole_number("places", places) <= MOST_PLACES:
        raise EquityError("places_out_of_range", places=places, most=MOST_PLACES)
    return places


def _decimal(number: int, places: int) -> Decimal:
    # From text, since the constructor alone does not round to the context's precision.
    return Decimal(f"{number}E-{places}")
