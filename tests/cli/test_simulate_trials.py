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


GRID = ["simulate", "feder2021", "--trials", "4", "--size", "16", "--size", "20"]
GRID += ["--effect", "0", "--effect", "1", "--design", "fixed"]
GRID += ["--design", "lan-demets-of:0.5,1", "--out"]


def test_a_grid_is_a_table_curves_and_a_page(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, [*GRID, str(tmp_path), "--json"])
    assert said.exit_code == 0
    rows = json.loads(said.stdout)
    assert len(rows) == 4 * 3 + 4
    keys = [(r["size"], r["effect"], r["design"], r["endpoint"]) for r in rows]
    assert len(set(keys)) == len(keys)
    with (tmp_path / "grid.csv").open() as file:
        assert len(list(csv.DictReader(file))) == len(rows)
    assert (tmp_path / "power.svg").exists()
    again = CliRunner().invoke(app, [*GRID, str(tmp_path)])  # nothing is run again
    assert f"{tmp_path / 'grid.html'}" in again.stdout
    assert "expected_size" in again.stdout
    assert "trials, " not in again.stderr


def test_assurance_is_in_the_table_and_on_the_page(tmp_path: Path) -> None:
    effects = [word for f in (0, 0.6, 1.2) for word in ("--effect", str(f))]
    prior = ["--estimate", "-7", "--se", "3", "--sceptical", "0.2"]
    words = ["simulate", "feder2021", "--trials", "10", "--n", "16", *effects, *prior]
    said = CliRunner().invoke(app, [*words, "--json", "--out", str(tmp_path)])
    assert said.exit_code == 0, said.stderr
    rows = json.loads(said.stdout)
    primary = [row for row in rows if row["endpoint"] == "caps5_change"]
    assert len({row["assurance"] for row in primary}) == 1
    assert 0 < primary[0]["assurance"] < 1
    assert 0 < primary[0]["assurance_error"] < 0.25
    others = [row for row in rows if row["endpoint"] != "caps5_change"]
    assert {row["assurance"] for row in others} == {None}
    page = (tmp_path / "grid.html").read_text()
    assert "averaged over what is believed about the true difference" in page
    assert "Assurance (%)" in page


def test_options_of_a_prior_without_the_one_they_belong_to(tmp_path: Path) -> None:
    words = ["simulate", "feder2021", "--out", str(tmp_path)]
    many = [*words, "--trials", "4"]
    for wrong in (
        [*words, "--estimate", "-7", "--se", "3"],
        [*many, "--estimate", "-7"],
        [*many, "--se", "3"],
        [*many, "--sceptical", "0.2"],
        [*many, "--sceptical-sd", "2"],
    ):
        assert CliRunner().invoke(app, wrong).exit_code == 2
    alone = [*many, "--estimate", "-7", "--se", "3", "--sceptical-sd", "2"]
    assert "EQ809" in CliRunner().invoke(app, alone).stderr


def test_what_a_grid_cannot_be_is_refused(tmp_path: Path) -> None:
    words = ["simulate", "feder2021", "--trials", "4", "--out", str(tmp_path)]
    said = CliRunner().invoke(app, [*words, "--n", "2", "--effect", "-1"])
    assert said.exit_code == 1
    assert said.stderr.count("EQ644") == 2
    assert CliRunner().invoke(app, [*words, "--null", "--effect", "1"]).exit_code == 2
    alone = [word for word in words if word not in ("--trials", "4")]
    assert CliRunner().invoke(app, [*alone, "--effect", "1"]).exit_code == 2


def test_the_former_name_of_the_scenario_option_is_read_with_a_notice(
    tmp_path: Path,
) -> None:
    words = ["simulate", "feder2021", "--n", "4", "--out", str(tmp_path)]
    result = CliRunner().invoke(app, [*words, "--truth=feder2021"])
    assert result.exit_code == 0
    assert "Notice: --truth is now named --scenario" in result.stderr
    assert "--truth" not in CliRunner().invoke(app, ["simulate", "--help"]).stdout
