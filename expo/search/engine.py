"""Asking the index: which records are hits, in which order, and how many each facet value would leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from expo.search.analyzer import positions
from expo.search.index import Opened
from expo.search.query import Need, SearchQuery
from expo.search.schema import FACET, NUMBER, SORT

FEW = 5  # below so many hits any term will do, and the page says so
MOST_VALUES = 20_000  # buckets of one facet


@dataclass(frozen=True)
class Asked:
    """What a listing asks of the engine, besides the text: chosen values, ranges of hundredths, marks it must bear."""

    noun: str
    query: SearchQuery
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)  # mark by the facet that lifts it
    sort: str = ""


@dataclass(frozen=True)
class Found:
    """`keys` of one page in order; `relaxed` says that any term was enough."""

    total: int
    keys: list[int]
    relaxed: bool = False


class Engine:
    """One generation of the index, asked with tantivy's queries."""

    def __init__(self, opened: Opened) -> None:
        import tantivy

        self.t = tantivy
        self.generation = opened.generation
        self.schema = opened.index.schema
        self.searcher = opened.searcher

    # -------------------------------------------------------------- small queries
    def exact(self, name: str, value: str) -> Any:
        return self.t.Query.term_query(self.schema, name, value, index_option="basic")

    def term(self, term: str) -> Any:
        return self.t.Query.term_query(self.schema, "terms", term, index_option="freq")

    def any_of(self, queries: Sequence[Any], least: int = 1) -> Any:
        should = [(self.t.Occur.Should, query) for query in queries]
        return self.t.Query.boolean_query(should, minimum_number_should_match=least)

    def all_of(self, queries: Iterable[Any], without: Iterable[Any] = ()) -> Any:
        must = [(self.t.Occur.Must, query) for query in queries]
        return self.t.Query.boolean_query([*must, *((self.t.Occur.MustNot, query) for query in without)])

    def silent(self, query: Any) -> Any:
        """A condition that earns no score."""
        return self.t.Query.const_score_query(query, 0.0)

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
        words = positions(phrase)
        if len(words) == 1:
            return self.t.Query.term_query(self.schema, "words", words[0], index_option="position")
        return self.t.Query.phrase_query(self.schema, "words", list(words))

    def strict(self, query: SearchQuery) -> list[Any]:
        """What every hit fulfils, relaxed or not: its phrases and codes."""
        codes = [self.exact("codes", code) for _field, code in query.codes]
        return [self.phrase(phrase) for phrase in query.phrases] + codes

    def text(self, query: SearchQuery, *, relaxed: bool = False) -> Any:
        """The condition of being a hit; None where nothing is asked."""
        needs = [self.need(need) for need in query.needs]
        if relaxed:
            needs = (
                [self.any_of([self.term(term) for need in query.needs for term in need.terms])] if query.needs else []
            )
        conditions = needs + self.strict(query)
        if not conditions and not query.without:
            return None
        return self.all_of(conditions or [self.t.Query.all_query()], [self.phrase(phrase) for phrase in query.without])

    def scoring(self, query: SearchQuery) -> list[tuple[Any, Any]]:
        return [(self.t.Occur.Should, self.term(term)) for term in query.terms]

    # -------------------------------------------------------------- conditions
    def conditions(self, asked: Asked, *, without: str = "") -> list[Any]:
        """Noun, marks, chosen facet values and ranges; `without` leaves one filter out."""
        found = [self.exact("noun", asked.noun)]
        for name, values in asked.facets.items():
            if values and name != without:
                found.append(self.t.Query.term_set_query(self.schema, FACET + name, list(values)))
        for name, (low, high) in asked.ranges.items():
            if name != without:
                kind = self.t.FieldType.Integer
                found.append(self.t.Query.range_query(self.schema, NUMBER + name, kind, low, high))
        for facet, mark in asked.marks.items():
            if facet != without and not asked.facets.get(facet):
                found.append(self.exact(FACET + "mark", mark))
        return [self.silent(query) for query in found]

    def whole(self, asked: Asked, *, relaxed: bool, without: str = "", scored: bool = True) -> Any:
        must = self.conditions(asked, without=without)
        text = self.text(asked.query, relaxed=relaxed)
        if text is not None:
            must.append(self.silent(text))
        parts = [(self.t.Occur.Must, query) for query in must]
        return self.t.Query.boolean_query(parts + (self.scoring(asked.query) if scored else []))

    # -------------------------------------------------------------- answers
    def page(self, asked: Asked, *, offset: int, limit: int) -> Found:
        """One page of hits; under five hits, of all that hold any term."""
        found = self._page(asked, False, offset, limit)
        if found.total < FEW and asked.query.terms:
            wider = self._page(asked, True, offset, limit)
            if wider.total > found.total:
                return wider
        return found

    def _page(self, asked: Asked, relaxed: bool, offset: int, limit: int) -> Found:
        by_score = not asked.sort
        query = self.whole(asked, relaxed=relaxed, scored=by_score)
        order = {} if by_score else {"order_by_field": SORT + asked.sort, "order": self.t.Order.Asc}
        result = self.searcher.search(query, limit=max(1, limit), offset=offset, count=True, **order)
        keys = [self.searcher.doc(address)["pk"][0] for _score, address in result.hits]
        return Found(result.count, keys, relaxed)

    def counts(self, asked: Asked, names: Sequence[str], *, relaxed: bool = False) -> dict[str, dict[str, int]]:
        """{facet: {value: hits}}; a facet with a choice of its own is counted as if it had none."""
        free = [name for name in names if not asked.facets.get(name) and name not in asked.marks]
        found = self._aggregate(self.whole(asked, relaxed=relaxed, scored=False), free)
        for name in names:
            if name not in found:
                query = self.whole(asked, relaxed=relaxed, without=name, scored=False)
                found |= self._aggregate(query, [name])
        return found

    def _aggregate(self, query: Any, names: Sequence[str]) -> dict[str, dict[str, int]]:
        if not names:
            return {}
        wanted = {name: {"terms": {"field": FACET + name, "size": MOST_VALUES}} for name in names}
        result = self.searcher.aggregate(query, wanted)
        return {name: {row["key"]: row["doc_count"] for row in result[name]["buckets"]} for name in names}
