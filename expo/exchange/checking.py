"""Rows against what is stored: which are new, which change what, which are the same, and which cannot be taken.

Nothing is written. All that the rows name is read in a few queries first, then each row is judged by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from expo.exchange.reading import FileProblem, Row, Sheet
from expo.exchange.tables import Key, TableResource
from expo.models import Origin, User
from expo.registry import Table
from expo.validating import Problems, Taken, problems_of

PROBLEM = "problem"  # the column of a file of rows to mend: it is passed over when that file comes back
NEW, CHANGED, SAME, BAD = "new", "changed", "same", "bad"
Progress = Callable[[int, int], None]


@dataclass
class Outcome:
    """What would become of one row. `parts` are the records it brings along that are new or changed."""

    row: Row
    key: str
    record: Any
    kind: str = SAME
    changes: list[list[str]] = field(default_factory=list)
    parts: dict[str, Any] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    is_record_changed: bool = False

    @property
    def errors(self) -> Problems:
        return self.row.problems

    @property
    def versions(self) -> list[int]:
        """Of what is stored: the record, then its changed parts; 0 is not stored yet."""
        records = [self.record, *self.parts.values()]
        return [record.version if record.pk else 0 for record in records]


def resource_of(table: Table) -> TableResource:
    module, _sep, name = table.resource.partition(":")
    resource: TableResource = getattr(import_module(module), name)()
    return resource


def quiet(done: int, total: int) -> None:
    """Progress that nobody follows."""


def check(sheet: Sheet, table: Table, *, by: User, progress: Progress = quiet) -> list[Outcome]:
    """Every row's outcome. FileProblem where the columns are wrong."""
    resource = resource_of(table)
    check_columns(sheet.columns, resource)
    resource.prepare([row.cells for row in sheet.rows])
    judged = _Judge(resource, by, sheet)
    outcomes = []
    for count, row in enumerate(sheet.rows, 1):
        outcomes.append(judged.outcome(row))
        if count % 50 == 0:
            progress(count, len(sheet.rows))
    _check_unique(outcomes)
    _check_shared_parts(outcomes, resource)
    resource.check_together([outcome for outcome in outcomes if not outcome.errors])
    for outcome in outcomes:
        if outcome.errors:
            outcome.kind = BAD
    progress(len(sheet.rows), len(sheet.rows))
    return outcomes


def check_columns(columns: Sequence[str], resource: TableResource) -> tuple[str, ...]:
    """Refuse unknown columns and a missing key; returns the columns that the file leaves out."""
    from expo.exchange.cells import closest

    sentences = []
    missing = [name for name in resource.columns if name not in columns]
    for name in columns:
        if name in resource.columns or name == PROBLEM:
            continue
        near = closest(name, missing) or closest(name, resource.columns)
        words = {"name": name[:60], "near": near}
        sentences.append(
            _("There is no column “%(name)s”. Did you mean “%(near)s”?") % words
            if near
            else _("There is no column “%(name)s”.") % words
        )
        if len(sentences) == 12:
            break
    if lost := [name for name in resource.key_columns if name in missing]:
        sentences.append(_("These columns are missing: %(names)s.") % {"names": ", ".join(lost)})
    if sentences:
        sentences.append(_("The columns are: %(names)s.") % {"names": ", ".join(resource.columns)})
        raise FileProblem(" ".join(sentences))
    return tuple(missing)


