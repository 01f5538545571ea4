"""Records whose title begins with, or holds, what somebody types: while they type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language, override

from expo.registry import Listing
from expo.search import generation
from expo.search.analyzer import fold
from expo.search.engine import Asked, Engine
from expo.search.memory import memory_of, stamp
from expo.search.query import SearchQuery
from expo.search.surface import FIRST, typed_pieces
from expo.search.text import tidy

MOST, OF_A_NOUN = 8, 3  # suggestions, and of one noun where several are asked
LONGEST = 64  # characters of what is typed
WORDS = 24  # words that a beginning may stand for, the most frequent ones
PINYIN = 3  # letters from which on a beginning may be pinyin
Keys = list[tuple[Listing, list[int]]]


@dataclass(frozen=True)
class Suggestion:
    """A record. `other` is its title in the other language, where the typed text stands only in that one."""

    title: Any
    url: str
    other: Any = ""


@dataclass(frozen=True)
class Group:
    listing: Listing
    rows: list[Suggestion]


def suggestions(text: str, among: Sequence[Listing]) -> list[Group]:
    """At most eight records by noun: first those that begin with the text; nouns in the order given."""
    text = text[:LONGEST].lstrip()
    pieces = typed_pieces(text)
    if not pieces:
        return []
    opened = generation.opened()
    keys = _from_index(Engine(opened), text, among) if opened else _from_database(tidy(text), among)
    typed = ["".join(piece) for piece in pieces]
    groups = [Group(row, [_told(named, typed) for named in _named(row, numbers)]) for row, numbers in keys]
    return [group for group in groups if group.rows]


# ------------------------------------------------------------------ which
def _from_index(engine: Engine, text: str, among: Sequence[Listing]) -> Keys:
    """One small question for each noun, so that a large one leaves room for the others."""
    condition, begins = _conditions(engine, text)
    if condition is None:
        return []
    most = MOST if len(among) == 1 else OF_A_NOUN
    found: list[tuple[float, int, int]] = []
    for place, row in enumerate(among):
        asked = Asked(row.noun, SearchQuery(), marks=row.filterset.MARKS)
        must = [(engine.t.Occur.Must, query) for query in (*engine.conditions(asked), engine.silent(condition))]
        query = engine.t.Query.boolean_query([*must, (engine.t.Occur.Should, begins)])
        hits = engine.searcher.search(query, limit=most, count=False).hits
        keys = engine.numbers("pk", [address for _score, address in hits])
        found += [(-score, place, pk) for (score, _address), pk in zip(hits, keys, strict=True)]
    best = sorted(found, key=lambda hit: hit[:2])[:MOST]
    first = {place: i for i, (_score, place, _pk) in reversed(list(enumerate(best)))}
    best.sort(key=lambda hit: first[hit[1]])
    return [(among[place], [pk for *_, pk in hits]) for place, hits in groupby(best, key=lambda hit: hit[1])]


def _conditions(engine: Engine, text: str) -> tuple[Any, Any]:
    """(what a title must hold, what it holds when it begins so); None where no title can."""
    pieces, is_open = typed_pieces(text), not text[-1].isspace()
    ways = [_titles(engine, pieces, is_open=is_open)]
    letters = "".join(piece[0] for piece in pieces if len(piece) == 1)
    if len(letters) >= PINYIN and letters.isascii() and letters.isalpha():
        ways.append(_any(engine, "pinyin", letters))
    ways = [way for way in ways if way is not None]
    first = FIRST + pieces[0][0]
    begins = _any(engine, "titles", first) if is_open and len(pieces) == 1 else None
    begins = begins or engine.exact("titles", first)
    return (engine.any_of(ways) if ways else None), engine.t.Query.const_score_query(begins, 1.0)


def _titles(engine: Engine, pieces: Sequence[tuple[str, ...]], *, is_open: bool) -> Any:
    """Every piece in a title; the last word may go on, a Han run may anyway."""
    must = []
    for i, piece in enumerate(pieces):
        if len(piece) > 1:
            must.append(engine.t.Query.phrase_query(engine.schema, "titles", list(piece)))
        elif is_open and i == len(pieces) - 1:
            must.append(_any(engine, "titles", piece[0]))
        else:
            must.append(engine.exact("titles", piece[0]))
    return None if None in must else engine.all_of(must)


def _any(engine: Engine, field: str, beginning: str) -> Any:
    """Any word with this beginning; None where there is none."""
    words = engine.searcher.terms_with_prefix(field, beginning, limit=WORDS)
    return engine.any_of([engine.exact(field, word) for word, _count in words]) if words else None


def _from_database(text: str, among: Sequence[Listing]) -> Keys:
    """Titles that begin with the text, noun by noun until there are enough."""
    found: Keys = []
    left = MOST
    for row in among:
        columns = [column for column in row.filterset.SEARCHED if column.startswith(row.filterset.TITLES)]
        if left <= 0 or not columns:
            continue
        begins = reduce(or_, (Q(**{f"{column}__istartswith": text}) for column in columns))
        most = MOST if len(among) == 1 else min(left, OF_A_NOUN)
        if keys := list(row.queryset().filter(begins).order_by("pk").values_list("pk", flat=True)[:most]):
            found.append((row, keys))
            left -= len(keys)
    return found


# ------------------------------------------------------------------ how they are told
def _named(row: Listing, keys: Sequence[int]) -> list[tuple[Any, Any, str]]:
    """(title, title in the other language, address), remembered as long as nothing public changes."""
    now = stamp()
    memory = memory_of(now) if now else {}
    names = {key: (get_language(), "named", row.noun, key) for key in keys}
    found: dict[int, tuple[Any, Any, str] | None] = {key: memory.get(name) for key, name in names.items()}
    if missing := [key for key, told in found.items() if told is None]:
        for record in row.queryset().filter(pk__in=missing):
            title = _title(record)
            with override(_other_language()):
                other = _title(record)
            found[record.pk] = memory[names[record.pk]] = (title, other, record.get_absolute_url())
    return [told for told in found.values() if told]


def _title(record: Any) -> Any:
    return getattr(record, "title", None) or record.name


def _other_language() -> str:
    return next(code for code, _name in settings.LANGUAGES if code != get_language())


def _told(named: tuple[Any, Any, str], typed: Sequence[str]) -> Suggestion:
    title, other, url = named
    here, there = fold(str(title)), fold(str(other))
    is_elsewhere = all(word in there for word in typed) and not all(word in here for word in typed)
    return Suggestion(title, url, other if is_elsewhere else "")
