"""What a page of innovations costs at 5,000 and 100,000 rows (ROWS=1000000: at a million too; ROWS=5000: only there).

    make bench-listing              or: python tests/benchmarks/listing.py [rows …]  (these sizes and no others)

Milliseconds of processor. Pages are asked of the real server with production's settings, one worker, over the loopback;
its threads' time is read from the kernel around every answer: HTTP, middleware, view, sending. Per query the median of
three turns; p50 and p95 over the queries; × compares them with those of the constant view.
    engine    page of hits, total and the counts of all facets, without a page, in this process, nothing remembered
    page      the whole page, not kept; cards, frames and counts without a text are remembered, as in production
    constant  a view that does nothing behind the same middleware, asked after each page, so that noise hits both
    kept      the page again, kept whole, and the constant view after it
Before each of them the same server answers the constant view once, uncounted: what ran in between has taken its code
out of the processor's caches, and who comes first would pay for all (half a millisecond, as much as the answer).
SEMANTIC=0 leaves the meaning of titles out; without it both are measured, one after the other.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]
from prepared import ROOT, fair, production  # noqa: E402
from served import Served  # noqa: E402

TURNS = 3
SIZES = (5_000, 100_000)
SEMANTIC_UP_TO = 100_000  # rows; the vectors of a million titles take an hour
PAGES = 400  # asked of the real server before its memory is read
FLOOR_OF_KEPT = "constant'"
MEASURED = ("engine", "page", "constant", "kept", FLOOR_OF_KEPT)


# ------------------------------------------------------------------ one fair
def measure(rows: int, is_semantic: bool) -> dict[tuple[str, int], dict[str, list[float]]]:
    """{(kind, filters): {what: milliseconds of each query}} in the fair that the environment names."""
    import django

    django.setup()
    from asking import queries

    asked = queries()
    meaning = {"SEMANTIC_SEARCH": "1" if is_semantic else "0", "FORGET_MEANING": "1"}
    with Served(rows, KEEP_PAGES="0", **meaning) as anew, Served(rows, **meaning) as keeping:

        def turn() -> list[dict[str, float]]:
            found = []
            for query in asked:
                page = f"{query.path}?{query.string}"
                anew.touch()
                keeping.get(page)
                costs = {"engine": timed(engine_of(query))}
                costs |= {"page": anew.cost_alone(page), "constant": anew.cost_alone("/constant")}
                costs |= {"kept": keeping.cost_alone(page), FLOOR_OF_KEPT: keeping.cost_alone("/constant")}
                found.append(costs)
            return found

        turn()  # once for nothing: what is remembered in production is remembered
        gc.collect()
        gc.freeze()
        gc.disable()
        turns = [turn() for _turn in range(TURNS)]
    table: dict[tuple[str, int], dict[str, list[float]]] = {}
    for query, found in zip(asked, zip(*turns, strict=True), strict=True):
        for what in MEASURED:
            cell = table.setdefault((query.kind, query.filters), {}).setdefault(what, [])
            cell.append(statistics.median(one[what] for one in found))
    return table


def engine_of(query: Any) -> Callable[[], object]:
    """Total, page and all counts, nothing of it remembered."""
    from django.http import QueryDict
    from django.utils import translation

    from expo import registry
    from expo.search import embedder, generation, synonyms
    from expo.search.answers import asked_of
    from expo.search.engine import Engine

    listing = registry.listings["innovation"]
    with translation.override(query.language):
        filterset = listing.filterset(QueryDict(query.string), listing.queryset())
    names = [name for name, facet in filterset.facet_filters().items() if facet.loaded and facet.is_counted]
    asked, offset = asked_of(listing, filterset), (int(dict(query.parameters).get("page", "1")) - 1) * listing.per_page
    embedder._vector_of.cache_clear()

    def ask() -> object:
        opened = generation.opened()
        assert opened is not None
        engine = Engine(opened, synonyms.current(opened.folder, opened.generation))
        found = engine.page(asked, offset=offset, limit=listing.per_page)
        return found, engine.counts(asked, names, relaxed=found.relaxed)

    return ask


def timed(act: Callable[[], object]) -> float:
    """Milliseconds of processor; each act clears away its own garbage, and none another's."""
    gc.collect(1)
    begun = time.process_time_ns()
    act()
    gc.collect(1)
    return (time.process_time_ns() - begun) / 1e6


