"""Where a listing's rows and counts come from: the index, or the database while there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from django.db.models import QuerySet

from expo.registry import Listing
from expo.search import generation, likeness, synonyms
from expo.search.documents import hundredths
from expo.search.engine import Asked, Engine, Found
from expo.search.filterset import RELEVANCE, FairFilterSet
from expo.search.memory import Stamp, remembered
from expo.search.query import SearchQuery

MOST_KEYS = 10_000  # keys of one query to the database


class Answers(Protocol):
    """What a page of a listing asks for: `keys` of the hits in order, and `records` of keys in the same order."""

    @property
    def relaxed(self) -> bool: ...

    @property
    def widened(self) -> tuple[tuple[str, tuple[str, ...]], ...]: ...

    @property
    def total(self) -> int: ...

    def total_of(self, filterset: FairFilterSet) -> int:
        """How many hits the same listing would have by other filters."""

    def keys(self, offset: int, limit: int) -> list[int]: ...

    def records(self, keys: Sequence[int]) -> list[Any]: ...

    def related(self) -> list[int]: ...

    def counts(self) -> Mapping[str, Mapping[str, int]] | None: ...

    def every(self) -> QuerySet[Any]: ...


def answers(listing: Listing, filterset: FairFilterSet, *, offset: int = 0, limit: int = 1) -> Answers:
    """The index's answers where there is one. `offset` and `limit` are of the page that will most likely be asked."""
    opened = generation.opened() if filterset.SEARCHED else None
    if opened is None:
        return FromDatabase(listing, filterset)
    engine = Engine(opened, synonyms.current(opened.folder, opened.generation))
    return FromIndex(listing, filterset, engine, offset, limit)


class FromDatabase:
    """Every word must occur somewhere; no ranking. Slow on large tables, and always right."""

    relaxed = False  # every word is asked for, always
    widened = ()  # and by no other

    def __init__(self, listing: Listing, filterset: FairFilterSet) -> None:
        self.listing = listing
        self.filterset = filterset

    @cached_property
    def total(self) -> int:
        return self.filterset.rows().count()

    def total_of(self, filterset: FairFilterSet) -> int:
        return filterset.rows().count()

    def keys(self, offset: int, limit: int) -> list[int]:
        return list(self.filterset.rows().values_list("pk", flat=True)[offset : offset + limit])

    def records(self, keys: Sequence[int]) -> list[Any]:
        return records_of(self.listing, keys)

    def related(self) -> list[int]:
        return []

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

    @property
    def widened(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return self.found.widened

    def total_of(self, filterset: FairFilterSet) -> int:
        return self.engine.total(asked_of(self.listing, filterset))

    def keys(self, offset: int, limit: int) -> list[int]:
        if offset == self.first[0] and limit <= self.first[1]:
            return self.found.keys[:limit]
        return self.engine.page(self.asked, offset=offset, limit=limit).keys

    def records(self, keys: Sequence[int]) -> list[Any]:
        return records_of(self.listing, keys)

    def related(self) -> list[int]:
        """Keys of records that fulfil the filters and are no hits, the nearest in meaning first."""
        return likeness.related(self.engine, self.asked, relaxed=self.relaxed)

    def counts(self) -> dict[str, dict[str, int]]:
        """Of facets that are not counted, what all records together have."""
        offered = {name: facet.is_counted for name, facet in self.filterset.facet_filters().items() if facet.loaded}
        counted, others = ([name for name in offered if offered[name] is is_counted] for is_counted in (True, False))
        now = self.filterset.stamp  # taken before the engine was opened: a later one would name a newer generation
        return self._counts(counted, now) | (self._used(others, now) if others else {})

    def _counts(self, names: list[str], now: Stamp | None) -> dict[str, dict[str, int]]:
        """Remembered where no text is asked: what visits begin with, and go on by filters that others choose too."""
        if now is None or self.asked.query:
            return self.engine.counts(self.asked, names, relaxed=self.relaxed)
        key = ("counts", replace(self.asked, sort="").key(), *names)
        return remembered(key, lambda: self.engine.counts(self.asked, names), now)

    def _used(self, names: list[str], now: Stamp | None) -> dict[str, dict[str, int]]:
        everything = Asked(self.listing.noun, SearchQuery(), marks=self.filterset.MARKS)
        if now is None:
            return self.engine.counts(everything, names)
        return remembered(("used", self.listing.noun, *names), lambda: self.engine.counts(everything, names), now)

    def every(self) -> QuerySet[Any]:
        """All hits as rows, for pages that sort them out themselves."""
        keys = self.engine.page(self.asked, offset=0, limit=MOST_KEYS).keys
        return self.listing.queryset().filter(pk__in=keys).order_by(*self.filterset.order())


def records_of(listing: Listing, keys: Sequence[int]) -> list[Any]:
    """In the order of the keys. What was taken back a moment ago is not public any more and is left out."""
    rows = listing.related(listing.queryset()).filter(pk__in=keys)
    by_key = {row.pk: row for row in rows}
    return [by_key[key] for key in keys if key in by_key]


def asked_of(listing: Listing, filterset: FairFilterSet) -> Asked:
    """What the FilterSet understood, in the engine's words."""
    chosen = filterset.cleaned
    facets = {name: list(chosen.get(name) or ()) for name in filterset.facet_filters()}
    sort = filterset.sort_name()
    return Asked(
        noun=listing.noun,
        query=SearchQuery.parse(str(chosen.get("q") or "")),
        facets=facets,
        ranges=dict(_ranges(filterset, chosen)),
        marks=filterset.MARKS,
        reach=filterset.reach(),
        sort="" if sort == RELEVANCE else sort,
    )


def _ranges(filterset: FairFilterSet, chosen: Mapping[str, Any]) -> Any:
    for name, end in filterset.ends().items():
        value: Decimal | None = chosen.get(name)
        if value is not None:
            number = hundredths(value)
            yield name, ((number, None) if end.lookup_expr == "gte" else (None, number))
