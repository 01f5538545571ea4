"""Bytes to rows: what is no table we can read is refused here, in words that say what to do.

Cells come out as texts whatever the format: numbers as 18.6, days as 2025-09-26, moments as 2025-09-26 10:00.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expo.errors import DomainError

MAX_ROWS = 20_000
MAX_BYTES = 10 * 1024 * 1024
MAX_CELL = 20_000
MAX_COLUMNS = 200
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
RISKY = ("=", "+", "-", "@", "\t", "\r")
MARKED = (*RISKY, "＝", "＋", "－", "＠")  # some spreadsheets take the wide signs for formulas too
PLAIN_NUMBER = frozenset("0123456789 .,()/-")
csv.field_size_limit(MAX_BYTES)


class FileProblem(DomainError):
    """The whole file cannot be used."""


@dataclass
class Row:
    """One line of the table: its number as a spreadsheet shows it, texts by column, and what is wrong with cells."""

    number: int
    cells: dict[str, str]
    problems: dict[str, list[str]] = field(default_factory=dict)

    def blame(self, column: str, words: str) -> None:
        self.problems.setdefault(column, []).append(words)


@dataclass(frozen=True)
class Sheet:
    """A table as read. `notes` say what was found out about it: the separator, the sheet."""

    format: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def read(data: bytes, name: str) -> Sheet:
    """The table in a file. FileProblem where it cannot be read; what is wrong with one cell is noted at its row."""
    kind = kind_of(data, name)
    if kind == "xlsx":
        from expo.exchange import workbook

        return workbook.read(data)
    return _read_csv(_decoded(data))


def look(data: bytes, name: str) -> tuple[str, int]:
    """The format, and how many rows there are. Quick: a large workbook is not read, only counted."""
    kind = kind_of(data, name)
    if kind == "xlsx":
        from expo.exchange import workbook

        return kind, workbook.count_rows(data)
    return kind, len(_read_csv(_decoded(data)).rows)


def kind_of(data: bytes, name: str) -> str:
    """ "csv" or "xlsx", by what the bytes are; a name that says something else is refused."""
    if not data.strip():
        raise FileProblem(_("The file is empty. Download the template, fill it in and choose it again."))
    if len(data) > MAX_BYTES:
        raise FileProblem(
            _(
                "The file is %(size)s MB. At most %(most)s MB: split it into several files and import one "
                "after the other."
            )
            % {"size": f"{len(data) / 1048576:.1f}", "most": MAX_BYTES // 1048576}
        )
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise FileProblem(
            _("This is an old Excel file (.xls), or one with a password. Save it as XLSX without a password.")
        )
    is_zip = data[:4] == b"PK\x03\x04"
    ending = name.lower().rpartition(".")[2]
    if is_zip and ending == "csv":
        raise FileProblem(
            _("This file is named .csv, but it is an XLSX file. Give it the ending .xlsx and choose it again.")
        )
    if not is_zip and ending == "xlsx":
        raise FileProblem(
            _(
                "This file is named .xlsx, but it is no XLSX file. If it is a CSV file, give it the ending "
                ".csv; else save it anew."
            )
        )
    if ending not in ("csv", "xlsx"):
        raise FileProblem(_("Choose a file that ends with .csv or .xlsx. Other formats are not read."))
    return "xlsx" if is_zip else "csv"


# ---------------------------------------------------------------------------------------------------- CSV
def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileProblem(_("The file is in UTF-16. %(how)s") % {"how": _how_to_save()})
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileProblem(
            _("The file is not in UTF-8: line %(line)d has a character in another encoding, like GBK. %(how)s")
            % {"line": line, "how": _how_to_save()}
        ) from None


def _how_to_save() -> str:
    return _("In Excel or WPS choose “Save as” and “CSV UTF-8”, or save it as XLSX.")


def _read_csv(text: str) -> Sheet:
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = _no_more_than_allowed(reader)
    except csv.Error:
        raise FileProblem(
            _(
                'Line %(line)d: a quotation mark is not closed, or stands where none belongs. Write "" for '
                "one in a text."
            )
            % {"line": reader.line_num}
        ) from None
    names = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs")}
    return table("csv", lines, notes=(_("The columns are separated by %(what)s.") % {"what": names[separator]},))


def _separator(text: str) -> str:
    """What the header is separated by: whichever of comma, semicolon and tab it has most of."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=header.count)


