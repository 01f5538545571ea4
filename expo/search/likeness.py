"""Records that are like a text: those beside the hits of a search, and those that may answer a demand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from expo.search.analyzer import terms
from expo.search.engine import Asked, Engine
from expo.search.ranking import FLOOR, K1, MATCH, RELATED, best_first, fuse, meant

NEAREST = 2_000  # of all nouns and filters that are looked through for related records
CANDIDATES = 500  # of a text, by words and as many by meaning
SHARPNESS = 0.25  # a demand has many common words: a term weighs by its rarity to the power of 1.25
MOST_TERMS = 1_024  # of a text that is matched; the rarest and most frequent ones


def related(engine: Engine, asked: Asked, *, relaxed: bool, most: int = RELATED) -> list[int]:
    """Keys of records that fulfil all filters and are no hits, the nearest in meaning first; none without a model."""
    meaning, text = engine.meaning(), meant(asked.query)
    if meaning is None or not text or asked.sort:
        return []
    near = meaning.vectors.nearest(meaning.encode(text), FLOOR, NEAREST)
    if not near:
        return []
    hits = engine.text(asked.query, relaxed=relaxed)
    excluded = [engine.phrase(phrase) for phrase in asked.query.without] + ([hits] if hits is not None else [])
    query = engine.all_of([*engine.conditions(asked), engine.with_vectors(list(near))], excluded)
    found = engine.searcher.search(query, limit=NEAREST, count=False).hits
    addresses = [address for _score, address in found]
    by_key = zip(engine.numbers("vector", addresses), engine.numbers("pk", addresses), strict=True)
    ranked = sorted((-near[key], pk) for key, pk in by_key)
    return [pk for _nearness, pk in ranked[:most]]


# ------------------------------------------------------------------ a whole text
@dataclass(frozen=True)
class Said:
    """A text in one language. Its title stands for it in meaning, all of it in words."""

    title: str
    text: str


@dataclass(frozen=True)
class Likeness:
    """How well a record answers a text, with the two parts of the score; `nearness` None without a vector."""

    pk: int
    score: float
    coverage: float
    nearness: float | None


def text_scores(
    engine: Engine, said: Sequence[Said], noun: str, *, conditions: Sequence[Any] = (), most: int = CANDIDATES
) -> list[Likeness]:
    """The records of a noun that answer a text best, by the language that answers it better.

    Any word counts, and all of them: what typed text is held to does not apply. `conditions` are engine queries.
    """
    best: dict[int, Likeness] = {}
    for one in said:
        for found in _likenesses(engine, one, [engine.exact("noun", noun), *conditions], most):
            if found.pk not in best or found.score > best[found.pk].score:
                best[found.pk] = found
    return sorted(best.values(), key=lambda found: (-found.score, found.pk))[:most]


def _likenesses(engine: Engine, said: Said, conditions: Sequence[Any], most: int) -> list[Likeness]:
    wanted = _wanted(engine, f"{said.title}\n{said.text}")
    must = [(engine.t.Occur.Must, engine.silent(query)) for query in conditions]
    weight = {term: engine.rarity([term]) ** SHARPNESS for term in wanted}
    should = [(engine.t.Occur.Should, engine.t.Query.boost_query(engine.term(term), weight[term])) for term in wanted]
    found: list[tuple[float, Any]] = []
    if should:
        any_word = (engine.t.Occur.Must, engine.t.Query.boolean_query(should))
        found += engine.searcher.search(engine.t.Query.boolean_query([*must, any_word]), limit=most, count=False).hits
    meaning = engine.meaning() if said.title else None
    vector = meaning.encode(said.title) if meaning is not None else None
    if meaning is not None:
        near = meaning.vectors.nearest(vector, -1.0, most)
        one_of = (engine.t.Occur.Must, engine.silent(engine.with_vectors(list(near))))
        query = engine.t.Query.boolean_query([*must, one_of, *should])
        found += engine.searcher.search(query, limit=most, count=False).hits
    addresses = [address for _score, address in found]
    top = (1 + K1) * sum(weight[term] * engine.rarity([term]) for term in wanted) or 1.0
    coverage = dict(zip(engine.numbers("pk", addresses), (score / top for score, _address in found), strict=True))
    keys = dict(zip(engine.numbers("pk", addresses), engine.numbers("vector", addresses), strict=True))
    nearness: list[float | None] = [None] * len(keys)
    if meaning is not None:
        nearness = meaning.vectors.cosines(list(keys.values()), vector)
    scores = fuse(list(coverage.values()), nearness, MATCH)
    rows = [Likeness(*row) for row in zip(coverage, scores, coverage.values(), nearness, strict=True)]
    return [rows[place] for place in best_first(scores)]


def _wanted(engine: Engine, text: str) -> list[str]:
    """Every term of the text; of a very long one those that tell most."""
    counted = Counter(terms(text))
    if len(counted) <= MOST_TERMS:
        return list(counted)
    return sorted(counted, key=lambda term: -counted[term] * engine.rarity([term]))[:MOST_TERMS]
