"""Rows out: what is stored as CSV or XLSX, in the columns that an import takes, and the empty template."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from expo.exchange import reading
from expo.exchange.checking import PROBLEM, resource_of
from expo.exchange.reading import escaped
from expo.exchange.runs import stored_file
from expo.exchange.tables import TableResource
from expo.models import ImportRow, ImportRun
from expo.registry import Table

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export(table: Table, format: str, *, rows: QuerySet[Any] | None, everything: bool) -> bytes:
    """The rows, or all of the noun. `everything` includes what only who may change them may read."""
    resource = resource_of(table)
    names = [name for name in resource.columns if everything or resource.is_public(name)]
    ordering: Any = resource.model._meta.ordering
    stored = resource.get_queryset().order_by(*ordering, "pk")
    if rows is not None:
        stored = stored.filter(pk__in=rows.order_by().values("pk"))
    data = resource.export(stored, export_fields=names)
    return as_file(format, str(table.title), names, data)


def template(table: Table, format: str) -> bytes:
    """The header alone; in XLSX a second sheet tells what each column means, in both languages."""
    resource = resource_of(table)
    names = list(resource.columns)
    if format == "csv":
        return as_file("csv", "", names, [])
    from expo.exchange import workbook

    return workbook.write([(str(table.title), names, []), help_sheet(resource)])


def bad_rows(run: ImportRun, format: str) -> bytes:
    """The rows with errors as they were sent, with a column that says what is wrong: to mend and upload again."""
    sheet = reading.read(stored_file(run), f"file.{run.format}")
    wrong = dict(ImportRow.objects.filter(run=run, outcome=ImportRow.Outcome.BAD).values_list("number", "errors"))
    columns = [name for name in sheet.columns if name != PROBLEM]
    rows = [
        [*(row.cells[name] for name in columns), in_one_line(wrong[row.number])]
        for row in sheet.rows
        if row.number in wrong
    ]
    return as_file(format, run.name.rpartition(".")[0] or "rows", [*columns, PROBLEM], rows)


def in_one_line(errors: dict[str, list[str]]) -> str:
    return " ".join(f"{column}: {' '.join(words)}" if column else " ".join(words) for column, words in errors.items())


def help_sheet(resource: TableResource) -> tuple[str, Sequence[str], Iterable[Sequence[str]]]:
    header = ("column", "needed", "meaning", "含义", "allowed", "允许的值", "example")
    rows = []
    for name, column in resource.columns.items():
        texts = []
        for language in ("en", "zh-hans"):
            with override(language):
                texts.append((resource.label(name), _("only to read") if column.readonly else column.widget.allowed()))
        (meaning, allowed), (meaning_zh, allowed_zh) = texts
        needed = "key" if name in resource.key_columns else ("yes" if resource.is_needed(name) else "")
        example = column.example or resource.EXAMPLES.get(name, "")
        rows.append((name, needed, meaning, meaning_zh, allowed, allowed_zh, example))
    return ("README", header, rows)


def as_file(format: str, title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    if format == "xlsx":
        from expo.exchange import workbook

        return workbook.write([(title, header, rows)])
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([escaped(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")
