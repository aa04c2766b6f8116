"""Tables filled from files."""

from pathlib import Path

from equipoise.exchange.fill_tables import ReadFile, fill
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
