"""Where a listing's rows and counts come from: the index, or the database while there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from django.db.models import QuerySet

from expo.registry import Listing
from expo.search import index
from expo.search.documents import hundredths
from expo.search.engine import Asked, Engine, Found
from expo.search.filterset import RELEVANCE, FairFilterSet
from expo.search.query import SearchQuery

MOST_KEYS = 10_000  # keys of one query to the database


class Answers(Protocol):
    """What a page of a listing asks for. `page` gives records in order."""

    @property
    def relaxed(self) -> bool: ...

    @property
    def total(self) -> int: ...

    def page(self, offset: int, limit: int) -> list[Any]: ...

    def counts(self) -> Mapping[str, Mapping[str, int]] | None: ...

    def every(self) -> QuerySet[Any]: ...


def answers(listing: Listing, filterset: FairFilterSet, *, offset: int = 0, limit: int = 1) -> Answers:
    """The index's answers where there is one. `offset` and `limit` are of the page that will most likely be asked."""
    opened = index.opened() if filterset.SEARCHED else None
    if opened is None:
        return FromDatabase(listing, filterset)
    return FromIndex(listing, filterset, Engine(opened), offset, limit)


class FromDatabase:
    """Every word must occur somewhere; no ranking. Slow on large tables, and always right."""

    relaxed = False  # every word is asked for, always

    def __init__(self, listing: Listing, filterset: FairFilterSet) -> None:
        self.listing = listing
        self.filterset = filterset

    @cached_property
    def total(self) -> int:
        return self.filterset.rows().count()

    def page(self, offset: int, limit: int) -> list[Any]:
        return list(self.listing.related(self.filterset.rows())[offset : offset + limit])

    def counts(self) -> None:
        """The facets count for themselves."""
        return

    def every(self) -> QuerySet[Any]:
        return self.filterset.rows()


class FromIndex:
    def __init__(self, listing: Listing, filterset: FairFilterSet, engine: Engine, offset: int, limit: int) -> None:
        self.listing = listing
        self.filterset = filterset
        self.engine = engine
        self.asked = asked_of(listing, filterset)
        self.first = offset, limit

    @cached_property
    def found(self) -> Found:
        offset, limit = self.first
        return self.engine.page(self.asked, offset=offset, limit=limit)

    @property
    def total(self) -> int:
        return self.found.total

    @property
    def relaxed(self) -> bool:
        return self.found.relaxed

    def page(self, offset: int, limit: int) -> list[Any]:
        found = self.found
        if (offset, limit) != self.first:
            found = self.engine.page(self.asked, offset=offset, limit=limit)
        return self.records(found.keys)

    def records(self, keys: Sequence[int]) -> list[Any]:
        """In the order of the keys. What was taken back a moment ago is not public any more and is left out."""
        rows = self.listing.related(self.listing.queryset()).filter(pk__in=keys)
        by_key = {row.pk: row for row in rows}
        return [by_key[key] for key in keys if key in by_key]

    def counts(self) -> dict[str, dict[str, int]]:
        offered = [name for name, facet in self.filterset.facet_filters().items() if facet.loaded]
        return self.engine.counts(self.asked, offered, relaxed=self.relaxed)

    def every(self) -> QuerySet[Any]:
        """All hits as rows, for pages that sort them out themselves."""
        keys = self.engine.page(self.asked, offset=0, limit=MOST_KEYS).keys
        return self.listing.queryset().filter(pk__in=keys).order_by(*self.filterset.order())


def asked_of(listing: Listing, filterset: FairFilterSet) -> Asked:
    """What the FilterSet understood, in the engine's words."""
    chosen = filterset.form.cleaned_data
    facets = {name: list(chosen.get(name) or ()) for name in filterset.facet_filters()}
    sort = filterset.sort_name()
    return Asked(
        noun=listing.noun,
        query=SearchQuery.parse(str(chosen.get("q") or "")),
        facets=facets,
        ranges=dict(_ranges(filterset, chosen)),
        marks=filterset.MARKS,
        sort="" if sort == RELEVANCE else sort,
    )


def _ranges(filterset: FairFilterSet, chosen: Mapping[str, Any]) -> Any:
    for name, end in filterset.ends().items():
        value: Decimal | None = chosen.get(name)
        if value is not None:
            number = hundredths(value)
            yield name, ((number, None) if end.lookup_expr == "gte" else (None, number))
