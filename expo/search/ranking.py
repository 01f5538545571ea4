"""The order of what was found: how much of the query a record covers, and how near its title is in meaning.

Coverage is the BM25 score divided by the best score that a record could reach for the query, so that a long query and
a short one are measured alike; nearness is the cosine of two vectors. Scores are added, never ranks: ranks forget how
good the first one was. Newness and completeness play no part; equals keep the order of the index.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from expo.search import vectors
from expo.search.embedder import embedder, vector_of
from expo.search.query import SearchQuery

SEARCH = (0.8, 0.2)  # coverage, nearness: who types words wants them
MATCH = (0.7, 0.3)  # a whole demand names its matter in many ways
WINDOW = 200  # best hits by words that nearness puts into order; the pages behind go on by words
K1 = 1.2  # tantivy's BM25: a term earns at most its rarity times 1 + K1
RELATED = 10  # records beside the hits
FLOOR = 0.3  # nearness from which a record is called related; docs/benchmarks.md tells why
Weights = tuple[float, float]


@dataclass(frozen=True)
class Meaning:
    """A model and the vectors it made."""

    vectors: vectors.Vectors
    encode: Callable[[str], Any]


def current() -> Meaning | None:
    """None without the extra, while SEMANTIC_SEARCH is off, and until the worker has made the first vectors."""
    model = embedder()
    made = vectors.opened() if model is not None else None
    if model is None or made is None or made.embedder != model.name:
        return None
    return Meaning(made, vector_of)


def meant(query: SearchQuery) -> str:
    """The words of a query that mean something, as typed."""
    return " ".join([query.text, *query.phrases]).strip()


def rarity(documents: int, holding: int) -> float:
    """BM25's weight of a term that so many of the documents hold."""
    holding = min(holding, documents)
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))


def fuse(coverage: Sequence[float], nearness: Sequence[float | None], weights: Weights = SEARCH) -> list[float]:
    """What has no vector yet stands in the middle of those that have one."""
    known = [value for value in nearness if value is not None]
    middle = fmean(known) if known else 0.0
    by_words, by_meaning = weights
    return [
        by_words * covered + by_meaning * (middle if near is None else near)
        for covered, near in zip(coverage, nearness, strict=True)
    ]


def best_first(scores: Sequence[float]) -> list[int]:
    """Places in falling order of score; equals keep theirs."""
    return sorted(range(len(scores)), key=lambda place: -scores[place])
