"""What matching costs: one demand against 5,000 and 100,000 innovations, and 5,000 demands against 100,000.

    make bench-match                or: python tests/benchmarks/matching.py [rows …]      (ROWS=1000000 adds a million)

One demand: milliseconds of processor for its candidates, facts, scores and reasons, nothing stored, nothing kept from
the demand before; p50 and p95 over some hundred generated demands. All demands: minutes and memory of `run_matching`
with two processes, everything stored (DEMANDS=500: fewer of them). SEMANTIC=0 leaves the meaning of titles out.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]
from prepared import BENCH, ROOT, fair, manage, production  # noqa: E402

SIZES = (5_000, 100_000)
SEMANTIC_UP_TO = 100_000
DEMANDS = int(os.environ.get("DEMANDS", "5000"))
ASKED = 300
PROCESSES = 2


def demands(rows: int) -> None:
    """Sample demands in the fair, and an index that has them."""
    made = BENCH / str(rows) / "demands"
    if not made.exists():
        manage(rows, "generate_demands", "--demands", str(DEMANDS), "--yes")
        made.touch()
        manage(rows, "rebuild_index")


def program(rows: int, words: str, **settings: str) -> None:
    """Run a few lines in the fair: a turn of the worker would match as well."""
    lines = f"import django; django.setup(); {words}"
    subprocess.run([sys.executable, "-c", lines], cwd=ROOT, env=production(rows, **settings), check=True)


# ------------------------------------------------------------------ one demand
def one(rows: int, is_semantic: bool) -> None:
    """Print what one demand costs in the fair that the environment names."""
    import django

    django.setup()
    from matchmaking.gathering import demand_facts
    from matchmaking.matcher import Matcher
    from matchmaking.matches import asked_of
    from matchmaking.models import Demand

    found = list(Demand.objects.open().filter(slug__startswith="sample-demand-").order_by("pk")[:ASKED])
    matcher = Matcher()
    facts = demand_facts(found, matcher.ground)
    times, kept = [], 0
    gc.collect()
    gc.freeze()
    for demand in found:
        matcher.offers.known.clear()
        begun = time.process_time_ns()
        kept += len(matcher.narrow(facts[demand.pk]).best(asked_of(demand, facts[demand.pk])))
        times.append((time.process_time_ns() - begun) / 1e6)
    times.sort()
    name = "words and meaning" if matcher.is_semantic and is_semantic else "words alone"
    middle, most = times[len(times) // 2], times[int(0.95 * len(times))]
    print(
        f"{rows:>9,} innovations, {name}: one demand {middle:.1f} / {most:.1f} ms of processor (p50 / p95), "
        f"{kept / len(times):.1f} matches of {matcher.looked_at / len(times):.0f} offers compared",
        flush=True,
    )


# ------------------------------------------------------------------ all demands
def every(rows: int, name: str, **settings: str) -> None:
    """Print what a full run takes: wall time, processor, memory of all its processes."""
    program(rows, "from matchmaking.models import Match; Match.objects.all()._raw_delete('default')")
    command = [sys.executable, "manage.py", "run_matching", "--processes", str(PROCESSES)]
    begun = time.monotonic()
    run = subprocess.Popen(command, cwd=ROOT, env=production(rows, **settings), stdout=subprocess.PIPE, text=True)
    peak = 0.0
    while run.poll() is None:
        peak = max(peak, sum(map(pss, [run.pid, *children(run.pid)])))
        time.sleep(0.5)
    told = (run.stdout.read() if run.stdout else "").strip().splitlines()[-1:]
    minutes = (time.monotonic() - begun) / 60
    print(f"{rows:>9,} innovations, {name}: all demands {minutes:.1f} minutes, {peak:.0f} MB (PSS). {' '.join(told)}")


def children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def pss(pid: int) -> float:
    """Megabytes; nothing of a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) / 1024


# ------------------------------------------------------------------ what to do
def main(given: list[str]) -> None:
    named = [int(word) for word in given or os.environ.get("ROWS", "").split()]
    wanted = ("0",) if os.environ.get("SEMANTIC") == "0" else ("0", "1")
    for rows in named if named and max(named) < SIZES[-1] else sorted({*SIZES, *named}):
        fair(rows)
        demands(rows)
        for semantic in wanted:
            if semantic == "1" and rows > SEMANTIC_UP_TO:
                continue
            if semantic == "1":
                program(rows, "from expo.search.titles import Titles; Titles().turn(1e9)", SEMANTIC_SEARCH="1")
            command = [sys.executable, __file__, "one", str(rows)]
            subprocess.run(command, cwd=ROOT, env=production(rows, SEMANTIC_SEARCH=semantic), check=True)
            if rows == SIZES[-1]:
                every(rows, "words and meaning" if semantic == "1" else "words alone", SEMANTIC_SEARCH=semantic)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["one", rows]:
            one(int(rows), os.environ["SEMANTIC_SEARCH"] == "1")
        case given:
            main(given)
