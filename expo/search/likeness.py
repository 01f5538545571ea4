"""Records that are like a text: those beside the hits of a search, and those that may answer a demand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from expo.search.analyzer import HAN_RUN, terms
from expo.search.engine import Asked, Engine
from expo.search.ranking import FLOOR, K1, MATCH, RELATED, Meaning, fuse, meant
from expo.search.vectors import key_of, lines_of

NEAREST = 2_000  # of all nouns and filters that are looked through for related records
CANDIDATES = 500  # of a text, by words, and as many by meaning
SHARPNESS = 0.25  # a demand has many common words: a term weighs by its rarity to the power of 1.25
MOST_TERMS = 24  # of a text that is matched; the rarest and most frequent ones
TITLE = 3  # how often a title counts, and how much more its terms weigh: a demand tells much that is no answer's matter
LOOKED_FOR = 12  # of these terms, by which records are found; common ones are in too many to read, and tell little
NEAR = 4  # titles that are looked at for each record of a noun that is wanted by meaning
MOST_READ = 20_000  # characters of a text; what a demand is about is said by then
UNREAD = 0.3  # the nearness of a record whose title has no vector yet: the worker makes it within a minute
Key = tuple[str, int]  # noun and key of a record
Place = tuple[int, int]  # where it lies in one generation of the index


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
class Terms:
    """What a text in one language asks of the engine, what earns most first: a record that holds all of it, in the best
    way there is, earns 1. `words` are its terms without single Chinese characters, which are said again in pairs."""

    weights: Mapping[str, float]
    words: int


@dataclass(frozen=True)
class Sought:
    """A text as the engine is asked for it: terms in each language, and one vector for the titles of all."""

    languages: tuple[Terms, ...] = ()
    vector: Any = None

    @property
    def certainty(self) -> float:
        """Up to 1 for a text of MOST_TERMS: of few words the same share is found by chance more easily, and what
        chance does to a share falls with the square root of how many there are."""
        words = max((one.words for one in self.languages), default=MOST_TERMS)
        return math.sqrt(min(words, MOST_TERMS) / MOST_TERMS)


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
    asked = sought(engine, said)
    places = candidates(engine, asked, {noun: most}, conditions=conditions)
    found = scores_of(engine, asked, places).values()
    return sorted(found, key=lambda row: (-row.score, row.pk))[:most]


def sought(engine: Engine, said: Sequence[Said]) -> Sought:
    """What a text asks of the engine. Nothing where no word of it could be looked for."""
    languages = []
    for one in said:
        title = set(terms(one.title[:MOST_READ]))
        rarity = {term: engine.rarity([term]) for term in _telling(engine, one)}
        weights = {term: rare**SHARPNESS * (TITLE if term in title else 1) for term, rare in rarity.items()}
        earned = {term: (1 + K1) * weight * rarity[term] for term, weight in weights.items()}
        if weights:
            whole = sum(earned.values()) or 1.0
            first = sorted(weights, key=lambda term: -earned[term])
            words = sum(len(term) > 1 or not HAN_RUN.fullmatch(term) for term in weights)
            languages.append(Terms({term: weights[term] / whole for term in first}, max(1, words)))
    meaning = engine.meaning() if languages else None
    return Sought(tuple(languages), _vector(meaning, said) if meaning is not None else None)


def _telling(engine: Engine, said: Said) -> list[str]:
    """The terms of a text that tell most; of a long Chinese one pairs of characters, for single ones are everywhere."""
    counted = Counter(terms(said.text[:MOST_READ]))
    for term in terms(said.title[:MOST_READ]):
        counted[term] += TITLE
    if len(counted) > MOST_TERMS:
        for pair in [term for term in counted if len(term) == 2 and HAN_RUN.fullmatch(term)]:
            for character in pair:
                counted.pop(character, None)
    return sorted(counted, key=lambda term: (-counted[term] * engine.rarity([term]), term))[:MOST_TERMS]


def _vector(meaning: Meaning, said: Sequence[Said]) -> Any:
    """That of a record's own title, if it is in the file; else the mean of its lines, of length 1, like those."""
    import numpy

    lines = lines_of("\n".join(one.title for one in said))
    if not lines:
        return None
    place = meaning.vectors.places([key_of(lines)])[0]
    if place >= 0:
        return meaning.vectors.rows[place]
    mean = numpy.mean([meaning.encode(line) for line in lines], axis=0)
    return (mean / (numpy.linalg.norm(mean) or 1.0)).astype(numpy.float32)


