"""Files that are no table, or not the one wanted: each is refused in words that say what to do."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import random
import zipfile
from decimal import Decimal

import pytest
from openpyxl import Workbook

from expo.exchange import reading, workbook
from expo.exchange.reading import FileProblem, Sheet, read
from tests.expo.exchange.files import csv_of, saved, xlsx_of

HEADER = ("slug", "title_en")


def refusal(data: bytes, name: str = "table.csv") -> str:
    with pytest.raises(FileProblem) as caught:
        read(data, name)
    return str(caught.value)


def cells(sheet: Sheet) -> list[dict[str, str]]:
    return [row.cells for row in sheet.rows]


@pytest.mark.parametrize("data", [b"", b" \r\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told_where_the_template_is(data: bytes) -> None:
    assert "is empty" in refusal(data)


def test_a_header_alone_is_no_table() -> None:
    assert "no rows below it" in refusal(csv_of(HEADER))
    assert "no rows below it" in refusal(xlsx_of(HEADER), "table.xlsx")


def test_a_file_in_another_encoding_is_told_the_line_and_how_to_save() -> None:
    said = refusal("slug,title_en\na,b\nc,超导\n".encode("gbk"))
    assert "line 3" in said
    assert "CSV UTF-8" in said
    assert "XLSX" in said
    assert "UTF-16" in refusal("slug,title_en\na,b\n".encode("utf-16"))


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert cells(read("\ufeffslug,title_en\na,超导\n".encode(), "table.csv")) == [{"slug": "a", "title_en": "超导"}]


@pytest.mark.parametrize(("separator", "words"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
def test_the_separator_is_found_and_named(separator: str, words: str) -> None:
    sheet = read(csv_of(HEADER, ["a", "One, two; three"], separator=separator), "table.csv")
    assert cells(sheet) == [{"slug": "a", "title_en": "One, two; three"}]
    assert words in sheet.notes[0]


def test_too_many_rows_are_counted_and_refused_at_once() -> None:
    lines = b"slug,title_en\n" + b"a,b\n" * 100_000
    assert "100,000 rows" in refusal(lines)
    assert "20,000" in refusal(lines)


def test_too_many_rows_of_a_workbook_are_refused_before_the_slow_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 30)
    assert "The file has 40 rows" in refusal(xlsx_of(HEADER, *[["a", 1]] * 40), "table.xlsx")
    assert len(read(xlsx_of(HEADER, *[["a", 1]] * 30), "table.xlsx").rows) == 30


def test_too_many_bytes_are_refused() -> None:
    assert "At most 10 MB" in refusal(b"x" * (reading.MAX_BYTES + 1))


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 2 * 1024 * 1024)
    out = io.BytesIO(xlsx_of(HEADER, ["a", "b"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 3 * 1024 * 1024)
    assert len(out.getvalue()) < 20_000
    assert "unpacks to more than 2 MB" in refusal(out.getvalue(), "table.xlsx")


def test_entities_that_multiply_are_not_followed() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
    out, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(xlsx_of(HEADER, ["a", "b"])))
    with zipfile.ZipFile(out, "w") as archive:
        for name in source.namelist():
            text = source.read(name)
            archive.writestr(name, bomb.encode() + text if name.endswith("sheet1.xml") else text)
    assert "cannot be read" in refusal(out.getvalue(), "table.xlsx")


def test_a_workbook_named_csv_and_the_reverse_are_told_apart() -> None:
    assert "it is an XLSX file" in refusal(xlsx_of(HEADER, ["a", "b"]), "table.csv")
    assert "it is no XLSX file" in refusal(csv_of(HEADER, ["a", "b"]), "table.xlsx")
    assert ".csv or .xlsx" in refusal(csv_of(HEADER, ["a", "b"]), "table.txt")


def test_an_old_or_locked_workbook_is_told_how_to_be_saved() -> None:
    assert "without a password" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "table.xls")


def test_an_archive_of_something_else_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "no XLSX file" in refusal(out.getvalue(), "table.xlsx")
    assert refusal(xlsx_of(HEADER, ["a", "b"])[:2000], "table.xlsx")


def test_merged_cells_are_named() -> None:
    book = Workbook()
    book.active.append(list(HEADER))
    book.active.append(["a", "b"])
    book.active.merge_cells("A2:A3")
    assert "A2:A3" in refusal(saved(book), "table.xlsx")


def test_the_first_visible_sheet_is_read_and_named() -> None:
    book = Workbook()
    book.active.title = "Notes"
    book.active.append(["nothing here"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("Stands")
    shown.append(list(HEADER))
    shown.append(["a", "b"])
    book.active = 1
    sheet = read(saved(book), "table.xlsx")
    assert cells(sheet) == [{"slug": "a", "title_en": "b"}]
    assert "“Stands” was read" in sheet.notes[0]
    assert "Notes" in sheet.notes[1]


def test_numbers_days_and_marks_of_a_workbook_become_texts() -> None:
    values = [
        13,
        13.0,
        18.6,
        1e-5,
        True,
        dt.datetime(2025, 9, 26, 10, 30),
        dt.date(2025, 9, 26),
        dt.time(9, 5),
        Decimal(4),
    ]
    data = xlsx_of([f"c{place}" for place in range(len(values))], values)
    assert list(cells(read(data, "table.xlsx"))[0].values()) == [
        "13", "13", "18.6", "0.00001", "yes", "2025-09-26 10:30", "2025-09-26", "09:05", "4",
    ]  # fmt: skip


def test_a_formula_is_refused_at_its_cell() -> None:
    row = read(xlsx_of(HEADER, ["a", "=1+1"]), "table.xlsx").rows[0]
    assert "holds a formula" in row.problems["title_en"][0]


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd", "-2+3+cmd", "@SUM(A1)", "=", "\t=1"])
def test_a_text_that_a_spreadsheet_would_run_is_refused_at_its_cell(text: str) -> None:
    row = read(csv_of(HEADER, ["a", text]), "table.csv").rows[0]
    assert "apostrophe" in row.problems["title_en"][0]


@pytest.mark.parametrize("text", ["-12.5", "+86 816 555 0135", "–", "a = b", "'=HYPERLINK(1)"])
def test_numbers_telephones_and_what_has_an_apostrophe_are_taken(text: str) -> None:
    assert read(csv_of(HEADER, ["a", text]), "table.csv").rows[0].problems == {}


@pytest.mark.parametrize("text", ["=1", "-x", "+86 816", "'=1", "''@a", "plain", "'quoted'", "-3.5"])
def test_what_an_export_marks_the_import_takes_off_again(text: str) -> None:
    assert reading.cleaned(reading.escaped(text)) == text


def test_characters_that_cannot_be_shown_are_refused_at_their_cell() -> None:
    row = read(b"slug,title_en\na,b\0c\n", "table.csv").rows[0]
    assert "cannot be shown" in row.problems["title_en"][0]


def test_a_row_with_more_cells_than_the_header_is_refused() -> None:
    row = read(b"slug,title_en\na,Magnets, coils\n", "table.csv").rows[0]
    assert "quotation marks" in row.problems[""][0]


def test_an_open_quotation_mark_names_its_line() -> None:
    assert "quotation mark" in refusal(b'slug,title_en\na,"b\nc,d\n')


def test_columns_without_a_name_or_twice_are_refused() -> None:
    assert "Column 2 has no name" in refusal(b"slug,,title_en\na,b,c\n")
    assert "twice: slug" in refusal(b"slug,slug\na,b\n")


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    assert [row.number for row in read(b"slug,title_en\na,b\n\nc,d\n", "table.csv").rows] == [2, 4]


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_is_refused_and_never_falls_over(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    data = bytearray(xlsx_of(HEADER, *[["a", "b"]] * 20))
    for _ in range(chance.randint(1, 30)):
        data[chance.randrange(4, len(data))] = chance.randrange(256)
    with contextlib.suppress(FileProblem):
        assert read(bytes(data), "table.xlsx").rows


def test_a_second_byte_order_mark_is_no_part_of_the_first_column_either() -> None:
    assert read(b"\xef\xbb\xbf\xef\xbb\xbfslug\na\n", "table.csv").columns == ("slug",)


def replaced(data: bytes, path: str, old: bytes, new: bytes) -> bytes:
    """A workbook with one part of it changed."""
    out, source = io.BytesIO(), zipfile.ZipFile(io.BytesIO(data))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            text = source.read(name)
            archive.writestr(name, text.replace(old, new) if name == path else text)
    return out.getvalue()


def test_a_row_numbered_without_end_is_not_waited_for() -> None:
    data = replaced(xlsx_of(HEADER, ["a", "b"]), "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="4000000000"')
    assert "At most 20,000" in refusal(data, "table.xlsx")


def test_a_workbook_swollen_with_formats_is_refused_before_they_are_read() -> None:
    data = replaced(xlsx_of(HEADER, ["a", "b"]), "xl/styles.xml", b"</fonts>", b"<font/>" * 400_000 + b"</fonts>")
    assert len(data) < 20_000
    assert "too many formats" in refusal(data, "table.xlsx")
