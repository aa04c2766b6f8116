"""Tables of texts."""

import pandas as pd

from equipoise.report.inspection.page_blocks import cell_text, frame_table, text_table


def test_a_missing_value_is_a_dash_and_never_zero() -> None:
    assert [cell_text(v) for v in (None, pd.NA, float("nan"), pd.NaT)] == ["–"] * 4
    assert cell_text(0) == "0"
    assert cell_text(-1.5) == "−1.5"
    assert cell_text(True) == "yes"
    assert cell_text(pd.Timestamp("2027-01-04")) == "2027-01-04"
    assert cell_text(pd.Timestamp("2027-01-04 09:30")) == "2027-01-04 09:30"


def test_rows_that_are_not_shown_are_counted() -> None:
    table = frame_table("x", "X", pd.DataFrame({"madrs_01": range(9)}), most=5)
    assert table.head == ("madrs_01",), "columns of a file keep their names"
    assert len(table.rows) == 5
    assert table.note == "4 further rows not shown."
    assert text_table("x", "X", ["A"], [["1"]]).rows == (("1",),)
