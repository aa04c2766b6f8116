"""``equipoise simulate --trials``."""

import csv
import json
from pathlib import Path

from typer.testing import CliRunner

from equipoise.cli import app


def test_power_and_the_type_i_error(tmp_path: Path) -> None:
    words = ["simulate", "feder2021", "--trials", "40", "--n", "24", "--json", "--out"]
    said = CliRunner().invoke(app, [*words, str(tmp_path / "power")])
    rows = {row["endpoint"]: row for row in json.loads(said.stdout)}
    assert float(rows["caps5_change"]["power"]) > 0.5
    with (tmp_path / "power/characteristics.csv").open() as file:
        kept = {row["endpoint"]: row for row in csv.DictReader(file)}
    assert set(kept) == set(rows)
    null = CliRunner().invoke(app, [*words, str(tmp_path / "null"), "--null"])
    rows = {row["endpoint"]: row for row in json.loads(null.stdout)}
    assert float(rows["caps5_change"]["power"]) < 0.3
    assert abs(float(rows["caps5_change"]["truth"])) < 0.6


def test_another_seed_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    words = ["simulate", "feder2021", "--trials", "5", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, words).exit_code == 0
    said = CliRunner().invoke(app, [*words, "--seed", "9"])
    assert said.exit_code == 1
    assert "EQ642" in said.stderr
