"""The table of toxicity grades."""

from dataclasses import replace

from equipoise.report.blocks import Table
from equipoise.report.chapters.laboratory_tables import laboratory_blocks
from tests.analyze import complete


def test_grades_stand_below_their_test_and_period() -> None:
    (table,) = laboratory_blocks(complete.protocol(), complete.results())
    assert isinstance(table, Table)
    assert table.group == "14.3.4"
    rows = [
        (label.strip(), *("".join(cell.text for cell in cells) for cells in row))
        for label, row in table.rows
    ]
    assert rows == [
        ("Alanine aminotransferase: last before the first infusion", "", ""),
        ("Grade 0", "11/11 (100%)", "7/7 (100%)"),
        ("Alanine aminotransferase: highest after the start of the first infusion",
         "", ""),
        ("Grade 0", "0/8 (0%)", "1/2 (50%)"),
        ("Grade 1", "7/8 (88%)", "0/2 (0%)"),
        ("Grade 2", "0/8 (0%)", "1/2 (50%)"),
        ("Grade 3", "1/8 (13%)", "0/2 (0%)"),
        ("Alanine aminotransferase: highest, time not known", "", ""),
        ("Grade 2", "–", "1/1 (100%)"),
    ]  # fmt: skip


def test_without_a_graded_result_there_is_no_table() -> None:
    results = replace(complete.results(), estimates=())
    assert list(laboratory_blocks(complete.protocol(), results)) == []
