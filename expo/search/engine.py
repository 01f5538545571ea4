"""Asking the index: which records are hits, in which order, and how many each facet value would leave."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import comb
from typing import Any

from expo.search import counting
from expo.search.analyzer import STOP_WORDS, pairs_of, positions
from expo.search.generation import Opened
from expo.search.measures import FIELD, Reach, condition
from expo.search.query import ANY_SHARE, Need, SearchQuery, code_key, round_up
from expo.search.ranking import K1, WINDOW, Meaning, best_first, current, fuse, meant, rarity
from expo.search.schema import FACET, NUMBER, PLACE, SORT
from expo.search.synonyms import NONE, Piece, Stretch, Synonyms, Word

FEW = 5  # below so many hits any term will do, and the page says so
MOST_WAYS = 6  # to hold enough of some terms, up to which each of them is asked for
MOST_NESTED = 20  # the same, one in the other
NARROW = 64  # places, up to which their lists are read instead of the place of every document
# Of what the typed word would earn: a synonym in a title, which counts three times, stays behind the word in a text.
SYNONYM_WEIGHT = 0.6


@dataclass(frozen=True)
class Asked:
    """What a listing asks of the engine, besides the text: chosen values, ranges of hundredths, marks it must bear."""

    noun: str
    query: SearchQuery
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)  # mark by the facet that lifts it
    reach: Reach | None = None
    sort: str = ""

    def key(self) -> Hashable:
        """The same for the same question."""
        facets = tuple(sorted((name, tuple(sorted(values))) for name, values in self.facets.items() if values))
        marks = tuple(sorted(self.marks.items()))
        return (self.noun, self.query, facets, tuple(sorted(self.ranges.items())), marks, self.reach, self.sort)

    def without(self, name: str) -> Asked:
        """The same question without one filter, in no order."""

        def rest(chosen: Mapping[str, Any]) -> dict[str, Any]:
            return {other: value for other, value in chosen.items() if other != name}

        lifted = [facet for facet, values in self.facets.items() if values]
        marks = {facet: mark for facet, mark in self.marks.items() if facet != name and facet not in lifted}
        reach = None if self.reach is not None and self.reach.facet == name else self.reach
        return replace(self, facets=rest(self.facets), ranges=rest(self.ranges), marks=marks, reach=reach, sort="")

    @property
    def is_everything(self) -> bool:
        """Whether all records of the noun are asked for."""
        return not (self.query or any(self.facets.values()) or self.ranges or self.reach)


@dataclass(frozen=True)
class Found:
    """`keys` of one page in order; `relaxed` says that any term was enough, `widened` which words of the text were
    looked for by other words too: (the word, the others). `best` is the score of the first one.
    """

    total: int
    keys: list[int]
    relaxed: bool = False
    widened: tuple[tuple[str, tuple[str, ...]], ...] = ()
    best: float = 0.0


class Engine:
    """One generation of the index, asked with tantivy's queries. Without `synonyms` a word finds only itself.

    `meaning` is asked when it is needed; where it gives None, the order is by words alone.
    """

    def __init__(
        self, opened: Opened, synonyms: Synonyms = NONE, meaning: Callable[[], Meaning | None] = current
    ) -> None:
        import tantivy

        self.t = tantivy
        self.generation = opened.generation
        self.kept = opened.kept
        self.index = opened.index
        self.schema = opened.index.schema
        self.searcher = opened.searcher
        self.synonyms = synonyms
        self.meaning = meaning
        self._rarities: dict[str, float] = {}
        self._plans: dict[str, tuple[Stretch, ...]] = {}
        self._texts: dict[tuple[SearchQuery, bool], Any] = {}  # asked again for each facet and each noun
        self._scorings: dict[SearchQuery, list[tuple[Any, Any]]] = {}

    # -------------------------------------------------------------- small queries
    def exact(self, name: str, value: str | int) -> Any:
        return self.t.Query.term_query(self.schema, name, value, index_option="basic")

    def term(self, term: str) -> Any:
        """A stop word stands only where phrases are looked for."""
        if term in STOP_WORDS:
            return self.t.Query.term_query(self.schema, "words", term, index_option="position")
        return self.t.Query.term_query(self.schema, "terms", term, index_option="freq")

    def any_of(self, queries: Sequence[Any], least: int = 1) -> Any:
        """A condition: at least so many. Few ways to that are asked for one by one, in half of the time of counting."""
        if len(queries) == least:
            return self.all_of(queries)
        if least > 1 and comb(len(queries), least) <= MOST_WAYS:
            queries, least = [self.all_of(way) for way in combinations(queries, least)], 1
        should = [(self.t.Occur.Should, query) for query in queries]
        return self.t.Query.boolean_query(should, minimum_number_should_match=least)

    def all_of(self, queries: Iterable[Any], without: Iterable[Any] = ()) -> Any:
        must = [(self.t.Occur.Must, query) for query in queries]
        return self.t.Query.boolean_query([*must, *((self.t.Occur.MustNot, query) for query in without)])

    def parsed(self, words: str) -> Any:
        """By tantivy's own parser: only for what this package writes itself."""
        return self.index.parse_query(words, [FIELD])

    def is_any(self, query: Any) -> bool:
        return bool(self.searcher.search(query, limit=1, count=False).hits)

    def silent(self, query: Any) -> Any:
        """A condition that earns no score."""
        return self.t.Query.const_score_query(query, 0.0)

    def with_vectors(self, keys: Sequence[int]) -> Any:
        return self.t.Query.term_set_query(self.schema, "vector", list(keys))

    # -------------------------------------------------------------- the text
    def need(self, need: Need) -> Any:
        """A hit holds enough of the terms, or the word written together, or its pinyin."""
        ways = [self.any_of([self.term(term) for term in need.terms], need.least)]
        if need.whole:
            ways.append(self.term(need.whole))
        if need.raw.isascii() and need.raw.isalpha() and len(need.raw) > 3:
            ways.append(self.exact("pinyin", need.raw))
        return self.any_of(ways) if len(ways) > 1 else ways[0]

    def phrase(self, phrase: str) -> Any:
        """Side by side. Pairs of Han characters, which are stored as terms, say so alone or leave few to look at."""
        words = positions(phrase)
        if len(words) == 1:
            return self.t.Query.term_query(self.schema, "words", words[0], index_option="position")
        pairs = [self.term(pair) for pair in dict.fromkeys(pairs_of(phrase))]
        if pairs and len(words) == 2:
            return pairs[0]
        side_by_side = self.t.Query.phrase_query(self.schema, "words", list(words))
        return self.all_of([*pairs, side_by_side]) if pairs else side_by_side

    def strict(self, query: SearchQuery) -> list[Any]:
        """What every hit fulfils, relaxed or not: its phrases and codes."""
        codes = [self.exact("codes", f"{field}:{code_key(code)}") for field, code in query.codes]
        return [self.phrase(phrase) for phrase in query.phrases] + codes

    def text(self, query: SearchQuery, *, relaxed: bool = False) -> Any:
        """The condition of being a hit; None where nothing is asked."""
        if (query, relaxed) not in self._texts:
            self._texts[query, relaxed] = self._text(query, relaxed)
        return self._texts[query, relaxed]

    def _text(self, query: SearchQuery, relaxed: bool, among: Sequence[Any] = ()) -> Any:
        """`among` are further conditions that it may use."""
        needs = [self.stretch(stretch) for stretch in self.plan(query)]
        if relaxed and needs:
            needs = [self.loosely(query, among)]
        conditions = needs + self.strict(query)
        if not conditions and not query.without:
            return None
        return self.all_of(conditions or [self.t.Query.all_query()], [self.phrase(phrase) for phrase in query.without])

    def loosely(self, query: SearchQuery, among: Sequence[Any]) -> Any:
        """Any term will do. `among` stands in each way to that: few records of long lists are soon looked at."""
        terms = dict.fromkeys(term for need in query.needs for term in need.terms if term not in STOP_WORDS)
        words = [*map(self.term, terms), *map(self.word, _others(self.plan(query)))]
        ways = [self.any_of(words)] * bool(words) + self.halves(query)
        return self.any_of([self.all_of([*among, way]) for way in ways])

    def halves(self, query: SearchQuery) -> list[Any]:
        """Where no pair of characters occurs: half of the characters, and two at least; the ways to that."""
        least = max(2, round_up(ANY_SHARE * len(query.characters)))
        rarest = sorted(query.characters, key=lambda character: self.searcher.doc_freq("terms", character))
        queries = [self.term(character) for character in rarest]
        if len(queries) < least or comb(len(queries), least - 1) > MOST_NESTED:
            return [self.any_of(queries, least)] if queries else []
        return self.nested(queries, least)

    def nested(self, queries: Sequence[Any], least: int) -> list[Any]:
        """The ways to at least so many, by the first that is fulfilled."""
        if least == 1:
            return [self.any_of(queries)]
        firsts = enumerate(queries[: len(queries) - least + 1])
        return [self.all_of([query, self.any_of(self.nested(queries[i + 1 :], least - 1))]) for i, query in firsts]

    def scoring(self, query: SearchQuery) -> list[tuple[Any, Any]]:
        if query not in self._scorings:
            self._scorings[query] = self._scoring(query)
        return self._scorings[query]

    def _scoring(self, query: SearchQuery) -> list[tuple[Any, Any]]:
        typed = [(self.t.Occur.Should, self.term(term)) for term in query.terms if term not in STOP_WORDS]
        widened = [piece for stretch in self.plan(query) for piece in stretch.widened]
        return typed + [(self.t.Occur.Should, self.otherwise(piece)) for piece in widened]

    # -------------------------------------------------------------- synonyms
    def plan(self, query: SearchQuery) -> tuple[Stretch, ...]:
        if query.text not in self._plans:
            self._plans[query.text] = self.synonyms.plan(query.text)
        return self._plans[query.text]

    def widened(self, query: SearchQuery) -> tuple[tuple[str, tuple[str, ...]], ...]:
        pieces = [piece for stretch in self.plan(query) for piece in stretch.widened]
        return tuple(dict.fromkeys((piece.typed, tuple(word.text for word in piece.others)) for piece in pieces))

    def stretch(self, stretch: Stretch) -> Any:
        """As typed, or piece by piece, each of them by any of its words."""
        as_typed = self.all_of([self.need(need) for need in stretch.needs])
        if not stretch.pieces:
            return as_typed
        return self.any_of([as_typed, self.all_of([self.piece(piece) for piece in stretch.pieces])])

    def piece(self, piece: Piece) -> Any:
        return self.any_of([self.all_of(map(self.need, piece.needs)), *map(self.word, piece.telling)])

    def word(self, word: Word) -> Any:
        """A document holds a synonym: its parts side by side, or written together; of a Chinese one all pairs, which
        are nearly always side by side then, and found in a tenth of the time."""
        pairs = pairs_of(word.text)
        if pairs and len(pairs) == len(word.key) - 1:
            return self.all_of([self.term(pair) for pair in dict.fromkeys(pairs)])
        ways = [self.phrase(word.text), *([self.term(word.whole)] if word.whole else [])]
        return self.any_of(ways)

    def otherwise(self, piece: Piece) -> Any:
        """What its best synonym earns where the piece itself is not: as if all of them were as rare as that one."""
        typed = self.rarity(Word(piece.typed).terms)
        earned = []
        for word in piece.telling:
            terms = self.any_of([self.term(term) for term in word.terms])
            held = self.all_of([self.silent(self.word(word)), terms])
            earned.append(self.t.Query.boost_query(held, SYNONYM_WEIGHT * typed / self.rarity(word.terms)))
        best = self.t.Query.disjunction_max_query(earned)
        return self.all_of([best], without=[self.all_of(map(self.need, piece.needs))])

    def rarity(self, terms: Iterable[str]) -> float:
        """The weight that BM25 gives to the terms together."""
        return sum(map(self._rarity, terms))

    def _rarity(self, term: str) -> float:
        if term not in self._rarities:
            self._rarities[term] = rarity(self.searcher.num_docs, self.searcher.doc_freq("terms", term))
        return self._rarities[term]

    # -------------------------------------------------------------- conditions
    def conditions(self, asked: Asked) -> list[Any]:
        """Noun, marks, chosen facet values and ranges."""
        found = [self.exact("noun", asked.noun)]
        for name, values in asked.facets.items():
            if values:
                found.append(self.any_of([self.exact(FACET + name, value) for value in values]))
        for name, (low, high) in asked.ranges.items():
            kind = self.t.FieldType.Integer
            found.append(self.t.Query.range_query(self.schema, NUMBER + name, kind, low, high))
        for facet, mark in asked.marks.items():
            if not asked.facets.get(facet):
                found.append(self.exact(FACET + "mark", mark))
        if asked.reach is not None:
            found.append(condition(self, asked.reach))
        return [self.silent(query) for query in found]

    def whole(self, asked: Asked, *, relaxed: bool, scored: bool = True) -> Any:
        must = self.conditions(asked)
        is_sparse = relaxed and any(asked.facets.values())
        text = self._text(asked.query, relaxed, must) if is_sparse else self.text(asked.query, relaxed=relaxed)
        if text is not None:
            must.append(self.silent(text))
        parts = [(self.t.Occur.Must, query) for query in must]
        return self.t.Query.boolean_query(parts + (self.scoring(asked.query) if scored else []))

    def holds(self, noun: str, pk: int) -> bool:
        return bool(self.searcher.search(self.exact("key", f"{noun}:{pk}"), limit=1, count=True).count)

    # -------------------------------------------------------------- answers
    def page(self, asked: Asked, *, offset: int, limit: int, relax: bool = True) -> Found:
        """One page of hits; under five hits, of all that hold any term, unless `relax` is off."""
        found = self._page(asked, False, offset, limit)
        if relax and found.total < FEW and asked.query.terms:
            wider = self._page(asked, True, offset, limit)
            if wider.total > found.total:
                return wider
        return found

    def total(self, asked: Asked) -> int:
        """How many hits `page` would tell of."""
        strict = self._count(asked, relaxed=False)
        return max(strict, self._count(asked, relaxed=True)) if strict < FEW and asked.query.terms else strict

    def _count(self, asked: Asked, *, relaxed: bool) -> int:
        return counting.number_of(self, self.whole(asked, relaxed=relaxed, scored=False))

    def _page(self, asked: Asked, relaxed: bool, offset: int, limit: int) -> Found:
        query = self.whole(asked, relaxed=relaxed, scored=not asked.sort)
        if asked.sort:
            total, addresses = self._in_order(query, asked.sort, offset, max(1, limit))
            return Found(total, self.numbers("pk", addresses), relaxed, self.widened(asked.query))
        is_ordered = offset < WINDOW and meant(asked.query) and self.meaning() is not None
        first, most = (0, max(WINDOW, offset + limit)) if is_ordered else (offset, limit)
        result = self.searcher.search(query, limit=max(1, most), offset=first, count=True)
        best = result.hits[0][0] if result.hits else 0.0
        hits = self.by_meaning(asked.query, result.hits) if is_ordered else result.hits
        addresses = [address for _score, address in hits[offset - first :][: max(1, limit)]]
        return Found(result.count, self.numbers("pk", addresses), relaxed, self.widened(asked.query), best)

    def _in_order(self, query: Any, sort: str, offset: int, limit: int) -> tuple[int, list[Any]]:
        """(hits, addresses of a page). The page is looked for by places first (`expo/search/orders.py`)."""
        upward = self.t.Order.Asc
        near = self.searcher.search(query, limit, True, PLACE + sort, offset, upward)
        if not near.hits:
            return near.count, []
        first, last = self.numbers(PLACE + sort, [near.hits[0][1], near.hits[-1][1]])
        before = counting.number_of(self, self._between(query, sort, 0, first - 1)) if offset and first else 0
        stretch = self._between(query, sort, first if offset else 0, last)
        result = self.searcher.search(stretch, limit, False, SORT + sort, offset - before, upward)
        return near.count, [address for _key, address in result.hits]

    def _between(self, query: Any, sort: str, low: int, high: int) -> Any:
        kind, is_narrow = self.t.FieldType.Integer, high - low < NARROW
        places = self.t.Query.range_query(self.schema, PLACE + sort, kind, low, high, use_inverted_index=is_narrow)
        return self.all_of([query, places])

    def by_meaning(self, query: SearchQuery, hits: Sequence[Any]) -> list[Any]:
        """The best hits by words in the order of words and meaning; those behind them stay where they are."""
        meaning, window = self.meaning(), hits[:WINDOW]
        if meaning is None or len(window) < 2:
            return list(hits)
        best = (1 + K1) * self.rarity(query.terms) or 1.0
        keys = self.numbers("vector", [address for _score, address in window])
        nearness = meaning.vectors.cosines(keys, meaning.encode(meant(query)))
        places = best_first(fuse([score / best for score, _address in window], nearness))
        return [window[place] for place in places] + list(hits[WINDOW:])

    def numbers(self, name: str, addresses: Sequence[Any]) -> list[int]:
        values: list[int] = self.searcher.fast_field_values(name, list(addresses))
        return values

    def counts(self, asked: Asked, names: Sequence[str], *, relaxed: bool = False) -> dict[str, dict[str, int]]:
        return counting.counts(self, asked, names, relaxed=relaxed)


def _others(plan: Iterable[Stretch]) -> list[Word]:
    return list(dict.fromkeys(word for row in plan for piece in row.widened for word in piece.telling))
