"""How good the ranking is on judged queries. Measures as in the literature: nDCG@10, recall@10, reciprocal rank."""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

from expo.search import vectors
from expo.search.documents import Document
from expo.search.embedder import embedder, vector_of
from expo.search.engine import Asked, Engine
from expo.search.generation import Opened
from expo.search.index import build
from expo.search.likeness import Said, related, text_scores
from expo.search.query import SearchQuery
from expo.search.ranking import Meaning
from expo.search.titles import encoded

TOP = 10
NOUN = "document"
Judged = Mapping[str, float]
Ranker = Callable[[Engine, str], list[int]]


def searched(engine: Engine, typed: str) -> list[int]:
    """What a visitor sees on the first page: hits, then the related records below them.

    Quotes and signs of a data set are those of its texts, and no query language.
    """
    asked = Asked(NOUN, SearchQuery(text=typed))
    found = engine.page(asked, offset=0, limit=TOP)
    if found.total >= TOP:
        return found.keys
    return [*found.keys, *related(engine, asked, relaxed=found.relaxed)][:TOP]


def matched(engine: Engine, text: str) -> list[int]:
    """What answers a demand, whose text is all that is known of it."""
    said = Said(title=text[: vectors.BEGINNING], text=text)
    return [found.pk for found in text_scores(engine, [said], NOUN)[:TOP]]


RANKERS: dict[str, Ranker] = {"search": searched, "match": matched}


def evaluate(folder: Path, *, lexical: bool = False, ranked_as: str = "search") -> dict[str, Any]:
    """The measures over all judged queries of a data set, and the time of an answer in CPU milliseconds."""
    documents, queries = (rows_of(folder / name) for name in ("docs.jsonl", "queries.jsonl"))
    judged = judgments(folder / "qrels.tsv")
    with indexed(documents, lexical=lexical) as engine:
        ranks, times = [], []
        for row in queries:
            started = time.process_time()
            keys = RANKERS[ranked_as](engine, row["text"])
            times.append((time.process_time() - started) * 1000)
            if row["id"] in judged:
                ranks.append(([documents[key]["id"] for key in keys], judged[row["id"]]))
        is_semantic = engine.meaning() is not None
    cuts = quantiles(times, n=20)
    return {
        "set": folder.name,
        "as": ranked_as,
        "semantic": is_semantic,
        "queries": len(ranks),
        "ndcg10": round(mean(ndcg(ranked, grades) for ranked, grades in ranks), 4),
        "ndcg10_linear": round(mean(ndcg(ranked, grades, linear) for ranked, grades in ranks), 4),
        "recall10": round(mean(recall(ranked, grades) for ranked, grades in ranks), 4),
        "mrr": round(mean(reciprocal_rank(ranked, grades) for ranked, grades in ranks), 4),
        "p50_ms": round(cuts[9], 3),
        "p95_ms": round(cuts[18], 3),
    }


@contextmanager
def indexed(rows: Sequence[Mapping[str, str]], *, lexical: bool) -> Iterator[Engine]:
    """An index of the documents, with their vectors where there is a model, for as long as it is needed."""
    documents = [Document(NOUN, i, row["title"], row["text"]) for i, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "index"
        folder.mkdir()
        index = build(folder, documents)
        meaning = None if lexical else _meaning(Path(scratch), documents)
        yield Engine(Opened("", 0, index, index.searcher()), meaning=lambda: meaning)


def _meaning(folder: Path, documents: Sequence[Document]) -> Meaning | None:
    model = embedder()
    if model is None:
        return None
    titles = {document.vector_key(): vectors.lines_of(document.title, document.text) for document in documents}
    titles.pop(0, None)
    vectors.add(folder, model.name, list(titles), encoded(model, list(titles.values())))
    made = vectors.opened(folder)
    return Meaning(made, vector_of) if made is not None else None


def rows_of(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def judgments(path: Path) -> dict[str, dict[str, float]]:
    """{query: {document: grade}}; a line that is no judgment, like a heading, is passed over."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for line in filter(None, path.read_text(encoding="utf-8").split("\n")):
        query, document, grade = line.split("\t")[:3]
        if grade.replace(".", "", 1).isdigit() and float(grade) > 0:
            found[query][document] = float(grade)
    return dict(found)


# ------------------------------------------------------------------ measures
def exponential(grade: float) -> float:
    """What a document of a grade is worth, as Burges et al. have it and most papers since: 2^grade - 1."""
    return float(2**grade - 1)


def linear(grade: float) -> float:
    """The grade itself, as Järvelin and Kekäläinen first had it."""
    return grade


def ndcg(ranked: Sequence[str], grades: Judged, gain: Callable[[float], float] = exponential) -> float:
    gained = sum(gain(grades.get(document, 0)) / math.log2(place + 2) for place, document in enumerate(ranked[:TOP]))
    ideal = sorted(grades.values(), reverse=True)[:TOP]
    return gained / sum(gain(grade) / math.log2(place + 2) for place, grade in enumerate(ideal))


def recall(ranked: Sequence[str], grades: Judged) -> float:
    return len(set(ranked[:TOP]) & set(grades)) / len(grades)


def reciprocal_rank(ranked: Sequence[str], grades: Judged) -> float:
    return next((1 / place for place, document in enumerate(ranked, start=1) if document in grades), 0.0)