# ------------------------------------------------------------------ records that may answer it
def candidates(
    engine: Engine, asked: Sought, nouns: Mapping[str, int], *, conditions: Sequence[Any] = ()
) -> dict[Place, Key]:
    """The records that may answer a text: of each noun so many by words, and as many by meaning."""
    if not asked.languages:
        return {}
    found, words = _near(engine, asked, nouns, conditions), _words(engine, asked, most=LOOKED_FOR)
    for noun, most in nouns.items():
        must = [engine.silent(query) for query in (engine.exact("noun", noun), *conditions)]
        hits = engine.searcher.search(engine.all_of([*must, words]), limit=most, count=False).hits
        found |= placed(engine, noun, [address for _score, address in hits])
    return found


def _near(engine: Engine, asked: Sought, nouns: Mapping[str, int], conditions: Sequence[Any]) -> dict[Place, Key]:
    """Those among them whose titles are nearest in meaning."""
    meaning = engine.meaning()
    if meaning is None or asked.vector is None:
        return {}
    keys = meaning.vectors.nearest(asked.vector, -1.0, max(nouns.values()))
    titles = [engine.exact("vector", key) for key in keys]
    found: dict[Place, Key] = {}
    for noun, most in nouns.items():
        near = engine.any_of(titles[: NEAR * most])
        must = [engine.silent(query) for query in (near, engine.exact("noun", noun), *conditions)]
        hits = engine.searcher.search(engine.all_of(must), limit=most, count=False).hits
        found |= placed(engine, noun, [address for _score, address in hits])
    return found


def places_of(engine: Engine, noun: str, keys: Sequence[int]) -> dict[Place, Key]:
    """The records with these keys, as far as the index has them."""
    if not keys:
        return {}
    hits = engine.searcher.search(only(engine, [(noun, key) for key in keys]), limit=len(keys), count=False).hits
    return placed(engine, noun, [address for _score, address in hits])


def placed(engine: Engine, noun: str, addresses: Sequence[Any]) -> dict[Place, Key]:
    keys = zip(addresses, engine.numbers("pk", addresses), strict=True)
    return {(address.segment_ord, address.doc): (noun, key) for address, key in keys}


def only(engine: Engine, keys: Iterable[Key]) -> Any:
    """The condition of being one of these records. A few hundred terms are found faster one by one than as a set."""
    return engine.silent(engine.any_of([engine.exact("key", f"{noun}:{key}") for noun, key in keys]))


def _words(engine: Engine, asked: Sought, *, most: int | None = None) -> Any:
    """The terms, or those that tell most, in the language in which a record holds more of them."""
    term, boosted, should = engine.term, engine.t.Query.boost_query, engine.t.Occur.Should
    ways = [
        engine.t.Query.boolean_query(
            [(should, boosted(term(word), weight)) for word, weight in list(one.weights.items())[:most]]
        )
        for one in asked.languages
    ]
    return ways[0] if len(ways) == 1 else engine.t.Query.disjunction_max_query(ways)


# ------------------------------------------------------------------ how well they do
def scores_of(engine: Engine, asked: Sought, places: Mapping[Place, Key]) -> dict[Key, Likeness]:
    """How well each of these records answers a text: the same whoever else is asked about."""
    if not asked.languages or not places:
        return {}
    among = (engine.t.Occur.Must, only(engine, places.values()))
    query = engine.t.Query.boolean_query([among, (engine.t.Occur.Should, _words(engine, asked))])
    hits = engine.searcher.search(query, limit=len(places), count=False).hits
    addresses = {(address.segment_ord, address.doc): address for _score, address in hits}
    coverage = {(address.segment_ord, address.doc): score for score, address in hits}
    nearness = _nearness(engine, asked, addresses)
    unread = UNREAD if engine.meaning() is not None and asked.vector is not None else 0.0
    near = [unread if (known := nearness[place]) is None else known for place in coverage]
    scores = fuse(list(coverage.values()), near, MATCH)
    return {
        places[place]: Likeness(places[place][1], score, coverage[place], nearness[place])
        for place, score in zip(coverage, scores, strict=True)
    }


def _nearness(engine: Engine, asked: Sought, addresses: Mapping[Place, Any]) -> dict[Place, float | None]:
    meaning = engine.meaning()
    if meaning is None or asked.vector is None:
        return dict.fromkeys(addresses)
    keys = engine.numbers("vector", list(addresses.values()))
    return dict(zip(addresses, meaning.vectors.cosines(keys, asked.vector), strict=True))
