"""How much room a table takes."""

from equipoise.report.cells import Cell
from equipoise.report.content import Table, TextTable
from equipoise.report.forms.measure import TOGETHER, lines, shares, small, texts


def listing(rows: int, text: str = "x") -> TextTable:
    return TextTable("l", "t", ("a", "b"), ((text, "y"),) * rows)


def test_cells_of_several_numbers_are_one_text() -> None:
    table = Table("t", "t", ("a", "b"), (("r", ((Cell("1"), Cell(" (2)")),)),))
    assert texts(table) == [["r", "1 (2)"]]


def test_lines_count_rows_and_folds() -> None:
    assert lines(listing(3)) == 4
    assert lines(listing(1, "word " * 100)) > 4
    assert small(listing(TOGETHER - 1))
    assert not small(listing(TOGETHER))


def test_columns_share_the_whole_width() -> None:
    made = shares(listing(1, "a long text of many words"))
    assert abs(sum(made) - 1) < 1e-12  # rounding of floats
    assert made[0] > made[1]