class _Judge:
    """Judges one row after the other."""

    def __init__(self, resource: TableResource, by: User, sheet: Sheet) -> None:
        self.resource, self.by = resource, by
        self.names = [name for name in resource.columns if name in sheet.columns]
        self.first_with: dict[Key, int] = {}
        self.all_with: dict[Key, list[int]] = {}
        for row in sheet.rows:
            self.all_with.setdefault(resource.key_of(row.cells), []).append(row.number)

    def outcome(self, row: Row) -> Outcome:
        resource = self.resource
        record = resource.record_for(row.cells)
        outcome = Outcome(row, " / ".join(row.cells.get(name, "") for name in resource.key_columns), record)
        self._check_key(row)
        stored = {name: self._text(name, record) for name in self.names} if record.pk else {}
        before = {**stored, **self._parts_before(record)}
        self._set(outcome, before)
        self._compare(outcome, before)
        if outcome.changes or record.pk is None:
            self._validate(outcome)
        return outcome

    def _text(self, name: str, record: Any) -> str:
        column = self.resource.columns[name]
        return str(column.export(record)).replace("\r\n", "\n").strip(" \n\t\u3000\ufeff")

    def _parts_before(self, record: Any) -> dict[str, str]:
        """What a new row's parts hold already, where they are stored."""
        if record.pk or not self.resource.PARTS:
            return {}
        names = [name for name in self.names if (path := self.resource.part_of(self.resource.columns[name]))
                 and getattr(record, path).pk]  # fmt: skip
        return {name: self._text(name, record) for name in names}

    def _check_key(self, row: Row) -> None:
        key = self.resource.key_of(row.cells)
        for name in self.resource.key_columns:
            if not row.cells.get(name):
                row.blame(name, _("This cell is part of the key, so it cannot be empty."))
        numbers = self.all_with[key]
        if len(numbers) > 1 and all(key):
            others = ", ".join(str(number) for number in numbers if number != row.number)
            row.blame(
                self.resource.key_columns[-1],
                _("The same key stands in row %(rows)s too. Keep one.") % {"rows": others},
            )

    def _set(self, outcome: Outcome, before: dict[str, str]) -> None:
        row = outcome.row
        try:
            self.resource.import_instance(outcome.record, row.cells, bad=row.problems, stored=before)
        except ValidationError as error:
            for attribute, messages in error.message_dict.items():
                for message in messages:
                    row.blame(self.resource.column_at.get(attribute, ""), message)

    def _compare(self, outcome: Outcome, before: dict[str, str]) -> None:
        record, resource = outcome.record, self.resource
        changed_parts = set()
        for name in self.names:
            column, path = resource.columns[name], resource.part_of(resource.columns[name])
            after = self._text(name, record)
            if after == before.get(name, ""):
                continue
            outcome.changes.append([name, before.get(name, ""), after])
            if path:
                changed_parts.add(path)
            else:
                outcome.is_record_changed = True
            if column.writes is not None:
                outcome.writes.append(name)
        for path in resource.PARTS:
            part = getattr(record, path, None)
            if part is not None and (path in changed_parts or part.pk is None):
                outcome.parts[path] = part
        if record.pk is None:
            outcome.kind = NEW
        elif outcome.changes:
            outcome.kind = CHANGED

    def _validate(self, outcome: Outcome) -> None:
        record = outcome.record
        for path, part in outcome.parts.items():
            if part.pk is None and hasattr(part, "origin"):
                # A file makes nobody one of the release's own, whom the public meets at once.
                part.origin = Origin.SAMPLE if record.origin == Origin.SAMPLE else Origin.PARTICIPANT
            self._may(outcome, path, part)
            self._blame(outcome, problems_of(part), prefix=f"{path}__")
        self._blame(outcome, problems_of(record))

    def _may(self, outcome: Outcome, path: str, part: Any) -> None:
        """Who may import the noun need not have the right to what its rows bring along."""
        act = "change" if part.pk else "add"
        if not self.by.has_perm(f"{part._meta.app_label}.{act}_{part._meta.model_name}"):
            words = {"what": part._meta.verbose_name_plural}
            outcome.row.blame(
                self.resource.PARTS[path][0],
                _("You may not change %(what)s, and this row would.") % words
                if part.pk
                else _("You may not add %(what)s, and this row would.") % words,
            )

    def _blame(self, outcome: Outcome, problems: Problems, prefix: str = "") -> None:
        """Put each refusal to its column; what has none stands at the row, with the field's name. A cell that could
        not be read is not refused once more for being empty."""
        for name, messages in problems.items():
            column = self._column_of(outcome.record, prefix, name)
            if column in outcome.errors and column:
                continue
            if column and self.resource.is_needed(column) and not outcome.row.cells.get(column):
                outcome.row.blame(column, _("This cell must be filled in."))
                continue
            for message in messages:
                label = "" if column or name == NON_FIELD_ERRORS else _label(outcome.record, prefix, name)
                outcome.row.blame(column, f"{label}: {message}" if label else message)

    def _column_of(self, record: Any, prefix: str, name: str) -> str:
        column = self.resource.column_at.get(f"{prefix}{name}", "")
        if not column and name in self.resource.PARTS:
            return self.resource.PARTS[name][0]
        return column


def _label(record: Any, prefix: str, name: str) -> str:
    holder = getattr(record, prefix.removesuffix("__")) if prefix else record
    return str(capfirst(holder._meta.get_field(name).verbose_name))


def _check_unique(outcomes: list[Outcome]) -> None:
    """What must be unique, for the records and for their parts: one look-up for all of them."""
    good = [outcome for outcome in outcomes if outcome.kind != SAME and not outcome.errors]
    taken = Taken([outcome.record for outcome in good])
    for outcome in good:
        _blame_unique([outcome], taken, outcome.record)
    for path in {path for outcome in good for path in outcome.parts}:
        sharing = _by_part(path, good)
        taken = Taken([rows[0].parts[path] for rows in sharing])
        for rows in sharing:
            _blame_unique(rows, taken, rows[0].parts[path])


def _by_part(path: str, outcomes: list[Outcome]) -> list[list[Outcome]]:
    """The rows that bring one along, together with the others that bring the same one."""
    sharing: dict[Any, list[Outcome]] = {}
    for outcome in outcomes:
        if path in outcome.parts:
            sharing.setdefault(outcome.parts[path].natural_key(), []).append(outcome)
    return list(sharing.values())


def _blame_unique(outcomes: list[Outcome], taken: Taken, record: Any) -> None:
    """What is refused of a record is refused of every row that brings it: none of them can be written. The column of
    a unique field has its name, in the record and in its parts."""
    problems: Problems = {}
    taken.add_to(problems, record)
    for name, messages in problems.items():
        for outcome in outcomes:
            for message in messages:
                outcome.row.blame(name if name in outcome.row.cells else "", message)


def _check_shared_parts(outcomes: list[Outcome], resource: TableResource) -> None:
    """Two rows that bring the same record along must say the same about it."""
    for path, (column_name, _lookup) in resource.PARTS.items():
        names = [name for name, column in resource.columns.items() if resource.part_of(column) == path]
        said: dict[Any, tuple[int, list[str]]] = {}
        for outcome in outcomes:
            if outcome.errors:
                continue
            words = [outcome.row.cells.get(name, "") for name in names]
            first, told = said.setdefault(
                outcome.row.cells.get(column_name, "").casefold(), (outcome.row.number, words)
            )
            for name, here, there in zip(names, words, told, strict=True):
                if here != there:
                    outcome.row.blame(
                        name, _("Row %(row)d says “%(text)s” about the same one.") % {"row": first, "text": there[:60]}
                    )
