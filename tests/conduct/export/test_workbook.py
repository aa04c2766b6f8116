"""A workbook of our own: read again by another program, long tables go on."""

import io
from zipfile import ZipFile

import openpyxl

from equipoise.conduct.export.workbook import WorkbookSink
from equipoise.dataset.tables import Column, Table

TABLES = {
    "notes": Table("notes", "a note", (Column("text", "text", "a text"),), ("text",))
}


def book(texts: list[str], most: int = 100) -> openpyxl.Workbook:
    sink = WorkbookSink(TABLES, most)
    for text in texts:
        sink.add("notes", {"text": text})
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        sink.finish(archive)
    return openpyxl.load_workbook(file)


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
