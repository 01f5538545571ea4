"""Imports thousands of exhibitors with a few bad rows, mends those, and imports again; prints what it took.

    python tests/benchmarks/import_exhibitors.py [rows] [bad rows] [csv or xlsx]

Uses a database of its own in a temporary folder, or the one DATABASE_URL names: that one must be empty.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HEADER = (
    "edition", "slug", "name_en", "name_zh", "kind", "country", "region", "city_en", "city_zh", "sector", "zone",
    "claim_en", "claim_zh", "shows_en", "shows_zh", "contact_name", "contact_email",
)  # fmt: skip


def table(rows: int, bad: int) -> list[tuple[str, ...]]:
    """Rows of exhibitors; every so many a kind is misspelt, until `bad` are."""
    every = max(1, rows // bad) if bad else rows + 1

    def kind(n: int) -> str:
        return "entreprise" if n % every == 0 and n // every < bad else "enterprise"

    return [
        (
            "13", f"organization-{n}", f"Organization {n}", f"机构{n}",
            kind(n), "CN", "CN-SC", "Mianyang",
            "绵阳", "sector", "C", f"Shows magnet {n}.", f"展示磁体{n}。", "Magnets of all kinds. " * 8,
            "各类磁体。" * 20,
            f"Person {n}", f"person{n}@example.org",
        )
        for n in range(rows)
    ]  # fmt: skip


def as_bytes(rows: list[tuple[str, ...]], format: str) -> bytes:
    if format == "xlsx":
        from expo.exchange import workbook

        return workbook.write([("Exhibitors", HEADER, rows)])
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode()


@contextmanager
def timed(what: str, rows: int) -> Iterator[None]:
    begun, worked = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - begun, time.process_time() - worked
    print(f"{what:<34} {wall:7.2f} s  {cpu:7.2f} s of processor  {rows / wall:8.0f} rows/s", flush=True)


def prepare() -> Any:
    """A migrated database with an edition, a zone, a sector and an organizer."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.factories import make_sector, make_user, make_zone

    make_zone(letter="C")
    make_sector(slug="sector")
    return make_user(is_staff=True, is_superuser=True)


def main(rows: int, bad: int, format: str) -> None:
    by = prepare()
    from expo import registry
    from expo.exchange import importing, runs
    from expo.models import Exhibitor, ImportRun, ImportState, Organization

    def checked(data: bytes, what: str) -> ImportRun:
        with timed(f"{what}: upload", rows):
            run = runs.start(data, f"exhibitors.{format}", table=registry.tables["exhibitor"], by=by, language="en")
        if run.state == ImportState.UPLOADED:
            with timed(f"{what}: check", rows):
                run = runs.check_run(run)
        counts = {kind: getattr(run, f"rows_{kind}") for kind in ("new", "changed", "same", "bad")}
        print(f"{'':<34} {counts}")
        return run

    def written(run: ImportRun, what: str) -> None:
        run = runs.move_run(run, ImportState.IMPORTING, by=by, leaves_out_bad=True)
        with timed(f"{what}: import", run.rows_good):
            run = importing.import_run(run)
        print(f"{'':<34} {run.get_state_display()} {run.problem}")
        versions = sorted(set(Exhibitor.objects.values_list("version", flat=True)))
        lines = Exhibitor.history.count(), Organization.history.count()
        print(f"{'':<34} exhibitors {Exhibitor.objects.count()}, lines of history {lines}, versions {versions}")

    data = as_bytes(table(rows, bad), format)
    print(f"{rows} rows, {bad} of them bad, {format.upper()}, {len(data) / 1048576:.1f} MB")
    written(checked(data, "first file"), "first file")
    written(checked(as_bytes(table(rows, 0), format), "mended file"), "mended file")
    other = [(*row[:11], "Shows another magnet.", *row[12:]) for row in table(rows, 0)]
    written(checked(as_bytes(other, format), "all changed"), "all changed")


def arguments(given: list[str]) -> tuple[int, int, str]:
    rows, bad, format = [*given, *["5000", "50", "csv"][len(given) :]]
    return int(rows), int(bad), format


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DEBUG": "1", "VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "expo.settings"}
        main(*arguments(sys.argv[1:]))