def _no_more_than_allowed(reader: Iterable[list[str]]) -> list[tuple[int, list[str]]]:
    """The lines with their numbers. A file with too many is counted to its end, so that the answer can say how many."""
    lines: list[tuple[int, list[str]]] = []
    count = 0
    for number, line in enumerate(reader, 1):
        if not any(cell.strip() for cell in line):
            continue
        count += 1
        if count <= MAX_ROWS + 1:
            lines.append((number, line))
    if count > MAX_ROWS + 1:
        raise too_many(count - 1)
    return lines


def too_many(count: int) -> FileProblem:
    return FileProblem(
        _(
            "The file has %(count)s rows. At most %(most)s can be imported at once: split it into several "
            "files and import "
            "one after the other."
        )
        % {"count": f"{count:,}", "most": f"{MAX_ROWS:,}"}
    )


# ---------------------------------------------------------------------------------------------------- both
def table(
    format: str,
    lines: Iterable[tuple[int, list[str]]],
    *,
    notes: tuple[str, ...] = (),
    formulas: Mapping[tuple[int, int], str] | None = None,
) -> Sheet:
    """A Sheet from numbered lines, the first of which is the header. `formulas` are cells (row, place) with one."""
    lines = iter(lines)
    header = next(lines, None)
    if header is None:
        raise FileProblem(_("The file is empty. Download the template, fill it in and choose it again."))
    columns = _header(header[1])
    rows = tuple(_rows(columns, lines, formulas or {}))
    if not rows:
        raise FileProblem(_("The file has a header but no rows below it. Fill in at least one."))
    return Sheet(format, columns, rows, notes)


def _header(cells: list[str]) -> tuple[str, ...]:
    names = [cell.strip().strip(" \u3000\ufeff") for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise FileProblem(_("The file has more than %(most)d columns. Use the template's.") % {"most": MAX_COLUMNS})
    if "" in names:
        raise FileProblem(
            _("Column %(place)d has no name in the first row. Name it as in the template or remove it.")
            % {"place": names.index("") + 1}
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise FileProblem(
            _("These columns are there twice: %(names)s. Remove one of each.") % {"names": ", ".join(twice)}
        )
    return tuple(names)


def _rows(
    columns: tuple[str, ...], lines: Iterable[tuple[int, list[str]]], formulas: Mapping[tuple[int, int], str]
) -> Iterator[Row]:
    width = len(columns)
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        row = Row(number, {})
        for place, column in enumerate(columns):
            text = cells[place] if place < len(cells) else ""
            row.cells[column] = cleaned(text)
            if (number, place) in formulas:
                row.blame(column, _("The cell holds a formula. Copy it and paste its value only."))
            elif problem := problem_of(text):
                row.blame(column, problem)
        if extra := sum(1 for cell in cells[width:] if cell.strip()):
            row.blame(
                "",
                ngettext(
                    "The row has one cell more than the header. A text with the separator in it must stand in "
                    "quotation marks.",
                    "The row has %(count)d cells more than the header. A text with the separator in it must stand in "
                    "quotation marks.",
                    extra,
                )
                % {"count": extra},
            )
        yield row


def cleaned(text: str) -> str:
    """Without space around it, with plain line ends, and without the apostrophe that an export put before it."""
    text = text.replace("\r\n", "\n").strip(" \n\t\u3000\ufeff")
    return text[1:] if is_escaped(text) else text


def is_escaped(text: str) -> bool:
    return text.startswith("'") and text.lstrip("'").startswith(MARKED)


def escaped(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula; `cleaned` takes it off again."""
    return f"'{text}" if text.lstrip("'").startswith(MARKED) and not is_number(text) else text


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text[-1:].isdigit()


def problem_of(text: str) -> str:
    """What is wrong with a cell whatever its column means, or the empty string."""
    stripped = text.strip()
    if any(ord(character) < 32 and character not in "\n\r\t" for character in text):
        return _("The text holds a character that cannot be shown (like NUL). Type it again.")
    if len(text) > MAX_CELL:
        return _("The text has %(length)d characters; at most %(most)d.") % {"length": len(text), "most": MAX_CELL}
    if stripped.startswith(RISKY) and not (stripped[0] in "+-" and set(stripped[1:]) <= PLAIN_NUMBER and stripped[1:]):
        return _(
            "The text begins with “%(sign)s”, which a spreadsheet takes for a formula. If it is meant, put "
            "an apostrophe (') before it."
        ) % {"sign": stripped[0]}
    return ""
