"""``equipoise new-scenario`` writes a file that can be simulated, and overwrites none."""

from pathlib import Path

from typer.testing import CliRunner

from equipoise.cli.commands import app
from equipoise.errors import EquipoiseError


def test_a_new_scenario_is_simulated_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "scenario.toml"
    made = CliRunner().invoke(
        app, ["new-scenario", "antidepressant", "--out", str(file)]
    )
    assert made.exit_code == 0
    out = tmp_path / "data"
    order = ["simulate", "antidepressant", "--scenario", str(file), "--n", "10"]
    assert CliRunner().invoke(app, [*order, "--out", str(out)]).exit_code == 0
    assert (out / "answers.csv").exists()


def test_a_file_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "scenario.toml"
    file.write_text("mine", "utf-8")
    order = ["new-scenario", "antidepressant", "--out", str(file)]
    refused = CliRunner().invoke(app, order)
    assert refused.exit_code == 1 or isinstance(refused.exception, EquipoiseError)
    assert file.read_text("utf-8") == "mine"
