"""The sections on files and columns."""

from equipoise.report.blocks import TextTable
from equipoise.report.inspection.file_section import column_blocks, file_blocks
from tests.report.inspection.shown import findings


def table(name: str) -> TextTable:
    blocks = [*file_blocks(findings()), *column_blocks(findings())]
    return next(b for b in blocks if isinstance(b, TextTable) and b.name == name)


def test_a_file_is_shown_with_its_rows_and_columns() -> None:
    (row,) = table("files-read").rows
    assert row[:3] == ("export.csv", "68", "22")


def test_columns_that_are_not_read_have_their_reason() -> None:
    rows = {row[1]: row[2] for row in table("columns-not-read").rows}
    assert rows["madrs_complete"] == "ignored: status of a REDCap form"
    assert "record_id" in [row[1] for row in table("columns-read").rows]
