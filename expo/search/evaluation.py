"""How good the ranking is on judged queries. Measures as in the literature: nDCG@10, recall@10, reciprocal rank."""

from __future__ import annotations

import json
import math
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, quantiles
from typing import Any

from expo.search.documents import Document
from expo.search.engine import Asked, Engine
from expo.search.index import Opened, build
from expo.search.query import SearchQuery

TOP = 10
NOUN = "document"
Judged = Mapping[str, float]


def evaluate(folder: Path) -> dict[str, Any]:
    """The measures over all judged queries of a data set, and the time of an answer in CPU milliseconds."""
    documents, queries = (rows_of(folder / name) for name in ("docs.jsonl", "queries.jsonl"))
    judged = judgments(folder / "qrels.tsv")
    with tempfile.TemporaryDirectory() as scratch:
        index = build(
            Path(scratch),
            (Document(NOUN, i, row["title"], row["text"]) for i, row in enumerate(documents)),
        )
        engine = Engine(Opened("", 0, index, index.searcher()))
        ranks, times = [], []
        for row in queries:
            started = time.process_time()
            asked = Asked(NOUN, SearchQuery(text=row["text"]))
            found = engine.page(asked, offset=0, limit=TOP)
            times.append((time.process_time() - started) * 1000)
            if row["id"] in judged:
                ranks.append(([documents[key]["id"] for key in found.keys], judged[row["id"]]))
    cuts = quantiles(times, n=20)
    return {
        "set": folder.name,
        "queries": len(ranks),
        "ndcg10": round(mean(ndcg(ranked, grades) for ranked, grades in ranks), 4),
        "recall10": round(mean(recall(ranked, grades) for ranked, grades in ranks), 4),
        "mrr": round(mean(reciprocal_rank(ranked, grades) for ranked, grades in ranks), 4),
        "p50_ms": round(cuts[9], 3),
        "p95_ms": round(cuts[18], 3),
    }


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


def ndcg(ranked: Sequence[str], grades: Judged) -> float:
    gained = sum(grades.get(document, 0) / math.log2(place + 2) for place, document in enumerate(ranked[:TOP]))
    best = sum(grade / math.log2(place + 2) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:TOP]))
    return gained / best


def recall(ranked: Sequence[str], grades: Judged) -> float:
    return len(set(ranked[:TOP]) & set(grades)) / len(grades)


def reciprocal_rank(ranked: Sequence[str], grades: Judged) -> float:
    return next((1 / place for place, document in enumerate(ranked, start=1) if document in grades), 0.0)
