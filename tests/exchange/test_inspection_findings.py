"""Columns, rows and problems of the files."""

from pathlib import Path

from equipoise.exchange.inspection_findings import findings, target
from equipoise.exchange.lenient_reading import read_leniently
from tests.exchange.small import LONG, MAPPING, protocol


def test_each_use_of_a_column_has_a_line_with_its_target(tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(LONG)
    (tmp_path / "mapping.toml").write_text(MAPPING)
    read = read_leniently(tmp_path / "export.csv", protocol(), None)
    found = findings(read, protocol(), "export.csv", "mapping.toml", ())
    targets = dict(zip(found.columns["column"], found.columns["target"], strict=True))
    assert targets == {
        "id": "participant",
        "visit": "visit",
        "start": "day 0",
        "arm": "participants.arm",
        "sex": "participants.sex",
        "age": "participants.age",
        "date": "visits.actual_day",
        "madrs": "score.madrs.total",
    }
    assert {target(item) for item, _ in read.files[0].cells} < set(targets.values())
