"""Metrics in the index: what a record states of a parameter, as terms that sort like the values.

`MeasuredQuerySet.reaching` says what it means to reach a range; here is the same for the index, where a record's
statements lie side by side and two of them must never answer together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from expo.search.engine import Engine

FIELD = "measures"
CHANGE = ".change"  # ends the key of changes in per cent, which are never mixed with the values themselves
PLACES = 6
OFFSET = 10**18  # more than the largest value in millionths, so that all are positive
LOWEST, HIGHEST = "0" * 19, "9" * 19

# What a term tells: a value that is reached, an open end, the beginning and the end of a range by its number.
POINT, AT_LEAST, AT_MOST, FROM, TO = "p", "g", "l", "f", "t"


@dataclass(frozen=True)
class Reach:
    """What a reader asks of one parameter, in its unit; None is no end. `facet` is the filter that asks."""

    key: str
    low: Decimal | None = None
    high: Decimal | None = None
    facet: str = "parameter"


def key_of(slug: str, is_change: bool) -> str:
    return slug + CHANGE if is_change else slug


def sortable(value: Decimal) -> str:
    """Millionths, of one width."""
    return f"{OFFSET + int(value.scaleb(PLACES)):019d}"


def term(kind: str, key: str, value: str) -> str:
    return f"{kind}~{key}~{value}"


# ------------------------------------------------------------------ what is stored
Statement = tuple[str, Decimal, Decimal | None]  # operator, value, upper end


def terms(key: str, stated: Iterable[Statement]) -> Iterator[str]:
    """The terms of all that one record states of one parameter."""
    ranges = []
    for operator, value, upper in stated:
        if operator == "ge":
            yield term(AT_LEAST, key, sortable(value))
        elif operator == "le":
            yield term(AT_MOST, key, sortable(value))
        else:
            yield term(POINT, key, sortable(value))
        if upper is not None:
            yield term(POINT, key, sortable(upper))
            ranges.append((value, upper))
    for number, (low, high) in enumerate(merged(ranges)):
        yield term(f"{FROM}{number}", key, sortable(low))
        yield term(f"{TO}{number}", key, sortable(high))


def merged(ranges: Iterable[tuple[Decimal, Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """The same values in as few ranges as possible, in order."""
    found: list[tuple[Decimal, Decimal]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


# ------------------------------------------------------------------ what is asked
def condition(engine: Engine, asked: Reach) -> Any:
    """A query for the records that reach it; without an end, for those that state the parameter."""
    low = LOWEST if asked.low is None else sortable(asked.low)
    high = HIGHEST if asked.high is None else sortable(asked.high)
    ways = [between(engine, POINT, asked.key, low, high)]
    if asked.high is None:
        ways.append(between(engine, AT_LEAST, asked.key, low, HIGHEST))
    if asked.low is None:
        ways.append(between(engine, AT_MOST, asked.key, LOWEST, high))
    if asked.low is not None and asked.high is not None:
        ways += spanning(engine, asked.key, low, high)
    return engine.any_of(ways)


def spanning(engine: Engine, key: str, low: str, high: str) -> Iterator[Any]:
    """Ranges that begin before and end behind what is asked: begin and end of the same number, as many as there are."""
    number = 0
    while engine.is_any(between(engine, f"{FROM}{number}", key, LOWEST, HIGHEST)):
        begins = between(engine, f"{FROM}{number}", key, LOWEST, low)
        ends = between(engine, f"{TO}{number}", key, high, HIGHEST)
        yield engine.all_of([begins, ends])
        number += 1


def between(engine: Engine, kind: str, key: str, low: str, high: str) -> Any:
    """Records with a term of a range. Its parser knows ranges of text, the library's query objects do not."""
    return engine.parsed(f"{FIELD}:[{term(kind, key, low)} TO {term(kind, key, high)}]")
