"""A workbook is read again by another program; long tables go on."""

import io
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from pytest_django import Settings

from equipoise.conduct.export.export_job import clear
from equipoise.conduct.export.writers import EXPORTS, LONGEST, WorkbookSink
from equipoise.dataset.tables import Column, Table
from equipoise.exchange.disclosed_list import text_of

TABLES = {
    "notes": Table("notes", "a note", (Column("text", "text", "a text"),), ("text",))
}


def written(
    texts: list[str], most: int = 100, beside: dict[str, str] | None = None
) -> bytes:
    sink = WorkbookSink(TABLES, most)
    for text in texts:
        sink.add("notes", {"text": text})
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        sink.finish(archive, beside or {})
    return file.getvalue()


def book(
    texts: list[str], most: int = 100, beside: dict[str, str] | None = None
) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(written(texts, most, beside)))


def test_odd_characters_come_back() -> None:
    odd = ["=1+1", "<b>&amp;</b>", "tab\tand\nline", "  spaces  ", "ümlaut 漢字"]
    sheet = book(odd)["notes"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == odd
    assert all(row[0].data_type != "f" for row in sheet.iter_rows())


def test_characters_that_xml_cannot_hold_do_not_break_it() -> None:
    sheet = book(["bell \x07", "_x0041_"])["notes"]
    assert sheet.max_row == 3


def test_a_long_table_goes_on_in_another_sheet() -> None:
    made = book([str(i) for i in range(5)], most=3)
    assert made.sheetnames == ["notes", "notes (2)", "notes (3)"]
    assert [made[name].max_row for name in made.sheetnames] == [3, 3, 2]


LINES = ["{", ' "a": "=1+1",', "=HYPERLINK(1)", "@x", "", "_x0041_ \x07 \u2028 é", "}"]


def test_a_text_beside_the_tables_has_a_sheet_of_its_own_at_the_end() -> None:
    made = book(["x"], beside={"a.json": "\n".join(LINES) + "\n", "b.txt": "one"})
    assert made.sheetnames == ["notes", "a.json", "b.txt"]
    cells = [cell for row in made["a.json"].iter_rows() for cell in row]
    assert cells[0].value == "text"
    assert [cell.value or "" for cell in cells[1:6]] == LINES[:5]
    assert not any(cell.data_type == "f" for cell in cells)  # nothing is computed
    assert [row[0] for row in made["b.txt"].values] == ["text", "one"]


@pytest.mark.parametrize("most", [3, 100])
def test_a_text_comes_back_to_the_letter(most: int) -> None:
    long = "y" * (2 * LONGEST + 5)
    text = "\n".join([*LINES, long]) + "\n"
    content = written(["x"], most, beside={"a.json": text})
    assert text_of(content, "a.json") == text
    again = io.BytesIO()  # a spreadsheet has saved it: other strings, wider rows
    openpyxl.load_workbook(io.BytesIO(content)).save(again)
    assert text_of(again.getvalue(), "a.json") == text


def test_the_same_text_gives_the_same_bytes() -> None:
    one, other = (written(["x"], beside={"a.json": "{\n}\n"}) for _ in range(2))
    assert one == other
    assert one != written(["x"], beside={"a.json": "{\n }\n"})


def test_half_a_workbook_lies_where_nobody_else_reads_and_the_next_start_empties(
    tmp_path: Path, settings: Settings
) -> None:
    settings.HOME = tmp_path
    sink, folder = WorkbookSink(TABLES), tmp_path / EXPORTS
    sink.add("notes", {"text": "half"})
    assert folder.stat().st_mode & 0o077 == 0
    assert list(folder.iterdir())
    sink.drop()
    assert list(folder.iterdir()) == []
    written(["whole"])
    assert list(folder.iterdir()) == []
    killed = WorkbookSink(TABLES)
    clear(tmp_path)
    assert not folder.exists()
    killed.drop()


def test_the_name_of_a_sheet_is_short_enough_and_unlike_any_other() -> None:
    names = ["form_" + "x" * 40, "form_" + "x" * 40 + "y", "notes"]
    column = Column("text", "text", "a text")
    tables = {name: Table(name, "a row", (column,), ("text",)) for name in names}
    sink, file = WorkbookSink(tables, 2), io.BytesIO()
    for name in names:
        for text in "ab":
            sink.add(name, {"text": text})
    with ZipFile(file, "w") as archive:
        sink.finish(archive, {})
    titles = openpyxl.load_workbook(file).sheetnames
    assert len(set(titles)) == len(titles) == 6
    assert all(len(title) <= 31 for title in titles)
    assert titles[-2:] == ["notes", "notes (2)"]
