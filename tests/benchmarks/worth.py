"""Whether what a text's score is worth (`matchmaking/matching/score.py`) can be relied on.

    python tests/benchmarks/worth.py DIR       judged texts, as `evaluate_search` reads them
    python tests/benchmarks/worth.py           the demo's own pairs, in the fair that the environment names

DIR: of all pairs whose text is worth so much, the share that was judged to belong together; the same without regard to
how short a text is. The demo: points were chosen so that 9 of 10 others earn nothing and 1 of 5 true pairs all; chosen
anew on a random half of the pairs and held against the other half, again and again. SEMANTIC_SEARCH=0: words alone.
"""

from __future__ import annotations

import os
import random
import sys
from collections import defaultdict
from pathlib import Path
from statistics import mean, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "expo.settings")
os.environ.setdefault("DEBUG", "1")
import django

django.setup()
from expo.models import Innovation  # noqa: E402
from expo.search import generation, vectors  # noqa: E402
from expo.search.engine import Engine  # noqa: E402
from expo.search.evaluation import NOUN, indexed, judgments, rows_of  # noqa: E402
from expo.search.likeness import Said, places_of, scores_of, sought  # noqa: E402
from expo.search.ranking import current  # noqa: E402
from matchmaking.match_texts import said_of_demand  # noqa: E402
from matchmaking.matching.score import BY_MEANING, BY_WORDS, worth  # noqa: E402
from matchmaking.models import Demand  # noqa: E402

ENDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
HALVES = 500
# Demands and the innovation that a reader found to answer each, beginnings of their addresses.
PAIRS = {
    "sintered-magnet-": "grain-boundary-", "seepage-alarm-": "fiber-sensor-", "seam-inspection-": "vision-model-",
    "preload-of-": "ultrasonic-array-", "early-warning-": "predictive-", "battery-for-": "sodium-ion-",
    "hydrogen-sensor-": "hydrogen-sensor-", "line-inspection-": "inspection-drone-", "cracks-behind-": "compact-",
    "cover-film-": "cover-film-", "thinner-silicon-": "silicon-carbide-", "night-heat-": "heat-storage-",
    "thermal-barrier-": "aerogel-felt-", "engineers-who-": "event-camera-", "build-an-ice-": "icing-detector-",
    "spoken-commands-": "speech-in-noise-", "d-jyxn3ay774": "silicon-nitride-", "d-xmh5vphb7g": "strain-wave-",
    "d-zyzssxvg9e": "edge-scheduler-", "d-fgxam86k4c": "basalt-fiber-", "d-9x5am2g7zh": "electron-beam-",
    "d-ny2vspxzzp": "gallium-nitride-", "d-45b2geacuw": "assay-of-", "d-s3zyg8s26c": "amorphous-ribbon-",
    "magnet-ring-": "heavy-rare-earth-free-", "felt-that-": "aerogel-felt-",
}  # fmt: skip


# ------------------------------------------------------------------ judged texts
def of_texts(folder: Path, *, lexical: bool) -> None:
    documents, queries = rows_of(folder / "docs.jsonl"), rows_of(folder / "queries.jsonl")
    judged = judgments(folder / "qrels.tsv")
    counts: dict[tuple[bool, float], list[int]] = defaultdict(lambda: [0, 0])
    asked = 0
    with indexed(documents, lexical=lexical) as engine:
        is_semantic = engine.meaning() is not None
        places = places_of(engine, NOUN, range(len(documents)))
        for row in queries:
            if row["id"] not in judged:
                continue
            text = sought(engine, [Said(row["text"][: vectors.BEGINNING], row["text"])])
            asked += 1
            for (_noun, key), found in scores_of(engine, text, places).items():
                for is_weighed in (False, True):
                    certainty = text.certainty if is_weighed else 1.0
                    value = worth(found.score, is_semantic=is_semantic, certainty=certainty)
                    counted = counts[is_weighed, max(end for end in ENDS if end <= value)]
                    counted[0] += 1
                    counted[1] += documents[key]["id"] in judged[row["id"]]
    print(f"{folder.name}, {asked} texts, {'words and meaning' if is_semantic else 'words alone'}")
    for is_weighed in (False, True):
        told = (f"{end:.1f}: {counts[is_weighed, end][0] / asked:.1f} pairs a text, "
                f"{100 * counts[is_weighed, end][1] / max(1, counts[is_weighed, end][0]):.0f} % judged true"
                for end in ENDS)  # fmt: skip
        print(f"  {'short texts weighed' if is_weighed else 'not weighed'}, worth from " + "; ".join(told))


# ------------------------------------------------------------------ the demo's pairs
def of_pairs() -> None:
    meaning, opened = current(), generation.opened()
    if opened is None:
        sys.exit("No index: load_demo and rebuild_index first.")
    engine = Engine(opened, meaning=lambda: meaning)
    keys = {row.slug: row.pk for row in Innovation.objects.public().exclude(slug__startswith="sample-")}
    places = places_of(engine, "innovation", list(keys.values()))
    rows: list[tuple[float, list[float]]] = []
    for demand, answer in PAIRS.items():
        text = sought(engine, said_of_demand(Demand.objects.get(slug__startswith=demand)))
        found = {key: row.score for (_noun, key), row in scores_of(engine, text, places).items()}
        true = next(key for slug, key in keys.items() if slug.startswith(answer))
        rows.append((found.get(true, 0.0), [found.get(key, 0.0) for key in keys.values() if key != true]))
    is_semantic = meaning is not None
    now = [words + more * is_semantic for words, more in zip(BY_WORDS, BY_MEANING, strict=True)]
    rng, seen = random.Random(1), defaultdict(list)  # noqa: S311
    for _half in range(HALVES):
        rng.shuffle(rows)
        chosen, held = rows[: len(rows) // 2], rows[len(rows) // 2 :]
        low = quantiles([score for _true, others in chosen for score in others], n=10)[8]
        high = quantiles([true for true, _others in chosen], n=5)[3]
        seen["low"].append(low)
        seen["high"].append(high)
        for name, ends in (("chosen anew", (low, high)), ("in force", now)):
            seen[f"{name}, true pairs"].append(mean(_worth(true, *ends) for true, _others in held))
            seen[f"{name}, others"].append(mean(_worth(score, *ends) for _true, others in held for score in others))
    print(f"{len(rows)} pairs of the demo, {'words and meaning' if is_semantic else 'words alone'}, in force {now}")
    for name, values in seen.items():
        cuts = quantiles(values, n=20)
        print(f"  {name}: {mean(values):.3f} (5 to 95 %: {cuts[0]:.3f} to {cuts[-1]:.3f})")


def _worth(score: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (score - low) / (high - low)))


if __name__ == "__main__":
    if sys.argv[1:]:
        of_texts(Path(sys.argv[1]), lexical=os.environ.get("SEMANTIC_SEARCH") == "0")
    else:
        of_pairs()
