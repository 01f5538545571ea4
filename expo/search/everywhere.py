"""One text asked of every noun: the groups that have hits, the best first, a few rows each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from expo.registry import Listing, listings
from expo.search import generation, synonyms
from expo.search.answers import FromDatabase
from expo.search.engine import FEW, Asked, Engine, Found
from expo.search.highlight import snippets
from expo.search.memory import remembered, stamp
from expo.search.nearest import Nearest, nearest
from expo.search.query import SearchQuery
from expo.search.text import tidy

SHOWN = 4  # rows of a noun
Hits = tuple[Listing, Found]


@dataclass(frozen=True)
class Group:
    """A noun's hits: `keys` of the first ones, and their snippets by key."""

    listing: Listing
    total: int
    keys: list[int]
    found: dict[int, SafeString]
    more_url: str


@dataclass(frozen=True)
class Place:
    """What can be searched, and how many there are; None where nobody counted."""

    listing: Listing
    url: str
    total: int | None


@dataclass(frozen=True)
class Everywhere:
    """What the search page shows: groups of a text, or the places to search while there is none."""

    text: str
    groups: list[Group] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    relaxed: bool = False
    widened: tuple[tuple[str, tuple[str, ...]], ...] = ()
    nearest: Nearest | None = None

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)


def everywhere() -> list[Listing]:
    """The nouns of the search over everything: those of the menu in its order, then the others."""
    found = [row for row in listings.values() if row.in_search]
    return sorted(found, key=lambda row: (row.menu == 0, row.menu))


def found_everywhere(typed: str) -> Everywhere:
    query = SearchQuery.parse(tidy(typed))
    text = tidy(typed) if query else ""
    now, opened = stamp(), generation.opened()  # in this order: what is older may not be kept as newer
    engine = Engine(opened, synonyms.current(opened.folder, opened.generation)) if opened else None
    if not text:
        count = partial(_places, engine)
        return Everywhere("", places=remembered(("places",), count, now) if now else count())
    hits = _from_index(engine, query) if engine else _from_database(text)
    return Everywhere(
        text,
        groups=[_group(row, found, query, text) for row, found in hits],
        relaxed=any(found.relaxed for _row, found in hits),
        widened=next((found.widened for _row, found in hits), ()),
        nearest=_nearest(engine, text) if engine and not hits else None,
    )


# ------------------------------------------------------------------ hits
def _from_index(engine: Engine, query: SearchQuery) -> list[Hits]:
    """The nouns with hits: those of the menu, then the others, by the score of the first one.

    Where all have few together, any word will do."""
    hits = _asked(engine, query, relax=False)
    if sum(found.total for _row, found in hits) < FEW:
        hits = _asked(engine, query, relax=True)
    return sorted(hits, key=lambda hit: (hit[0].menu == 0, -hit[1].best))


def _asked(engine: Engine, query: SearchQuery, *, relax: bool) -> list[Hits]:
    found = [(row, engine.page(_all_of(row, query), offset=0, limit=SHOWN, relax=relax)) for row in everywhere()]
    return [(row, hits) for row, hits in found if hits.total]


def _all_of(row: Listing, query: SearchQuery) -> Asked:
    return Asked(row.noun, query, marks=row.filterset.MARKS)


def _from_database(text: str) -> list[Hits]:
    query = QueryDict(mutable=True)
    query["q"] = text
    answers = [(row, FromDatabase(row, row.filterset(query, row.queryset()))) for row in everywhere()]
    found = [(row, Found(hits.total, hits.keys(0, SHOWN))) for row, hits in answers]
    return [(row, hits) for row, hits in found if hits.total]


def _group(row: Listing, found: Found, query: SearchQuery, text: str) -> Group:
    notes = snippets(row, found.keys, query, get_language() or "en", found.widened)
    return Group(row, found.total, found.keys, notes, f"{reverse(row.url_name)}?{urlencode({'q': text})}")


# ------------------------------------------------------------------ without hits, without a text
def _nearest(engine: Engine, text: str) -> Nearest | None:
    among: Sequence[Listing] = everywhere()

    def has_hits(mended: str) -> bool:
        query = SearchQuery.parse(mended)
        return any(engine.page(_all_of(row, query), offset=0, limit=1).total for row in among)

    found = nearest(text, engine, among, has_hits)
    return Nearest(found.text, found.missing, f"{reverse('search')}?{urlencode({'q': found.text})}") if found else None


def _places(engine: Engine | None) -> list[Place]:
    def total(row: Listing) -> int | None:
        asked: Any = _all_of(row, SearchQuery())
        return engine.page(asked, offset=0, limit=1).total if engine else None

    return [Place(row, reverse(row.url_name), total(row)) for row in everywhere()]
