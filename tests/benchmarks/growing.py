"""What the database does for each page at 5,000 and at 100,000 innovations, to see which page grows with the tables.

    python tests/benchmarks/growing.py

Steps of SQLite's machine, in thousands, and milliseconds of processor of the whole page, as the first visitor after a
change gets it: nothing is remembered. Below, the queries whose steps grow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]
from prepared import ROOT, fair, production  # noqa: E402

SMALL, LARGE = 5_000, 100_000
FAR = 3.0  # times the steps, from where a query is named
FEW = 5_000  # steps, up to where it is not


def measure(pages: list[str]) -> dict[str, dict[str, Any]]:
    """By page: milliseconds and the steps of each query, in the fair that the environment names."""
    import django
    from django.conf import settings

    django.setup()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.KEEP_PAGES = False
    from django.test import Client

    from expo.search import generation, memory
    from tests.steps import counted

    generation.beat()
    found = {}
    for page in pages:
        Client().get(page)  # loads what is loaded once
        memory.forget()
        begun = time.process_time()
        status = Client().get(page).status_code
        cost = (time.process_time() - begun) * 1000
        memory.forget()
        with counted() as steps:
            Client().get(page)
        found[page] = {"ms": cost, "status": status, "steps": dict(steps)}
    return found


def pages() -> list[str]:
    import django

    django.setup()
    from tests.fair import public_pages

    of_listings = [f"/en/innovations/?{query}" for query in ("q=magnet", "q=磁体", "page=20", "trl=7-9", "sort=newest")]
    return [*public_pages(at_most=2), *of_listings, "/sitemap.xml", "/sitemap-innovation.xml", "/api/v1/innovations/"]


def ask(rows: int, what: str, given: object = None) -> Any:
    command = [sys.executable, __file__, what]
    run = subprocess.run(
        command, cwd=ROOT, env=production(rows), check=True, stdout=subprocess.PIPE, input=json.dumps(given).encode()
    )
    return json.loads(run.stdout)


def show(small: dict[str, Any], large: dict[str, Any]) -> None:
    print(f"{'page':<72}{'thousand steps':>20}{'×':>8}{'ms of the page':>20}{'×':>8}")
    for page, after in sorted(large.items(), key=lambda item: -sum(item[1]["steps"].values())):
        before = small[page]
        steps = [sum(one["steps"].values()) / 1000 for one in (before, after)]
        told = f"{steps[0]:.0f} → {steps[1]:.0f}"
        cost = f"{before['ms']:.0f} → {after['ms']:.0f}"
        times = steps[1] / max(1, steps[0]), after["ms"] / max(0.1, before["ms"])
        print(f"{page[:70]:<72}{told:>20}{times[0]:>8.1f}{cost:>20}{times[1]:>8.1f}")
    for page, after in large.items():
        for query, count in after["steps"].items():
            if count > FAR * small[page]["steps"].get(query, 0) + FEW:
                print(
                    f"\n{page}: {small[page]['steps'].get(query, 0)} → {count} steps\n    {query[:80]} … {query[-300:]}"
                )


def main() -> None:
    for rows in (SMALL, LARGE):
        fair(rows)
    asked = ask(SMALL, "pages")
    small, large = (ask(rows, "measure", asked) for rows in (SMALL, LARGE))
    show(small, {page: found for page, found in large.items() if found["status"] == 200})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "expo.settings")
    match sys.argv[1:]:
        case ["pages"]:
            print(json.dumps(pages()))
        case ["measure"]:
            print(json.dumps(measure(json.load(sys.stdin))))
        case _:
            main()
