"""XLSX to rows and back. openpyxl takes a second to import, so only these functions import it."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from expo.exchange.reading import MAX_COLUMNS, MAX_ROWS, FileProblem, Sheet, escaped, table, too_many

MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 2000
MAX_STYLES = 2 * 1024 * 1024  # formats, names and lists of parts: a megabyte of them takes seconds to read
MAX_LINES = 100_000  # how far down the last row may stand
BULKY = ("xl/worksheets/", "xl/sharedStrings")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Place:
    """The first visible sheet: its name, its file in the archive, and the names of the others."""

    title: str
    path: str
    others: tuple[str, ...]


def read(data: bytes) -> Sheet:
    """The first visible sheet. Merged cells, bombs and files that only look like XLSX are refused."""
    import openpyxl

    with _readable():
        place = _find(data)
        _scan(data, place)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book[place.title]
        sheet.reset_dimensions()
        formulas: dict[tuple[int, int], str] = {}
        return table("xlsx", list(_lines(sheet, formulas)), notes=tuple(_notes(place)), formulas=formulas)


def count_rows(data: bytes) -> int:
    """How many rows there are below the header, without reading them. What `read` refuses at first sight is refused."""
    with _readable():
        return _scan(data, _find(data))


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever stumbles over a file that is not as it should be, the file is what is wrong."""
    try:
        yield
    except FileProblem:
        raise
    except Exception as error:
        raise FileProblem(
            _(
                "This XLSX file cannot be read; it may be damaged. Open it in a spreadsheet, save it anew as XLSX and "
                "choose it again."
            )
        ) from error


def _find(data: bytes) -> Place:
    """Reads the table of contents only: the texts of a large workbook take seconds."""
    from openpyxl.reader.excel import ExcelReader

    _check_archive(data)
    reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    reader.read_manifest()
    reader.read_workbook()
    sheets = [(sheet, rel) for sheet, rel in reader.parser.find_sheets() if "worksheet" in rel.Type]
    shown = next(((sheet, rel) for sheet, rel in sheets if sheet.state == "visible"), None)
    if shown is None:
        raise FileProblem(_("The workbook has no visible sheet. Show the one with the table and save it."))
    others = tuple(sheet.name for sheet, _rel in sheets if sheet is not shown[0])
    return Place(shown[0].name, shown[1].target, others)


def _check_archive(data: bytes) -> None:
    """Refuse what unpacks to more than it should: the sizes in an archive's directory bound what is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        parts = []
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise FileProblem(_("This is no XLSX file. Save the table as XLSX or as CSV UTF-8 and choose it again."))
    if sum(part.file_size for part in parts) > MAX_UNPACKED or len(parts) > MAX_PARTS:
        raise FileProblem(
            _("The file unpacks to more than %(most)d MB. Copy the rows alone into the template and choose that.")
            % {"most": MAX_UNPACKED // 1048576}
        )
    if any(part.file_size > MAX_STYLES for part in parts if _is_read_whole(part.filename)):
        raise FileProblem(
            _("The workbook has too many formats. Copy the rows alone, as values, into the template and choose that.")
        )


def _is_read_whole(name: str) -> bool:
    """Whether a part of the archive is built up in memory at once: the sheets and their texts are read piece by
    piece, pictures not at all."""
    return name.endswith((".xml", ".rels")) and not name.lstrip("/").startswith(BULKY)


def _scan(data: bytes, place: Place) -> int:
    """One quick pass over a sheet's XML: refuse merged cells and too many rows before the slow reading begins."""
    rows, rest = 0, b""
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(place.path.lstrip("/")) as part:
        while chunk := part.read(CHUNK):
            *pieces, rest = (rest + chunk).split(b"</row>")
            rows += sum(1 for piece in pieces if b"<v" in piece or b"<is" in piece or b"<f" in piece)
            if len(rest) > 20 * CHUNK:
                raise FileProblem(_("One row of the sheet is far too long. Use the template's columns."))
    merged = [found.decode() for found in re.findall(rb"<(?:\w+:)?mergeCell [^>]*ref=\"([A-Z0-9:]+)\"", rest)]
    if rows - 1 > MAX_ROWS:
        raise too_many(rows - 1)
    if merged:
        raise FileProblem(
            _("The sheet has merged cells: %(cells)s. Unmerge them, so that every row has its own values.")
            % {"cells": ", ".join(merged[:8]) + ("…" if len(merged) > 8 else "")}
        )
    return max(0, rows - 1)


def _lines(sheet: Any, formulas: dict[tuple[int, int], str]) -> Iterator[tuple[int, list[str]]]:
    """Numbered lines of texts; which cells hold a formula is noted in `formulas`."""
    count = 0
    for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), 1):
        if number > MAX_LINES:
            raise too_many(number - 1)
        line = [in_text(cell.value) for cell in cells]
        if not any(line):
            continue
        count += 1
        if count > MAX_ROWS + 1:
            raise too_many(count - 1)
        for place, cell in enumerate(cells):
            if cell.data_type == "f":
                formulas[number, place] = str(cell.value)
            elif cell.data_type == "e":
                line[place] = f"={line[place]}"
        yield number, line


def _notes(place: Place) -> Iterator[str]:
    yield _("The sheet “%(title)s” was read.") % {"title": place.title}
    if place.others:
        yield _("These sheets were not read: %(titles)s.") % {"titles": ", ".join(place.others)}


def in_text(value: Any) -> str:
    """A cell's value as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    if isinstance(value, dt.datetime):
        text = value.isoformat(" ", "seconds")
        return text.removesuffix(" 00:00:00").removesuffix(":00") if value.time() else text[:10]
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    return str(value)


# ---------------------------------------------------------------------------------------------------- writing
def write(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]) -> bytes:
    """A workbook of (title, header, rows). Every cell is text, with the apostrophe where it looks like a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    book = Workbook(write_only=True)
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for title, header, rows in sheets:
        sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
        sheet.freeze_panes = "A2"
        for place, name in enumerate(header):
            sheet.column_dimensions[_letters(place)].width = 36 if "_" in name else 18
        cells = []
        for name in header:
            cell = WriteOnlyCell(sheet, value=name)
            cell.font, cell.alignment = bold, wrapped
            cells.append(cell)
        sheet.append(cells)
        for row in rows:
            sheet.append([_storable(text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _letters(place: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(place + 1))


def _storable(text: str) -> str:
    """XML cannot hold control characters and two others, and a cell of a spreadsheet at most 32,767 characters."""
    return escaped(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text))[:32767]
