"""Runs beside others: several processes find together what one finds alone, and what is deleted meanwhile ends none."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from expo.generating import generate
from expo.models import Innovation
from expo.search import changes
from matchmaking.generating import generate_demands
from matchmaking.match_runs import AT_ONCE, run_full
from matchmaking.models import Match, MatchRun, RunState

DEMANDS = AT_ONCE + 3  # fewer would be matched by one


def found() -> dict[tuple[int, tuple[str, int]], tuple[int, int]]:
    return {(row.demand_id, row.offer_key): (row.score, row.offer_score) for row in Match.objects.all()}


def in_two_processes(folder: Path) -> str:
    """The command as a person gives it, on the database of this test; one in memory goes through a file."""
    address = f"sqlite:///{folder / 'expo.sqlite3'}"
    if connection.vendor == "sqlite":
        with sqlite3.connect(folder / "expo.sqlite3") as file:
            connection.connection.backup(file)
    else:
        address = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    environment = {**os.environ, "DATABASE_URL": address, "VAR_DIR": str(folder), "SEMANTIC_SEARCH": "0"}
    command = [sys.executable, "manage.py", "run_matching", "--processes", "2"]
    run = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True, timeout=120
    )
    if connection.vendor == "sqlite":
        with sqlite3.connect(folder / "expo.sqlite3") as file:
            file.backup(connection.connection)
    return run.stdout


@pytest.mark.django_db(transaction=True)
def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    generate(40, seed=1)
    generate_demands(DEMANDS, seed=1)
    changes.drain()
    run_full()
    alone = found()
    assert alone
    Match.objects.all().delete()
    told = in_two_processes(tmp_path)
    run = MatchRun.objects.order_by("pk").last()
    assert run is not None
    assert (run.state, run.done, run.total, run.added) == (RunState.DONE, DEMANDS, DEMANDS, len(alone))
    assert found() == alone
    assert f"{len(alone):,} matches of {DEMANDS} demands" in told


@pytest.mark.django_db(transaction=True)
def test_an_offer_that_is_deleted_while_matches_are_stored_ends_no_run() -> None:
    generate(40, seed=1)
    generate_demands(5, seed=1)
    changes.drain()
    gone: list[str] = []

    def delete(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        found = execute(sql, parameters, many, context)
        if sql.startswith('INSERT INTO "matchmaking_match"') and not gone:
            gone.append(sql)
            Innovation.objects.all()._raw_delete("default")
        return found

    with connection.execute_wrapper(delete):
        run = run_full()
    assert gone
    assert (run.state, run.done) == (RunState.DONE, 5)
