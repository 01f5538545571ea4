"""An import from the upload to its end: its states, its file, its progress. `importing` writes the rows.

A file of a few rows is checked and imported at once, a longer one by the worker.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from expo.errors import DomainError
from expo.exchange import checking, reading
from expo.exchange.checking import BAD, SAME, Outcome, check_columns, resource_of
from expo.models import ImportRow, ImportRun, ImportState, User
from expo.models.import_run import IMPORT_MOVES
from expo.registry import Table, tables
from expo.secrecy import refuse_classified
from expo.transitions import note

ROWS_AT_ONCE = 200
KEPT = dt.timedelta(days=30)
STUCK_AFTER = dt.timedelta(hours=1)
logger = logging.getLogger(__name__)


def start(data: bytes, name: str, *, table: Table, by: User, language: str, classified: str = "") -> ImportRun:
    """Take a file in and have it checked. DomainError, with nothing kept, where it is no table of this noun or where
    it holds what is classified."""
    if table.asks_secrecy:
        refuse_classified(classified)
    format, count = reading.look(data, name)
    if format == "csv" or count <= ROWS_AT_ONCE:
        check_columns(reading.read(data, name).columns, resource_of(table))
    with transaction.atomic():
        run = ImportRun.objects.create(
            noun=table.noun, name=Path(name).name[:200], format=format, size=len(data), by=by, language=language,
            sha256=hashlib.sha256(data).hexdigest(),
        )  # fmt: skip
        note(run, "", run.state, by=by)
        _keep(run, data)
    _check_now_or_later(run, count)
    run.refresh_from_db()
    return run


def _check_now_or_later(run: ImportRun, count: int) -> None:
    from expo.tasks import check_import  # the task calls back into this module

    if count <= ROWS_AT_ONCE:
        check_run(run)
    else:
        write_progress(run, 0, count)
        check_import.enqueue(run.pk)


def check_run(run: ImportRun) -> ImportRun:
    """Judge every row and keep what was found; the run is then checked, or failed where the file cannot be used."""
    run = move_run(run, ImportState.CHECKING)
    try:
        with override(run.language):
            notes, outcomes = outcomes_of(run)
    except DomainError as problem:
        return move_run(run, ImportState.FAILED, problem=str(problem))
    except Exception:
        logger.exception("The check of the import %s failed.", run.pk)
        with override(run.language):
            words = _("It failed for a reason that is not yours; the log tells more. Nothing was written.")
        return move_run(run, ImportState.FAILED, problem=words)
    return keep_outcomes(run, outcomes, notes=notes)


def outcomes_of(run: ImportRun) -> tuple[list[str], list[Outcome]]:
    """What the file says now, with the notes about it."""
    table = tables[run.noun]
    sheet = reading.read(stored_file(run), f"file.{run.format}")
    missing = check_columns(sheet.columns, resource_of(table))
    notes = list(sheet.notes)
    if missing:
        notes.append(
            _("These columns are not in the file, so they stay as they are: %(names)s.") % {"names": ", ".join(missing)}
        )
    follow = Follower(run)
    return notes, checking.check(sheet, table, by=run.by, progress=follow)


def keep_outcomes(run: ImportRun, outcomes: list[Outcome], *, notes: list[str], problem: str = "") -> ImportRun:
    """Write down what was found and make the run a checked one."""
    counts: dict[str, int] = dict.fromkeys(("new", "changed", "same", "bad"), 0)
    for outcome in outcomes:
        counts[outcome.kind] += 1
    rows = [_row(run, outcome) for outcome in outcomes if outcome.kind != SAME]
    with transaction.atomic():
        ImportRow.objects.filter(run=run).delete()
        ImportRow.objects.bulk_create(rows, batch_size=400)
        found: dict[str, Any] = {f"rows_{kind}": count for kind, count in counts.items()}
        return move_run(run, ImportState.CHECKED, notes=notes, problem=problem, **found)


def _row(run: ImportRun, outcome: Outcome) -> ImportRow:
    return ImportRow(
        run=run, number=outcome.row.number, key=outcome.key[:250], outcome=outcome.kind, changes=outcome.changes,
        errors=outcome.errors if outcome.kind == BAD else {}, versions=outcome.versions,
    )  # fmt: skip


def confirm(run: ImportRun, *, by: User, leave_out_bad: bool) -> ImportRun:
    """Import the good rows. Rows with errors are left out only where that was chosen.

    Who confirms answers for it, whoever uploaded the file: by that person's rights it is judged and in that name
    written."""
    from expo.exchange.importing import import_run
    from expo.tasks import import_rows

    with transaction.atomic():
        run = locked(run)
        if run.state == ImportState.CHECKED and run.rows_bad and not leave_out_bad:
            raise DomainError(_("Some rows have errors. Say that they are left out, or mend the file."), field="choice")
        if run.state == ImportState.CHECKED and not run.rows_good:
            raise DomainError(_("There is nothing to import: no row is new or changed."))
        run = move_run(run, ImportState.IMPORTING, by=by, leaves_out_bad=leave_out_bad, problem="")
        if run.by != by:
            run.by = by
            run.save(update_fields=["by"])
        is_long = run.rows_read > ROWS_AT_ONCE
        if is_long:
            write_progress(run, 0, run.rows_read)
            transaction.on_commit(lambda: import_rows.enqueue(run.pk))
    return run if is_long else import_run(run)


def cancel(run: ImportRun, *, by: User) -> ImportRun:
    """Give it up; nothing of it is written, and its file is removed."""
    with transaction.atomic():
        run = move_run(run, ImportState.CANCELED, by=by)
        transaction.on_commit(lambda: remove_file(run))
    return run


def locked(run: ImportRun) -> ImportRun:
    [found] = ImportRun.objects.select_for_update(of=("self",)).select_related("by").filter(pk=run.pk)
    return found


def move_run(run: ImportRun, to: str, *, by: User | None = None, **found: Any) -> ImportRun:
    """The one writer of a run's state: locks it, asks the table of moves, writes and notes the move."""
    with transaction.atomic():
        run = locked(run)
        if to not in IMPORT_MOVES[run.state]:
            raise DomainError(
                _("This import is %(state)s already. Open it again to see how it stands.")
                % {"state": run.get_state_display()}
            )
        before, run.state = run.state, to
        for name, value in found.items():
            setattr(run, name, value)
        run.save()
        note(run, before, to, by=by or run.by, reason=run.problem)
    return run


