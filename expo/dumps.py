"""The database as one file, and back: SQLite through its backup API, PostgreSQL through its own tools."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.client import DatabaseClient

from expo.errors import DomainError

# A restore that meets a running server waits so many seconds for it, then gives up with nothing changed.
PATIENCE = 30
# Tables that came after the backup was made would be in the way of the migrations that make them.
EMPTY_SCHEMA = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"


def dump(target: Path, *, database: BaseDatabaseWrapper) -> None:
    """Write a consistent copy of the database while others may go on writing."""
    if database.vendor == "sqlite":
        _dump_sqlite(target, database)
    else:
        flags, name, environment = _postgresql(database)
        _run(
            ["pg_dump", *flags, "--format=custom", "--no-owner", "--no-privileges", "--file", str(target), name],
            environment,
        )


def check(source: Path, engine: str) -> None:
    """Refuse a file that is no sound database."""
    if engine == "sqlite":
        _check_sqlite(source)
    else:
        _run(["pg_restore", "--list", str(source)], {})


def load(source: Path, *, database: BaseDatabaseWrapper) -> None:
    """Put the file in the place of the whole database, in one transaction: all of it or nothing."""
    if database.vendor == "sqlite":
        _load_sqlite(source, database)
    else:
        _load_postgresql(source, database)


# ------------------------------------------------------------------ SQLite
def _dump_sqlite(target: Path, database: BaseDatabaseWrapper) -> None:
    """The backup API reads through the write-ahead log, which a copy of the file would miss."""
    database.ensure_connection()
    copy = sqlite3.connect(target)
    try:
        database.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    finally:
        copy.close()


def _check_sqlite(source: Path) -> None:
    copy = sqlite3.connect(source)
    try:
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        copy.execute("SELECT count(*) FROM django_migrations")  # an empty file is sound too
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    finally:
        copy.close()
    if verdict != "ok":
        raise DomainError(f"The database in the backup is damaged ({verdict}). Nothing was changed.")


def _load_sqlite(source: Path, database: BaseDatabaseWrapper) -> None:
    """The backup API writes in one transaction, so readers see the old database or the new one, never half of it."""
    deadline = time.monotonic() + PATIENCE

    def give_up(status: int, remaining: int, total: int) -> None:
        """Called after each try; by itself the API would wait for a locked database for ever."""
        if status != sqlite3.SQLITE_DONE and time.monotonic() > deadline:
            raise DomainError("The database is in use. Stop the server and the worker, then restore.")

    database.ensure_connection()
    database.connection.execute("PRAGMA busy_timeout=1000")  # or each try would wait as long as a page may
    copy = sqlite3.connect(source)
    try:
        copy.backup(database.connection, progress=give_up)
    finally:
        copy.close()
        database.close()


# ------------------------------------------------------------------ PostgreSQL
def _load_postgresql(source: Path, database: BaseDatabaseWrapper) -> None:
    flags, name, environment = _postgresql(database)
    script, prelude = source.with_suffix(".sql"), source.with_suffix(".before.sql")
    prelude.write_text(EMPTY_SCHEMA)
    _run(["pg_restore", "--no-owner", "--no-privileges", "--file", str(script), str(source)], {})
    database.close()
    files = ["--file", str(prelude), "--file", str(script)]
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--output", os.devnull]
    _run(
        ["psql", *flags, *options, *files, "--dbname", name],
        {**environment, "PGOPTIONS": f"-c lock_timeout={PATIENCE}s"},
    )


def _postgresql(database: BaseDatabaseWrapper) -> tuple[list[str], str, dict[str, str]]:
    """Flags, database name and environment that bring PostgreSQL's tools to the database in use."""
    (_tool, *flags, name), environment = DatabaseClient.settings_to_cmd_args_env(database.settings_dict, [])
    return flags, name, environment or {}


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise DomainError(f"{command[0]} was not found. Install PostgreSQL's client tools.") from None
    except subprocess.CalledProcessError as error:
        words = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DomainError(f"{command[0]} failed: {words}") from error
