"""What a workbook shows is read; what it only seems to show is named or rejected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

import equipoise as eq
from equipoise.errors import DataError
from equipoise.exchange.cell_kinds import letters
from equipoise.exchange.files import Source, read_source
from equipoise.exchange.mapping import File
from tests.exchange.small import LONG, MAPPING, protocol, rows

Sheet = Any
ROWS = [["id", "madrs"], ["A", 30], ["B", 28], ["C", 26], ["D", 24]]


def saved(
    folder: Path, change: Callable[[Sheet], None], rows: Iterable[Iterable[Any]] = ROWS
) -> Path:
    """A workbook of these rows, after a change of its sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    path = folder / "a.xlsx"
    book.save(path)
    return path


def rewritten(path: Path, member: str, old: str, new: str) -> Path:
    """The same workbook, with another text in one of its members."""
    changed = path.with_name(f"changed-{path.name}")
    with ZipFile(path) as before, ZipFile(changed, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name == member:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            after.writestr(name, text)
    return changed


def source(path: Path, **how: Any) -> Source:
    return read_source(path, File.model_validate(how))


def problem(of: Source, column: str = "madrs") -> str:
    (only,) = of.problems[column]
    assert only.code == "EQ352"
    return only.what


def nothing(sheet: Sheet) -> None:
    """No change."""


def test_an_ordinary_workbook_leaves_nothing_to_say(tmp_path: Path) -> None:
    read = source(saved(tmp_path, nothing))
    assert (read.notes, dict(read.problems)) == ((), {})
    assert read.cells["madrs"].tolist() == ["30", "28", "26", "24"]


def test_a_formula_without_a_result_is_a_problem_of_its_column(tmp_path: Path) -> None:
    def formula(sheet: Sheet) -> None:
        sheet["B3"] = "=SUM(C3:E3)"
        sheet["B5"] = "=B3"

    read = source(saved(tmp_path, formula))
    assert problem(read) == "2 cells contain formulas without a stored result: B3, B5"
    assert read.cells["madrs"].tolist() == ["30", "=SUM(C3:E3)", "26", "=B3"]


def test_a_row_of_nothing_but_formulas_without_results_is_not_lost(
    tmp_path: Path,
) -> None:
    def formulas(sheet: Sheet) -> None:
        sheet["A5"], sheet["B5"] = "=A4", "=B4"

    assert len(source(saved(tmp_path, formulas)).cells) == 4


@pytest.mark.parametrize(("result", "cell"), [("<v>7</v>", "7"), ("<v></v>", "")])
def test_a_stored_result_is_read(tmp_path: Path, result: str, cell: str) -> None:
    """Also the empty text, which a spreadsheet stores as a text."""
    path = saved(tmp_path, lambda sheet: sheet.__setitem__("B3", "=C3"))
    member = "xl/worksheets/sheet1.xml"
    kind = "" if cell else ' t="str"'
    new = f'<c r="B3"{kind}><f>C3</f>{result}</c>'
    path = rewritten(path, member, '<c r="B3"><f>C3</f><v></v></c>', new)
    # openpyxl asks spreadsheet programs to calculate; a saved workbook does not.
    path = rewritten(path, "xl/workbook.xml", ' fullCalcOnLoad="1"', "")
    read = source(path)
    assert dict(read.problems) == {}
    assert read.cells["madrs"].tolist()[1] == cell


def test_results_that_the_writer_did_not_calculate_are_not_read(tmp_path: Path) -> None:
    """XlsxWriter stores 0 as the result of every formula."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "madrs", "item"])
        sheet.write_row(1, 0, ["A", None, 30])
        sheet.write_formula(1, 1, "=C2")
    assert (
        problem(source(path)) == "1 cell contains formulas without a stored result: B2"
    )


def test_an_error_of_the_spreadsheet_stays_an_error(tmp_path: Path) -> None:
    read = source(saved(tmp_path, lambda sheet: sheet.__setitem__("B3", "#N/A")))
    assert read.cells["madrs"].tolist()[1] == "#N/A"
    assert read.notes == (
        "Column madrs: errors of the spreadsheet, read as text, in B3.",
    )


def hide_rows(sheet: Sheet) -> None:
    for number in (3, 4, 9):  # row 9 is empty
        sheet.row_dimensions[number].hidden = True


def test_hidden_rows_are_read_or_omitted_as_stated(tmp_path: Path) -> None:
    path = saved(tmp_path, hide_rows)
    assert problem(source(path), "") == "the sheet hides 2 rows of the table: 3, 4"
    read = source(path, hidden_rows="read")
    assert dict(read.problems) == {}
    assert read.notes == ("2 rows hidden in the sheet were read, as stated: 3, 4.",)
    omitted = source(path, hidden_rows="omit")
    assert omitted.cells["id"].to_dict() == {2: "A", 5: "D"}
    assert omitted.notes == ("2 hidden rows omitted, as stated.",)


def test_a_row_or_column_without_a_size_is_hidden(tmp_path: Path) -> None:
    def shrink(sheet: Sheet) -> None:  # openpyxl itself writes no size of 0
        sheet.row_dimensions[3].height = 0.25
        sheet.row_dimensions[4].height = 20
        sheet.column_dimensions["B"].width = 0.125

    sized, member = saved(tmp_path, shrink), "xl/worksheets/sheet1.xml"
    path = rewritten(sized, member, 'ht="0.25"', 'ht="0"')
    assert problem(source(path), "") == "the sheet hides 1 row of the table: 3"
    narrow = rewritten(sized, member, 'width="0.125"', 'width="0"')
    assert "Hidden columns were read: madrs." in source(narrow).notes


def test_a_filter_is_named(tmp_path: Path) -> None:
    def filtered(sheet: Sheet) -> None:
        hide_rows(sheet)
        sheet.auto_filter.ref = "A1:B5"
        sheet.auto_filter.add_filter_column(0, ["A", "D"])

    what = problem(source(saved(tmp_path, filtered)), "")
    assert what == "a filter hides 2 rows of the table: 3, 4"


def test_a_hidden_column_is_noted(tmp_path: Path) -> None:
    def hide(sheet: Sheet) -> None:
        sheet.column_dimensions["B"].hidden = True

    read = source(saved(tmp_path, hide))
    assert read.notes == ("Hidden columns were read: madrs.",)


def merge(sheet: Sheet) -> None:
    sheet.merge_cells("A2:A4")


def test_a_merged_key_is_rejected_until_it_is_stated(tmp_path: Path) -> None:
    path = saved(tmp_path, merge)
    assert "A2:A4" in problem(source(path), "id")
    filled = source(path, merged_cells="fill")
    assert (filled.cells["id"].tolist(), dict(filled.problems)) == (
        ["A", "A", "A", "D"],
        {},
    )
    blank = source(path, merged_cells="blank")
    assert (blank.cells["id"].tolist(), dict(blank.problems)) == (
        ["A", "", "", "D"],
        {},
    )


def test_a_merged_heading_or_an_empty_range_does_not_matter(tmp_path: Path) -> None:
    def merged(sheet: Sheet) -> None:
        sheet["C1"], sheet["D1"] = "visit", "day"
        sheet.merge_cells("C2:D3")

    assert dict(source(saved(tmp_path, merged)).problems) == {}


def test_a_merged_title_is_not_filled_into_the_columns(tmp_path: Path) -> None:
    rows = [
        ["Ratings of the trial"],
        ["last change 1 May"],
        [],
        ["id", "visit", "madrs"],
        *[[None if n % 2 else f"P{n:02}", f"week {n % 2}", n] for n in range(20)],
        [],
        ["n = 10 participants"],
    ]

    def merged(sheet: Sheet) -> None:
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A26:C26")
        for row in range(5, 25, 2):
            sheet.merge_cells(
                start_row=row, end_row=row + 1, start_column=1, end_column=1
            )

    read = source(saved(tmp_path, merged, rows), merged_cells="fill")
    assert list(read.cells) == ["id", "visit", "madrs"]
    assert read.cells["id"].tolist() == [f"P{n - n % 2:02}" for n in range(20)]


def test_merged_cells_of_many_columns_are_one_note_in_their_order(
    tmp_path: Path,
) -> None:
    def merged(sheet: Sheet) -> None:
        for area in ("A4:A5", "A2:A3", "B4:B5", "B2:B3"):
            sheet.merge_cells(area)

    rows = [["id", "arm", "madrs"]]
    rows += [[f"P{n}", "A", n] if n % 2 == 0 else [None, None, n] for n in range(4)]
    read = source(saved(tmp_path, merged, rows))
    (note,) = [text for text in read.notes if "erged" in text]
    assert "id (A2:A3, A4:A5), arm (B2:B3, B4:B5)" in note
    assert "merged_cells" in note
    assert "A2:A3, A4:A5" in problem(read, "id")


def test_cells_merged_across_columns_belong_to_the_others(tmp_path: Path) -> None:
    rows = [["id", "madrs", "n", "m"], ["A", "withdrawn", None, None], ["B", 1, 2, 3]]
    read = source(saved(tmp_path, lambda s: s.merge_cells("B2:D2"), rows))
    assert set(read.problems) == {"n", "m"}


def test_dates_and_numbers_in_one_column_are_rejected(tmp_path: Path) -> None:
    """A score typed as 3-4 becomes the 4th of March."""
    path = saved(tmp_path, lambda s: s.__setitem__("B3", dt.date(2026, 3, 4)))
    assert problem(source(path)) == "1 cell contains dates in a column of numbers: B3"


def test_percentages_are_fractions(tmp_path: Path) -> None:
    def percent(sheet: Sheet) -> None:
        sheet["B3"] = 0.5
        sheet["B3"].number_format = "0.0%"

    assert "percentages in a column of other" in problem(
        source(saved(tmp_path, percent))
    )


def test_a_column_of_percentages_is_noted(tmp_path: Path) -> None:
    def percent(sheet: Sheet) -> None:
        for number in range(2, 6):
            sheet.cell(number, 2).number_format = "0%"

    read = source(saved(tmp_path, percent))
    assert dict(read.problems) == {}
    assert read.notes == (
        "Column madrs: percentages are read as fractions, 50% as 0.5.",
    )


def test_digits_beyond_the_fifteenth_are_lost_and_rejected(tmp_path: Path) -> None:
    path = saved(tmp_path, nothing, [["id", "n"], [1234567890123456, 1]])
    assert "more than 15 digits" in problem(source(path), "id")


def test_shown_leading_zeros_are_read(tmp_path: Path) -> None:
    def zeros(sheet: Sheet) -> None:
        sheet["A2"] = 7
        sheet["A2"].number_format = "000"

    read = source(saved(tmp_path, zeros))
    assert read.cells["id"].tolist()[0] == "007"
    assert "leading zeros" in read.notes[0]


@pytest.mark.parametrize("cell", ["12*", "12", True])
def test_another_type_than_the_column_is_noted(tmp_path: Path, cell: Any) -> None:
    read = source(saved(tmp_path, lambda s: s.__setitem__("B3", cell)))
    assert read.cells["madrs"].tolist()[1] == str(cell)
    kind = "true or false" if cell is True else "texts"
    assert read.notes == (f"Column madrs: {kind} among numbers in B3.",)


def test_dates_of_1904_are_the_dates_that_are_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (["id", "day"], ["A", dt.datetime.fromisoformat("2026-03-04")]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    read = source(tmp_path / "a.xlsx")
    assert read.cells["day"].tolist() == ["2026-03-04"]
    assert read.notes == ("Dates are counted from 1904, as the workbook states.",)


def test_a_hidden_sheet_is_not_read_unless_it_is_stated(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("data")
    for row in ROWS:
        shown.append(row)
        book.worksheets[0].append([*row, 1] if row[0] == "A" else [*row, "old"])
    book.save(tmp_path / "a.xlsx")
    assert list(source(tmp_path / "a.xlsx").cells) == ["id", "madrs"]
    stated = source(tmp_path / "a.xlsx", sheet="Sheet")
    assert list(stated.cells) == ["id", "madrs", "old"]
    assert "The sheet Sheet is hidden." in stated.notes


LONG_ROWS = [line.split(",") for line in LONG.splitlines()]


def test_only_columns_that_the_mapping_reads_stop_an_analysis(tmp_path: Path) -> None:
    def formula(sheet: Sheet) -> None:
        sheet["H5"] = "=1+1"

    path = saved(tmp_path, formula, LONG_ROWS)
    with pytest.raises(DataError, match="H5") as refusal:
        eq.read_data(path, protocol(), mapping=_mapping(tmp_path, MAPPING))
    assert refusal.value.code == "EQ352"
    score = '[[columns]]\ncolumn = "madrs"\nto = "score.madrs.total"\n'
    ignored = MAPPING.replace(score, "") + '[ignore]\n"madrs*" = "a trial run"\n'
    data = eq.read_data(path, protocol(), mapping=_mapping(tmp_path, ignored))
    assert len(data.participants) == 2


def test_a_cell_that_does_not_state_its_value_can_be_corrected(tmp_path: Path) -> None:
    def formulas(sheet: Sheet) -> None:
        sheet["H4"], sheet["H5"] = "=1+1", "=2+2"

    path = saved(tmp_path, formulas, LONG_ROWS)
    one = _correction("P2", "V0", "=1+1", 28)
    with pytest.raises(DataError, match=r"1 cell contains .*H5") as refusal:
        eq.read_data(path, protocol(), mapping=_mapping(tmp_path, MAPPING + one))
    (left,) = refusal.value.problems
    assert "[[corrections]]" in left.fix
    assert rows(left, "value") == ["=2+2"]
    both = _mapping(tmp_path, MAPPING + one + _correction("P2", "V1", "=2+2", 26))
    data = eq.read_data(path, protocol(), mapping=both)
    totals = data.scores.query("participant == 'P2' and score == 'total'")["value"]
    assert sorted(totals) == [26, 28]
    assert "=1+1 corrected to 28" in data.origin.corrections[0]
    assert not eq.inspect_data(path, protocol(), mapping=both).refused


def _correction(participant: str, visit: str, old: str, to: int) -> str:
    return (
        f'\n[[corrections]]\nparticipant = "{participant}"\nvisit = "{visit}"\n'
        f'column = "madrs"\nfrom = "{old}"\nto = {to}\nreason = "Source page 4"\n'
        'who = "A. Keller"\nwhen = 2026-05-02\n'
    )


def test_hidden_rows_stop_an_analysis_whatever_is_ignored(tmp_path: Path) -> None:
    path = saved(tmp_path, hide_rows, LONG_ROWS)
    mapping = _mapping(tmp_path, MAPPING + '[ignore]\n"*" = "the rest"\n')
    with pytest.raises(DataError, match="hidden_rows"):
        eq.read_data(path, protocol(), mapping=mapping)


def _mapping(folder: Path, text: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(text)
    return path


@given(st.integers(min_value=0, max_value=20_000))
def test_columns_are_lettered_as_a_spreadsheet_does(position: int) -> None:
    if position < 18_278:
        assert letters(position) == get_column_letter(position + 1)
