"""Backup and restore: one archive with a manifest, the database and the media, for the engine in use.

The archive is a gzipped tar: `manifest.json` first, then `database`, then `media/…`. Only what this module writes is
ever read back, name by name, so an archive cannot place a file anywhere else.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from expo import dumps
from expo.errors import DomainError
from expo.search import generation

FORMAT = 1
MANIFEST, DATABASE, MEDIA = "manifest.json", "database", "media"
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself. `migrations` are “app.name”, as applied when it was made."""

    format: int
    engine: str
    created_at: str
    migrations: tuple[str, ...]


# ------------------------------------------------------------------ backup
def back_up(target: Path, *, database: BaseDatabaseWrapper = connection, now: dt.datetime | None = None) -> Manifest:
    """Write database and media to `target`, which must not exist. The server may run meanwhile."""
    if target.exists():
        raise DomainError(f"“{target}” exists already. Give the backup a new name.")
    manifest = Manifest(
        FORMAT,
        database.vendor,
        (now or timezone.now()).isoformat(timespec="seconds"),
        _applied_migrations(database),
    )
    with _scratch(target.absolute().parent) as folder:
        dump, part = folder / DATABASE, folder / "archive"
        # The database goes first: a picture that comes later is then only one file too many, never one too few.
        dumps.dump(dump, database=database)
        with tarfile.open(part, "w:gz", compresslevel=6) as archive:
            _add_bytes(archive, MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
            archive.add(dump, DATABASE)
            for file in _media_files():
                _add_if_there(archive, file)
        part.chmod(0o600)  # it holds personal data
        os.replace(part, target)
    return manifest


def _applied_migrations(database: BaseDatabaseWrapper) -> tuple[str, ...]:
    with database.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return tuple(sorted(f"{app}.{name}" for app, name in cursor.fetchall()))


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """A folder of its own that goes away again, on the same disk as where its files are going."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".backup-", dir=parent))
    except OSError as error:
        raise DomainError(f"Nothing can be written to “{parent}” ({error.strerror}).") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))


def _media_files() -> list[Path]:
    root = Path(settings.MEDIA_ROOT)
    return [
        path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink() and not _is_scratch(path)
    ]


def _is_scratch(path: Path) -> bool:
    return path.relative_to(settings.MEDIA_ROOT).parts[0].startswith(".backup-")


def _add_if_there(archive: tarfile.TarFile, file: Path) -> None:
    """A picture may be replaced while we read."""
    try:
        archive.add(file, f"{MEDIA}/{file.relative_to(settings.MEDIA_ROOT).as_posix()}", recursive=False)
    except FileNotFoundError:
        return


# ------------------------------------------------------------------ restore
def restore(source: Path, *, database: BaseDatabaseWrapper = connection) -> Manifest:
    """Put the archive in the place of database and media. Nothing changes unless all of it can be read and fits."""
    with _scratch(Path(settings.MEDIA_ROOT)) as folder:
        manifest = unpack(source, folder)
        check_fits(manifest, database=database)
        dumps.check(folder / DATABASE, manifest.engine)
        # Pictures have names of their own, so those of the backup can stand beside today's until the database is in.
        kept = _bring_in_media(folder / MEDIA)
        dumps.load(folder / DATABASE, database=database)
    generation.discard()
    for file in _media_files():
        if file not in kept:
            file.unlink()
    return manifest


def read_manifest(source: Path) -> Manifest:
    """What the archive says of itself, without reading the rest."""
    with _reading(source) as archive:
        return _manifest_of(archive, source)


def unpack(source: Path, folder: Path) -> Manifest:
    """Read the whole archive into `folder`, to the last checksum."""
    with _reading(source) as archive:
        manifest = _manifest_of(archive, source)
        for member in archive:
            _unpack_member(archive, member, folder, source)
        # The stream's checksum stands behind the last file; reading on to the end is what checks it.
        while archive.fileobj and archive.fileobj.read(1 << 20):
            pass
    if not (folder / DATABASE).exists():
        raise _no_backup(source, "the database is missing")
    return manifest


def check_fits(manifest: Manifest, *, database: BaseDatabaseWrapper = connection) -> None:
    """Refuse an archive of another engine, or of a newer version of this software."""
    engine = database.vendor
    if manifest.engine != engine:
        raise DomainError(
            f"The backup is of {manifest.engine}, but the database in use is {engine}. Set DATABASE_URL to the former."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known):
        raise DomainError(
            f"The backup is newer than this software: it has {len(unknown)} migrations that are unknown here, "
            f"the first is {unknown[0]}. Update the software, then restore."
        )


@contextmanager
def _reading(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with gzip.open(source, "rb") as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
            yield archive
    except FileNotFoundError:
        raise DomainError(f"There is no file “{source}”.") from None
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise _no_backup(source, str(error)) from error


def _no_backup(source: Path, why: str) -> DomainError:
    return DomainError(f"“{source}” is no whole backup of ours ({why}). Nothing was changed.")


def _manifest_of(archive: tarfile.TarFile, source: Path) -> Manifest:
    member = archive.next()
    file = archive.extractfile(member) if member and member.isfile() and member.name == MANIFEST else None
    if file is None:
        raise _no_backup(source, "it does not begin with a manifest")
    try:
        values: dict[str, Any] = json.loads(file.read())
        if int(values["format"]) > FORMAT:
            raise DomainError(
                f"“{source}” has format {values['format']}; this software reads {FORMAT}. Update it, then restore."
            )
        manifest = Manifest(
            int(values["format"]), str(values["engine"]), str(values["created_at"]), tuple(values["migrations"])
        )
    except (ValueError, KeyError, TypeError) as error:
        raise _no_backup(source, "its manifest cannot be read") from error
    if manifest.engine not in ENGINES:
        raise _no_backup(source, f"its engine is “{manifest.engine}”")
    return manifest


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, source: Path) -> None:
    if member.name == MANIFEST or member.isdir():
        return
    parts = PurePosixPath(member.name).parts
    is_ours = member.name == DATABASE or (len(parts) > 1 and parts[0] == MEDIA and ".." not in parts)
    file = archive.extractfile(member) if member.isfile() and is_ours else None
    if file is None:
        raise _no_backup(source, f"it holds “{member.name}”")
    path = folder.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        shutil.copyfileobj(file, target)


def _bring_in_media(folder: Path) -> set[Path]:
    """Put each file in its place; those that are there under the same name are replaced whole."""
    kept = set()
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        target = Path(settings.MEDIA_ROOT) / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o644)
        os.replace(file, target)
        kept.add(target)
    return kept
