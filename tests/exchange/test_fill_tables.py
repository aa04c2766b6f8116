"""Tables filled from files."""

from pathlib import Path

from equipoise.exchange.fill_tables import ReadFile, fill
from equipoise.exchange.targets import resolve
from tests.exchange.small import LONG, MAPPING, one_file, protocol, source


def test_every_value_is_in_a_table_and_keeps_its_row(tmp_path: Path) -> None:
    made, how = source(tmp_path, LONG), one_file(MAPPING)
    plan = resolve(how, made, protocol())
    filled = fill([ReadFile(made, how)], [plan], protocol())
    assert not filled.problems
    assert len(filled.tables["recorded_scores"]) == 4
    assert len(filled.cells) == len(plan.assignments)
    assert sorted(filled.cells[-1]["row"]) == [2, 3, 4, 5]
    assert filled.matched.participants == ("P1", "P2")
