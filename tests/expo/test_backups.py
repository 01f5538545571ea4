"""Backup and restore, tried on a spare database of whichever engine the suite runs on."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from expo import backups, dumps
from expo.errors import DomainError


@pytest.fixture
def spare(transactional_db: None, tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A database with one table of notes and one applied migration, beside the suite's own."""
    database = connection.copy()
    if connection.vendor == "sqlite":
        database.settings_dict["NAME"] = str(tmp_path / "spare.sqlite3")
    else:
        name = f"{connection.settings_dict['NAME']}_spare"
        database.settings_dict |= {"NAME": name, "OPTIONS": {}}
        _run(connection, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    MigrationRecorder(database).ensure_schema()
    _run(
        database,
        "INSERT INTO django_migrations (app, name, applied) VALUES ('expo', '0001_the_fair_opens', '2025-09-26')",
    )
    _run(database, "CREATE TABLE note (words varchar(40))", "INSERT INTO note VALUES ('before')")
    yield database
    database.close()
    if connection.vendor != "sqlite":
        _run(connection, f"DROP DATABASE {name}")


def _run(database: BaseDatabaseWrapper, *statements: str) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _notes(database: BaseDatabaseWrapper) -> list[str]:
    with database.cursor() as cursor:
        cursor.execute("SELECT words FROM note ORDER BY words")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def archive(spare: BaseDatabaseWrapper, tmp_path: Path) -> Path:
    path = tmp_path / "fair.tar.gz"
    backups.back_up(path, database=spare)
    return path


def _media(settings: Any, name: str, content: bytes | None = None) -> Path:
    path = Path(settings.MEDIA_ROOT) / name
    if content is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return path


def test_restore_brings_back_rows_and_pictures_and_takes_later_ones_away(
    spare: BaseDatabaseWrapper, tmp_path: Path, settings: Any
) -> None:
    _media(settings, "pictures/a/640.webp", b"old")
    made = backups.back_up(tmp_path / "fair.tar.gz", database=spare)
    _run(spare, "INSERT INTO note VALUES ('after')", "CREATE TABLE came_later (id integer)")
    _media(settings, "pictures/a/640.webp").unlink()
    _media(settings, "pictures/b/640.webp", b"new")

    assert backups.restore(tmp_path / "fair.tar.gz", database=spare) == made
    assert _notes(spare) == ["before"]
    assert "came_later" not in spare.introspection.table_names()
    assert _media(settings, "pictures/a/640.webp").read_bytes() == b"old"
    assert not _media(settings, "pictures/b/640.webp").exists()
    assert not list(Path(settings.MEDIA_ROOT).glob(".backup-*"))


def test_a_restored_database_can_be_backed_up_and_restored_again(
    archive: Path, spare: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    backups.restore(archive, database=spare)
    backups.back_up(tmp_path / "again.tar.gz", database=spare)
    _run(spare, "DELETE FROM note")
    backups.restore(tmp_path / "again.tar.gz", database=spare)
    assert _notes(spare) == ["before"]


def test_backup_is_private_and_never_overwrites(archive: Path, spare: BaseDatabaseWrapper) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    with pytest.raises(DomainError, match="exists already"):
        backups.back_up(archive, database=spare)


def test_backup_into_a_folder_that_cannot_be_is_refused_with_words(spare: BaseDatabaseWrapper, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DomainError, match="Nothing can be written"):
        backups.back_up(tmp_path / "file" / "fair.tar.gz", database=spare)


def test_backup_skips_a_picture_that_vanishes_meanwhile(
    spare: BaseDatabaseWrapper, tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(backups, "_media_files", lambda: [Path(settings.MEDIA_ROOT) / "gone.webp"])
    backups.back_up(tmp_path / "fair.tar.gz", database=spare)
    with tarfile.open(tmp_path / "fair.tar.gz") as made:
        assert made.getnames() == ["manifest.json", "database"]


def _rewritten(
    archive: Path, change: Callable[[tarfile.TarInfo, bytes], tuple[str, bytes] | None], **extra: bytes
) -> Path:
    """The archive with its members changed, dropped or joined by others."""
    path = archive.with_name("rewritten.tar.gz")
    with tarfile.open(archive) as source, tarfile.open(path, "w:gz") as target:
        rows = [change(member, source.extractfile(member).read()) for member in source]  # type: ignore[union-attr]
        for name, content in [*filter(None, rows), *extra.items()]:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            target.addfile(member, io.BytesIO(content))
    return path


def _with_manifest(archive: Path, **values: Any) -> Path:
    def change(member: tarfile.TarInfo, content: bytes) -> tuple[str, bytes]:
        return (
            member.name,
            json.dumps({**json.loads(content), **values}).encode() if member.name == "manifest.json" else content,
        )

    return _rewritten(archive, change)


def _unchanged(member: tarfile.TarInfo, content: bytes) -> tuple[str, bytes]:
    return member.name, content


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.with_name("missing.tar.gz"), "There is no file"),
        (lambda path: _write(path, b"no archive"), "no whole backup"),
        (lambda path: _write(path, path.read_bytes()[:-400]), "no whole backup"),
        (lambda path: _write(path, path.read_bytes()[:-8] + b"\0\0\0\0" + path.read_bytes()[-4:]), "no whole backup"),
        (lambda path: _write(path, gzip.compress(b"")), "no whole backup"),
        (lambda path: _rewritten(path, lambda m, c: None, other=b""), "does not begin with a manifest"),
        (lambda path: _rewritten(path, lambda m, c: None, **{"manifest.json": b"{"}), "manifest cannot be read"),
        (lambda path: _with_manifest(path, engine="oracle"), "engine is “oracle”"),
        (lambda path: _with_manifest(path, format=2), "has format 2"),
        (lambda path: _with_manifest(path, migrations=["expo.9999_from_the_future"]), "newer than this software"),
        (
            lambda path: _rewritten(path, lambda m, c: None if m.name == "database" else (m.name, c)),
            "database is missing",
        ),
        (
            lambda path: _rewritten(path, lambda m, c: (m.name, b"x" if m.name == "database" else c)),
            "damaged|pg_restore failed",
        ),
        (lambda path: _rewritten(path, _unchanged, **{"media/../../evil": b"x"}), "it holds “media/../../evil”"),
        (lambda path: _rewritten(path, _unchanged, **{"/etc/evil": b"x"}), "it holds “/etc/evil”"),
    ],
)
def test_a_backup_that_is_broken_foreign_or_newer_is_refused_and_changes_nothing(
    archive: Path, spare: BaseDatabaseWrapper, settings: Any, spoil: Callable[[Path], Path], words: str
) -> None:
    _run(spare, "INSERT INTO note VALUES ('later')")
    picture = _media(settings, "pictures/b/640.webp", b"new")
    with pytest.raises(DomainError, match=words):
        backups.restore(spoil(archive), database=spare)
    assert _notes(spare) == ["before", "later"]
    assert picture.read_bytes() == b"new"


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_link_in_a_backup_is_refused(archive: Path, spare: BaseDatabaseWrapper) -> None:
    path = _rewritten(archive, _unchanged)
    plain = path.with_suffix("")
    plain.write_bytes(gzip.decompress(path.read_bytes()))
    with tarfile.open(plain, "a") as target:
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        target.addfile(link)
    path.write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(DomainError, match="it holds “media/link”"):
        backups.restore(path, database=spare)


