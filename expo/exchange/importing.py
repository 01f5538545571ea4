"""Writing the good rows of an import: all of them or none.

Everything slow happens before the transaction: the file is read and judged once more and must come out as it was
shown. Then the rows are locked, their versions compared, and all is written. Whoever was faster sends the run back to
be looked at.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from expo.errors import DomainError
from expo.exchange.checking import BAD, CHANGED, NEW, SAME, Outcome, resource_of
from expo.exchange.runs import keep_outcomes, move_run, outcomes_of, rows_in_words
from expo.models import ImportRow, ImportRun, ImportState, Record, User
from expo.models.base import StaleVersion
from expo.registry import tables
from expo.saving import write_records

logger = logging.getLogger(__name__)
Shown = dict[int, tuple[str, list[Any], list[int]]]


def import_run(run: ImportRun) -> ImportRun:
    """Write what was shown. The run is done; or checked again, with words, where something changed meanwhile."""
    with override(run.language):
        try:
            return _import(run)
        except DomainError as problem:
            return move_run(run, ImportState.FAILED, problem=str(problem))
        except Exception:
            logger.exception("The import %s failed; nothing of it was written.", run.pk)
            words = _("It failed for a reason that is not yours; the log tells more. Nothing was written.")
            return move_run(run, ImportState.FAILED, problem=words)


def _import(run: ImportRun) -> ImportRun:
    shown = _as_shown(run)
    notes, outcomes = outcomes_of(run)
    if differing := _differing(shown, outcomes):
        return _back(run, outcomes, notes, differing)
    good = [outcome for outcome in outcomes if outcome.kind in (NEW, CHANGED)]
    try:
        begun = time.monotonic()
        with transaction.atomic():
            write(good, run)
            run = move_run(run, ImportState.DONE)
        logger.info("The import %s wrote %d rows in %.1f seconds.", run.pk, len(good), time.monotonic() - begun)
        return run
    except (StaleVersion, ValidationError, IntegrityError) as error:
        logger.info("The import %s met a change: %s", run.pk, error)
        notes, outcomes = outcomes_of(run)
        return _back(run, outcomes, notes, _differing(shown, outcomes))


def _as_shown(run: ImportRun) -> Shown:
    rows = ImportRow.objects.filter(run=run).values_list("number", "outcome", "changes", "versions")
    return {number: (outcome, changes, versions) for number, outcome, changes, versions in rows}


def _differing(shown: Shown, outcomes: Sequence[Outcome]) -> list[int]:
    """The rows that no longer come out as they were shown."""
    return [outcome.row.number for outcome in outcomes if not _is_as_shown(shown, outcome)]


def _is_as_shown(shown: Shown, outcome: Outcome) -> bool:
    if outcome.row.number not in shown:
        return outcome.kind == SAME
    kind, changes, versions = shown[outcome.row.number]
    if kind == BAD:
        return outcome.kind == BAD
    return (outcome.kind, outcome.changes, outcome.versions) == (kind, changes, versions)


def _back(run: ImportRun, outcomes: list[Outcome], notes: list[str], rows: list[int]) -> ImportRun:
    """Show it again: what changed since, and that nothing was written."""
    if rows:
        words = _(
            "Somebody changed what this file is about after it was checked: %(rows)s. Nothing was written. "
            "Look again, then import."
        ) % {"rows": rows_in_words(rows)}
    else:
        words = _("Somebody else was faster, and both cannot be. Nothing was written. Look again, then import.")
    run = move_run(run, ImportState.CHECKING)
    return keep_outcomes(run, outcomes, notes=notes, problem=words)


# ---------------------------------------------------------------------------------------------------- writing
def write(good: Sequence[Outcome], run: ImportRun) -> None:
    """Write new and changed records with what they bring along. The caller holds the transaction."""
    resource = resource_of(tables[run.noun])
    for path in resource.PARTS:
        _write_parts(path, good, by=run.by)
    new = [outcome.record for outcome in good if outcome.kind == NEW]
    changed = [outcome.record for outcome in good if outcome.kind == CHANGED and outcome.is_record_changed]
    write_records(new, changed, by=run.by)
    for name, column in resource.columns.items():
        if column.writes is not None:
            pairs = [(o.record, getattr(o.record, column.attribute)) for o in good if name in o.writes]
            if pairs:
                column.writes(pairs)


def _write_parts(path: str, good: Sequence[Outcome], *, by: User) -> None:
    """Each record that rows bring along once, however many bring it; then the rows point to the stored one."""
    firsts: dict[Any, Record] = {}
    for outcome in good:
        if path in outcome.parts:
            firsts.setdefault(outcome.parts[path].natural_key(), outcome.parts[path])
    new = [part for part in firsts.values() if part.pk is None]
    changed = [part for part in firsts.values() if part.pk is not None]
    write_records(new, changed, by=by)
    for outcome in good:
        if path in outcome.parts:
            setattr(outcome.record, path, firsts[outcome.parts[path].natural_key()])
