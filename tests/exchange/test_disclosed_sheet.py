"""A text in a workbook is read again, whoever has saved it."""

import io

import openpyxl
import pytest

from equipoise.errors import DataError
from equipoise.exchange import grid
from equipoise.exchange.disclosed_list import is_workbook, text_of


def book(**sheets: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_2", " (2)"))
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def test_lines_are_the_rows_below_the_head_on_every_sheet() -> None:
    body = book(other=[["x"]], a=[["text"], ["{"], [" 1"]], a_2=[["text"], ["}"]])
    assert text_of(body, "a") == "{\n 1\n}\n"


def test_a_long_line_goes_on_in_the_next_cell_and_empty_ones_are_nothing() -> None:
    body = book(a=[["text"], ["ab", "cd", None], [None], ["e"]])
    assert text_of(body, "a") == "abcd\n\ne\n"


def test_characters_that_xml_cannot_hold_come_back() -> None:
    body = book(a=[["text"], ["_x0007_ and _x005F_x0041_"]])
    assert text_of(body, "a") == "\x07 and _x0041_\n"


def test_a_sheet_that_is_not_there_is_said() -> None:
    with pytest.raises(KeyError, match="b"):
        text_of(book(a=[["text"]]), "b")


def test_a_workbook_is_known_by_its_members() -> None:
    assert is_workbook(["[Content_Types].xml", "xl/workbook.xml"])
    assert not is_workbook(["commitment.json", "participants.csv"])


def test_without_openpyxl_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    body = book(a=[["text"]])
    monkeypatch.setattr(grid, "import_module", absent)
    with pytest.raises(DataError, match="EQ346"):
        text_of(body, "a")