def test_a_backup_of_the_other_engine_is_refused(archive: Path, spare: BaseDatabaseWrapper) -> None:
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    with pytest.raises(DomainError, match=f"The backup is of {other}"):
        backups.restore(_with_manifest(archive, engine=other), database=spare)


def test_restore_gives_up_where_the_database_stays_in_use(
    archive: Path, spare: BaseDatabaseWrapper, monkeypatch: Any
) -> None:
    monkeypatch.setattr(dumps, "PATIENCE", 1)
    other = spare.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN")
            cursor.execute("INSERT INTO note VALUES ('at work')")
            with pytest.raises(DomainError, match=r"in use|lock timeout"):
                backups.restore(archive, database=spare)
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert _notes(spare) == ["before"]


def test_a_missing_tool_is_named(monkeypatch: Any) -> None:
    with pytest.raises(DomainError, match="no-such-tool was not found"):
        dumps._run(["no-such-tool"], {})


def test_an_empty_file_is_no_database(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty").close()
    with pytest.raises(DomainError, match="no such table"):
        dumps.check(tmp_path / "empty", "sqlite")


# ------------------------------------------------------------------ the commands
@pytest.fixture
def as_default(spare: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """The commands work on the default database: here the spare one takes its place."""
    usual = connections["default"]
    connections["default"] = spare
    yield spare
    connections["default"] = usual


def test_commands_back_up_and_restore_only_with_yes(as_default: BaseDatabaseWrapper, tmp_path: Path) -> None:
    path, out = tmp_path / "fair.tar.gz", io.StringIO()
    call_command("backup", path, stdout=out)
    _run(as_default, "DELETE FROM note")
    with pytest.raises(CommandError, match="Say --yes"):
        call_command("restore", path)
    assert _notes(as_default) == []
    call_command("restore", path, yes=True, stdout=out)
    assert _notes(as_default) == ["before"]
    assert "Backed up" in out.getvalue()
    assert "Restored" in out.getvalue()


def test_commands_refuse_in_a_sentence(as_default: BaseDatabaseWrapper, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", tmp_path / "missing.tar.gz", yes=True)
    (tmp_path / "there").write_text("")
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", tmp_path / "there")
