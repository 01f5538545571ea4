"""The records that have most of some values of a facet, found in the index.

A database must count the values of every record to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from expo import registry
from expo.search import generation
from expo.search.engine import Asked, Engine
from expo.search.likeness import Key, Place, placed
from expo.search.query import SearchQuery
from expo.search.schema import FACET, SORT, TOGETHER


@dataclass(frozen=True)
class Wanted:
    """Records of a noun with one at least of the `values` of `facet`.

    `among` are values of the facet `place` that they lie below; `exactly` are values that they have and no other.
    """

    noun: str
    facet: str
    values: Sequence[str]
    place: str
    among: Sequence[str] = ()
    exactly: Sequence[str] = ()


def sharing_most(wanted: Wanted, *, limit: int) -> list[int] | None:
    """Keys of public records: most different values first, of equals in the listing's own order. None: no index."""
    opened = generation.opened()
    if opened is None:
        return None
    engine = Engine(opened)
    values = [engine.exact(FACET + wanted.facet, value) for value in dict.fromkeys(wanted.values)]
    found: list[int] = []
    more: list[Any] = []  # what has been looked for already: those with more of the values
    for least in range(len(values), 0, -1):
        shared = engine.any_of(values, least)
        query = engine.all_of([*_within(engine, wanted), shared], without=more)
        found += _first(engine, wanted.noun, query, limit - len(found))
        if len(found) == limit:
            break
        more = [shared]
    return found


def places_sharing(engine: Engine, wanted: Wanted, *, limit: int) -> dict[Place, Key]:
    """Where records lie that have most different values; of equals any, which takes a fifth of the time."""
    constant = engine.t.Query.const_score_query
    values = [constant(engine.exact(FACET + wanted.facet, value), 1.0) for value in dict.fromkeys(wanted.values)]
    query = engine.all_of([*_within(engine, wanted), engine.any_of(values)])
    hits = engine.searcher.search(query, limit=limit, count=False).hits
    return placed(engine, wanted.noun, [address for _score, address in hits])


def _within(engine: Engine, wanted: Wanted) -> list[Any]:
    filterset = registry.listings[wanted.noun].filterset
    places = [engine.exact(FACET + wanted.place, value) for value in wanted.among]
    places += [engine.exact(TOGETHER + wanted.place, value) for value in wanted.exactly]
    asked = Asked(wanted.noun, SearchQuery(), marks=filterset.MARKS)
    return [*engine.conditions(asked), engine.any_of(places)]


def _first(engine: Engine, noun: str, query: Any, limit: int) -> list[int]:
    order = SORT + next(iter(registry.listings[noun].filterset.SORTS))
    upward = engine.t.Order.Asc
    hits = engine.searcher.search(query, limit=limit, count=False, order_by_field=order, order=upward).hits
    return engine.numbers("pk", [address for _key, address in hits])
