"""The first rows of a listing and how many there are, for pages that show a few of them: the index knows both at once.

The database would sort or count a table that grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from expo import registry
from expo.search import generation
from expo.search.engine import Asked, Engine
from expo.search.query import SearchQuery


def first_of(noun: str, rows: QuerySet[Any], *, limit: int, **facets: str) -> Iterable[Any]:
    """The first of the public records with these facet values, in the listing's own order.

    `rows` are the same records asked of the database, which answers while there is no index."""
    opened = generation.opened()
    if opened is None:
        return rows[:limit]
    keys = Engine(opened).page(_asked(noun, **facets), offset=0, limit=limit).keys
    found = {row.pk: row for row in registry.listings[noun].queryset().filter(pk__in=keys).order_by()}
    return [found[key] for key in keys if key in found]


def count_of(noun: str) -> int:
    """How many records the listing of a noun has."""
    opened = generation.opened()
    if opened is None:
        return registry.listings[noun].queryset().count()
    return Engine(opened).page(_asked(noun), offset=0, limit=1).total


def counts_of(noun: str, facet: str) -> Mapping[str, int] | None:
    """How many records of the listing each value of a facet has; None while there is no index."""
    opened = generation.opened()
    return Engine(opened).counts(_asked(noun), [facet])[facet] if opened else None


def _asked(noun: str, **facets: str) -> Asked:
    filterset = registry.listings[noun].filterset
    chosen = {name: [value] for name, value in facets.items()}
    return Asked(noun, SearchQuery(), chosen, marks=filterset.MARKS, sort=next(iter(filterset.SORTS)))