# ------------------------------------------------------------------ the table
def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def show(rows: int, name: str, table: dict[tuple[str, int], dict[str, list[float]]]) -> None:
    print(f"\n{rows:,} innovations, {name}; milliseconds of processor, p50 / p95; × the constant view's p50 / p95")
    print(f"{'':<24}{'engine':>15}{'page':>15}{'constant':>13}{'×':>14}{'kept':>13}{'constant':>13}{'×':>11}")
    whole = {what: [value for cell in table.values() for value in cell[what]] for what in MEASURED}
    for (kind, filters), cell in sorted(table.items()):
        line(f"{kind}, {filters} filters", cell)
    line(f"all {len(whole['page'])}", whole)
    worst = percentile(whole["page"], 0.95) / percentile(whole["constant"], 0.5)
    print(f"The whole page's p95 is {worst:.1f} times the constant view's p50.", flush=True)


def line(name: str, cell: dict[str, list[float]]) -> None:
    ends = {what: (percentile(cell[what], 0.5), percentile(cell[what], 0.95)) for what in MEASURED}
    told = {what: f"{low:.2f} / {high:.2f}" for what, (low, high) in ends.items()}

    def ratio(what: str, floor: str) -> str:
        return " / ".join(f"{end / least:.1f}" for end, least in zip(ends[what], ends[floor], strict=True))

    print(
        f"{name:<24}{told['engine']:>15}{told['page']:>15}{told['constant']:>13}{ratio('page', 'constant'):>14}"
        f"{told['kept']:>13}{told[FLOOR_OF_KEPT]:>13}{ratio('kept', FLOOR_OF_KEPT):>11}"
    )


# ------------------------------------------------------------------ memory of the real server
def memory(rows: int, *, is_semantic: bool) -> None:
    """Print the proportional set size of the server's processes after a few hundred pages."""
    import django

    django.setup()
    from asking import queries

    asked = queries()
    with Served(rows, workers=2, SEMANTIC_SEARCH="1" if is_semantic else "0") as served:
        for n in range(PAGES):
            served.touch()
            query = asked[n % len(asked)]
            served.connection.close()  # a new one: both workers get some
            served.get(f"{query.path}?{query.string}")
        workers = [pss(pid) for pid in served.workers]
        parent = pss(served.process.pid)
        own = sum(pss(pid, "Pss_Anon") for pid in served.workers)
    words = " + ".join(f"{size:.0f}" for size in workers)
    name = "words and meaning" if is_semantic else "words alone"
    print(
        f"\nMemory at {rows:,} innovations, {name}, after {PAGES} pages: workers {words} = {sum(workers):.0f} MB; "
        f"with their parent {sum(workers) + parent:.0f} MB (PSS). Of the workers' {own:.0f} MB are their own; "
        f"the rest is read files, mostly the index and vectors, which the system takes back when it needs room.",
        flush=True,
    )


def pss(pid: int, kind: str = "Pss") -> float:
    """Megabytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


# ------------------------------------------------------------------ what to do
def sizes(given: list[str]) -> list[int]:
    """Those that the command names and no others; else the usual ones and what ROWS adds to them."""
    if given:
        return [int(word) for word in given]
    named = [int(word) for word in os.environ.get("ROWS", "").split()]
    return named if named and max(named) < SIZES[-1] else sorted({*SIZES, *named})


def main(given: list[str]) -> None:
    wanted = ("0",) if os.environ.get("SEMANTIC") == "0" else ("0", "1")
    for rows in sizes(given):
        for semantic in wanted:
            if semantic == "1" and rows > SEMANTIC_UP_TO:
                continue
            fair(rows, semantic=semantic == "1")
            run(rows, "measure", SEMANTIC_SEARCH=semantic)
            if rows == SIZES[0] or semantic == "1":
                run(rows, "memory", SEMANTIC_SEARCH=semantic)


def run(rows: int, what: str, **settings: str) -> None:
    command = [sys.executable, __file__, what, str(rows)]
    subprocess.run(command, cwd=ROOT, env=production(rows, **settings), check=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["measure", rows]:
            is_semantic = os.environ["SEMANTIC_SEARCH"] == "1"
            show(int(rows), "words and meaning" if is_semantic else "words alone", measure(int(rows), is_semantic))
        case ["memory", rows]:
            memory(int(rows), is_semantic=os.environ["SEMANTIC_SEARCH"] == "1")
        case given:
            main(given)
