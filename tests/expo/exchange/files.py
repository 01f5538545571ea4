"""Files as people send them, and what becomes of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from expo import registry
from expo.exchange import checking, reading, runs
from expo.exchange.checking import Outcome
from expo.models import ImportRun, User

EXHIBITOR = ("edition", "slug", "name_en", "name_zh", "zone", "claim_en")


def csv_of(header: Sequence[str], *rows: Sequence[Any], separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([header, *rows])
    return out.getvalue().encode()


def xlsx_of(header: Sequence[str], *rows: Sequence[Any], **sheets: Iterable[Sequence[Any]]) -> bytes:
    """A workbook whose first sheet holds the table; others by name."""
    book = Workbook()
    for row in (header, *rows):
        book.active.append(list(row))
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def judge(noun: str, data: bytes, *, by: User, name: str = "table.csv") -> list[Outcome]:
    return checking.check(reading.read(data, name), registry.tables[noun], by=by)


def errors_of(noun: str, data: bytes, *, by: User) -> dict[str, str]:
    """What is said about the cells of the first row with errors, by column."""
    bad = next(outcome for outcome in judge(noun, data, by=by) if outcome.errors)
    return {column: " ".join(sentences) for column, sentences in bad.errors.items()}


def sent(noun: str, data: bytes, *, by: User, name: str = "table.csv") -> ImportRun:
    """A file taken in and checked."""
    return runs.start(data, name, table=registry.tables[noun], by=by, language="en", classified="no")


def imported(noun: str, data: bytes, *, by: User, leave_out_bad: bool = False, name: str = "table.csv") -> ImportRun:
    return runs.confirm(sent(noun, data, by=by, name=name), by=by, leave_out_bad=leave_out_bad)
