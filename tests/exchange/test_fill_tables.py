"""Tables filled from files."""

from pathlib import Path

import openpyxl

from equipoise.exchange.files import read_source
from equipoise.exchange.fill_tables import ReadFile, fill, uncertain
from equipoise.exchange.long_items import selected
from equipoise.exchange.targets import resolve
from tests.exchange.small import LONG, MAPPING, one_file, protocol, refused, source


def test_every_value_is_in_a_table_and_keeps_its_row(tmp_path: Path) -> None:
    made, how = source(tmp_path, LONG), one_file(MAPPING)
    plan = resolve(how, made, protocol())
    filled = fill([ReadFile(made, how)], [plan], protocol())
    assert not filled.problems
    assert len(filled.tables["recorded_scores"]) == 4
    assert len(filled.cells) == len(plan.assignments)
    assert sorted(filled.cells[-1]["row"]) == [2, 3, 4, 5]
    assert filled.matched.participants == ("P1", "P2")


def test_nothing_else_follows_from_an_unknown_visit(tmp_path: Path) -> None:
    """The values of its rows have no visit, and two rows of it are no duplicates."""
    text = LONG.replace("P2,V1", "P2,V9") + "P2,V9,M,2,41,2026-03-19,2026-03-12,24\n"
    assert list(refused(tmp_path, text)) == ["EQ343"]


def test_an_arm_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    """Its participant has an arm: that it is not listed is all there is to report."""
    found = refused(tmp_path, LONG.replace(",M,", ",X,", 1).replace("V1,M", "V1,X"))
    assert list(found) == ["EQ336"]


def test_an_uncertain_item_of_a_long_file_can_be_corrected(tmp_path: Path) -> None:
    """The correction names the code of the item, the doubt the column of the values."""
    book = openpyxl.Workbook()
    for row in (
        ("id", "visit", "code", "value"),
        ("P1", "V0", "M1", 3),
        ("P1", "V0", "M2", "=1+1"),
        ("P2", "V0", "M1", 4),
        ("P2", "V0", "M2", 5),
    ):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    rule = MAPPING.partition("[day0]")[0].partition("day0 =")[0] + (
        '[pivot]\ncode = "code"\nvalue = "value"\n'
        '[[columns]]\ncolumn = "M1"\nto = "item.madrs.1"\n'
        '[[columns]]\ncolumn = "M2"\nto = "item.madrs.2"\n'
    )
    how = one_file(rule)
    made = selected(read_source(tmp_path / "a.xlsx", how.file), how)
    assert [p.code for p in uncertain(made, how, {})] == ["EQ352"]
    assert not list(uncertain(made, how, {}, {("a.xlsx", 3, "M2")}))
    assert list(uncertain(made, how, {}, {("a.xlsx", 3, "M1"), ("a.xlsx", 5, "M2")}))


def test_a_rest_that_is_ignored_hides_no_doubt_of_a_column_that_is_read(
    tmp_path: Path,
) -> None:
    """``ignore = { "*" = ... }`` is about the columns that nothing else names."""
    book = openpyxl.Workbook()
    rows = (("id", "arm", "score", "note"), ("P1", "V", 3, "=1+1"), ("P2", "M", 4, "a"))
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("C2:C3")
    book.save(tmp_path / "a.xlsx")
    rule = (
        'schema = 1\n[participant]\ncolumn = "id"\n'
        '[[columns]]\ncolumn = "arm"\nto = "participants.arm"\n'
        '[[columns]]\ncolumn = "score"\nto = "score.madrs.total"\nvisit = "baseline"\n'
        '[ignore]\n"*" = "rest"\n'
    )
    how = one_file(rule)
    made = read_source(tmp_path / "a.xlsx", how.file)
    unused = resolve(how, made, protocol()).unused
    assert unused == {"note": "rest"}
    (doubt,) = uncertain(made, how, unused)
    assert (doubt.code, doubt.where) == ("EQ352", "a.xlsx, sheet Sheet, column 'score'")