# ---------------------------------------------------------------------------------------------------- its file
def _keep(run: ImportRun, data: bytes) -> None:
    run.folder.mkdir(parents=True, mode=0o700)
    path = run.folder / f"file.{run.format}"
    path.touch(mode=0o600)
    path.write_bytes(data)


def stored_file(run: ImportRun) -> bytes:
    """The file as it was sent. DomainError where it is gone or no longer the same."""
    try:
        data = (run.folder / f"file.{run.format}").read_bytes()
    except FileNotFoundError:
        raise DomainError(_("The file of this import is no longer kept. Upload it again.")) from None
    if hashlib.sha256(data).hexdigest() != run.sha256:
        raise DomainError(_("The file of this import was changed on the disk. Upload it again."))
    return data


def remove_file(run: ImportRun) -> None:
    shutil.rmtree(run.folder, ignore_errors=True)
    ImportRun.objects.filter(pk=run.pk).update(has_file=False)


# ---------------------------------------------------------------------------------------------------- its progress
@dataclass
class Follower:
    """Called with (done, total): writes a small file a few times a second; a transaction may hold the database."""

    run: ImportRun
    last: float = 0.0

    def __call__(self, done: int, total: int) -> None:
        if done == total or time.monotonic() - self.last > 0.3:
            self.last = time.monotonic()
            write_progress(self.run, done, total)


def write_progress(run: ImportRun, done: int, total: int) -> None:
    path = run.folder / "progress.json"
    part = path.with_suffix(".part")
    try:
        part.write_text(json.dumps({"done": done, "total": total}))
        os.replace(part, path)
    except OSError:  # the folder may be gone, or the disk full: the import itself says what matters
        logger.warning("The progress of the import %s cannot be written.", run.pk)


def read_progress(run: ImportRun) -> dict[str, int]:
    """How many rows of how many; nothing where that is not known yet."""
    try:
        found = json.loads((run.folder / "progress.json").read_text())
    except (OSError, ValueError):
        return {}
    return {"done": int(found.get("done", 0)), "total": int(found.get("total", 0))}


# ---------------------------------------------------------------------------------------------------- the clock's part
def fail_stuck_imports(*, now: dt.datetime | None = None) -> int:
    """End what a stopped worker left in the middle. Nothing of it was written: rows are written all at once."""
    now = now or timezone.now()
    under_way = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.IMPORTING)
    ended = 0
    for run in ImportRun.objects.filter(state__in=under_way, updated_at__lte=now - STUCK_AFTER).select_related("by"):
        if _is_alive(run, now):
            continue
        with override(run.language):
            move_run(
                run, ImportState.FAILED, problem=_("It was interrupted. Nothing was written: upload the file again.")
            )
        ended += 1
    return ended


def _is_alive(run: ImportRun, now: dt.datetime) -> bool:
    try:
        seen = dt.datetime.fromtimestamp((run.folder / "progress.json").stat().st_mtime, dt.UTC)
    except OSError:
        return False
    return seen > now - STUCK_AFTER


def remove_old_files(*, now: dt.datetime | None = None) -> int:
    """After thirty days the file and its rows go; what was imported, by whom and how many rows stays."""
    old = ImportRun.objects.filter(has_file=True, updated_at__lte=(now or timezone.now()) - KEPT).select_related("by")
    count = 0
    for run in old:
        if run.state == ImportState.CHECKED:
            move_run(run, ImportState.CANCELED)
        ImportRow.objects.filter(run=run).delete()
        remove_file(run)
        count += 1
    return count + _remove_strays(now or timezone.now())


def _remove_strays(now: dt.datetime) -> int:
    """Folders whose run is not there: its transaction failed after the file was written."""
    root = Path(settings.VAR_DIR) / "imports"
    folders = {path.name: path for path in root.iterdir()} if root.is_dir() else {}
    known = set(ImportRun.objects.filter(code__in=folders).values_list("code", flat=True))
    strays = [
        path for code, path in folders.items() if code not in known and path.stat().st_mtime < now.timestamp() - 86400
    ]
    for path in strays:
        shutil.rmtree(path, ignore_errors=True)
    return len(strays)


def rows_in_words(numbers: Iterable[int], most: int = 12) -> str:
    """Row numbers in a sentence: 5, 9, 12 and 40 more."""
    rows = list(numbers)
    words = ", ".join(map(str, rows[:most]))
    if (more := len(rows) - most) > 0:
        words = _("%(rows)s and %(more)d more") % {"rows": words, "more": more}
    return ngettext("row %(rows)s", "rows %(rows)s", len(rows)) % {"rows": words}
