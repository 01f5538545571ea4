"""The word somebody may have meant where nothing is found: offered as a link, never searched for unasked.

The index keeps stems, so the word that is offered is read from the records that hold the nearest stem.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase
from typing import Any

from expo.registry import Listing
from expo.search.analyzer import fold, stem
from expo.search.answers import FromIndex
from expo.search.engine import Engine
from expo.search.query import SearchQuery

LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
WORD = re.compile(rf"(?<![\w:-])[{LATIN}]+(?!\w)")
SHORTEST, LONG, LONGEST = 4, 8, 32  # letters of a word that is mended, from where on two may differ, and at most
MOST_WORDS = 3  # of a text that are mended
RECORDS = 12  # that are read for the word
READ = 4_000  # characters of each text


@dataclass(frozen=True)
class Nearest:
    """`text` is what was typed with the nearest words in it, `missing` the words that nothing has."""

    text: str
    missing: str
    url: str = ""


def nearest_of(page: Any) -> Nearest | None:
    """For a listing's page (`ListingPage`) that found nothing; with the filters that are chosen there."""
    answers = page.answers
    if page.total or not page.text or not isinstance(answers, FromIndex):
        return None

    def has_hits(text: str) -> bool:
        asked = replace(answers.asked, query=SearchQuery.parse(text))
        return answers.engine.page(asked, offset=0, limit=1).total > 0

    found = nearest(page.text, answers.engine, [page.listing], has_hits)
    if found is None:
        return None
    query = page.query.copy()
    query["q"] = found.text
    return replace(found, url=page.url(query))


def nearest(text: str, engine: Engine, among: Sequence[Listing], has_hits: Callable[[str], bool]) -> Nearest | None:
    """The text with each word that the index does not know mended; only if that finds something."""
    mended, missing = text, []
    for word in list(dict.fromkeys(WORD.findall(text)))[:MOST_WORDS]:
        if other := _nearest_word(engine, fold(word), among):
            mended = re.sub(rf"(?<![\w:-]){re.escape(word)}(?!\w)", other, mended)
            missing.append(word)
    if not missing or not has_hits(mended):
        return None
    return Nearest(mended, " ".join(missing))


def _nearest_word(engine: Engine, word: str, among: Sequence[Listing]) -> str:
    """As it is written in a record; empty where the word is known, too short, or none is near."""
    if not SHORTEST <= len(word) <= LONGEST or engine.searcher.doc_freq("terms", stem(word)):
        return ""
    found = _written(engine, _one_apart(engine, word), word, 1, among)
    if not found and len(word) >= LONG:
        found = _written(engine, _two_apart(engine, word), word, 2, among)
    return found


def _one_apart(engine: Engine, word: str) -> list[Any]:
    """Every stem that is one mistake away, by looking each of them up: faster than walking along all terms."""
    known = (form for form in one_apart(word) | one_apart(stem(word)) if engine.searcher.doc_freq("terms", form))
    return [engine.exact("terms", form) for form in sorted(known)]


def _two_apart(engine: Engine, word: str) -> list[Any]:
    query = engine.t.Query
    return [query.fuzzy_term_query(engine.schema, "terms", form, 2) for form in dict.fromkeys((word, stem(word)))]


def _written(engine: Engine, near: Sequence[Any], word: str, most: int, among: Sequence[Listing]) -> str:
    """The nearest word in the records that hold one of the terms."""
    if not near:
        return ""
    written = Counter(
        found
        for texts in _texts(engine, near, among)
        for text in texts
        for found in WORD.findall(text[:READ])
        if abs(len(found) - len(word)) <= most
    )
    close = [(apart, found) for found in written if (apart := distance(word, fold(found))) <= most]
    # The nearest, then one that begins alike, then the most frequent, then the one that is no beginning of a sentence.
    best = min(
        close,
        key=lambda row: (row[0], fold(row[1])[0] != word[0], -written[row[1]], not row[1].islower()),
        default=None,
    )
    return best[1] if best else ""


def _texts(engine: Engine, near: Sequence[Any], among: Sequence[Listing]) -> Iterator[tuple[str, ...]]:
    """The public texts of the first records that hold one of the terms."""
    nouns = engine.any_of([engine.exact("noun", row.noun) for row in among])
    asked = engine.all_of([engine.silent(nouns), engine.silent(engine.any_of(near))])
    keys: dict[str, list[int]] = {}
    for _score, address in engine.searcher.search(asked, limit=RECORDS, count=False).hits:
        noun, _, pk = engine.searcher.doc(address)["key"][0].partition(":")
        keys.setdefault(noun, []).append(int(pk))
    for row in among:
        if row.noun in keys:
            rows = row.queryset().filter(pk__in=keys[row.noun]).order_by().values_list(*row.filterset.SEARCHED)
            yield from (tuple(filter(None, texts)) for texts in rows.distinct())


def one_apart(word: str) -> set[str]:
    """All that one letter put in, taken out, changed or swapped with its neighbor makes of a word."""
    letters = {*ascii_lowercase, *word}
    halves = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    less = {left + right[1:] for left, right in halves if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    other = {left + letter + right[1:] for left, right in halves if right for letter in letters}
    more = {left + letter + right for left, right in halves for letter in letters}
    return (less | swapped | other | more) - {word}


def distance(one: str, other: str) -> int:
    """Letters that must be put in, taken out, changed or swapped with their neighbor to make one word the other."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, facing in enumerate(other, start=1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
