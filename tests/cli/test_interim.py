"""``equipoise interim``: two analyses of a trial, one after the other."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import equipoise as eq
from equipoise import library
from equipoise.cli import app
from tests.interim.trials import virtual
from tests.protocol.test_interim_refusal import PLAN, SIZE


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("interim")
    plan = PLAN.replace("[0.5, 1.0]", "[0.5, 0.75, 1.0]").replace(
        "assumed", 'unblinded_to = ["data monitoring committee"]\nassumed'
    )
    text = library.text("protocols", "feder2021").replace(SIZE, plan + SIZE, 1)
    (folder / "protocol.toml").write_text(text, "utf-8")
    eq.write_data(virtual(), folder / "data")
    return folder


def run(trial: Path, words: str) -> Result:
    command = f"interim {trial}/protocol.toml {trial}/data {words}"
    return CliRunner().invoke(app, command.split())


def test_two_analyses_and_their_record(trial: Path) -> None:
    out = trial / "dmc"
    late = run(trial, f"--look 2 --cutoff 2019-02-01 --out {out}")
    assert late.exit_code == 1
    assert "EQ838" in late.output
    assert not out.exists()

    first = run(trial, f"--look 1 --cutoff 2018-01-01 --out {out}")
    assert first.exit_code == 0, first.output
    assert "Unblinded: Continue: no boundary is crossed." in first.output
    again = run(trial, f"--look 1 --cutoff 2018-01-01 --out {out}")
    assert again.exit_code == 0, again.output

    other = trial / "second"
    words = f"--look 2 --cutoff 2019-02-01 --record {out}/looks.json --json"
    second = run(trial, f"{words} --out {other}")
    assert second.exit_code == 0, second.output
    numbers = json.loads(second.stdout)
    assert [row["observed_z"] is None for row in numbers["boundaries"]] == [
        False, False, True,
    ]  # fmt: skip
    record = json.loads((other / "looks.json").read_text())
    assert [row["analysis"] for row in record["analyses"]] == [1, 2]
    assert len(json.loads((out / "looks.json").read_text())["analyses"]) == 1

    command = f"analyze {trial}/protocol.toml {trial}/data --out {trial}/final"
    assert "EQ834" in CliRunner().invoke(app, command.split()).output
    command = f"{command} --record {other}/looks.json --json"
    final = CliRunner().invoke(app, command.split())
    assert final.exit_code == 0, final.output
    assert "adjusted for the interim analyses" in json.loads(final.stdout)["primary"]
    command = f"analyze feder2021 {trial}/data --out {trial}/no"
    command = f"{command} --record {other}/looks.json"
    assert "EQ835" in CliRunner().invoke(app, command.split()).output

    back = run(trial, f"--look 1 --cutoff 2018-01-01 --out {other}")
    assert "already recorded" in back.output
    moved = run(trial, f"--look 1 --cutoff 2018-06-01 --out {out}")
    assert "already recorded" in moved.output
    assert len(json.loads((other / "looks.json").read_text())["analyses"]) == 2


def test_a_record_that_was_changed_is_noticed(trial: Path) -> None:
    out = trial / "changed"
    run(trial, f"--look 1 --cutoff 2018-01-01 --out {out}")
    path = out / "looks.json"
    path.write_text(path.read_text().replace('"z": 1.', '"z": 2.'))
    result = run(trial, f"--look 2 --cutoff 2019-02-01 --out {out}")
    assert result.exit_code == 1
    assert "was changed after analysis 1 was recorded" in result.output


def test_a_dry_run_needs_blinded_data(trial: Path) -> None:
    words = f"--look 1 --cutoff 2018-01-01 --out {trial}/dry --dummy"
    assert "EQ454" in run(trial, words).output
    missing = run(trial, f"{words} --record {trial}/absent.json")
    assert "does not exist" in missing.output


def test_an_analysis_that_was_not_held_is_recorded_with_its_reason(trial: Path) -> None:
    out = trial / "missed"
    words = f"interim {trial}/protocol.toml --look 1 --cutoff 2018-01-01 --out {out}"
    no_data = CliRunner().invoke(app, words.split())
    assert "EQ839" in no_data.output
    reason = ["--not-held", "the committee had no quorum"]
    data = CliRunner().invoke(app, [*words.split(), f"{trial}/data", *reason])
    assert "takes no data: DATA" in data.output
    assert not out.exists()
    done = CliRunner().invoke(app, [*words.split(), *reason])
    assert done.exit_code == 0, done.output
    assert "analysis 1 was not held (the committee had no quorum)" in done.output
    late = CliRunner().invoke(app, [*words.split(), "--not-held", "another reason"])
    assert "already recorded" in late.output

    words = f"--look 2 --cutoff 2019-02-01 --out {out} --json"
    second = run(trial, words)
    assert second.exit_code == 0, second.output
    assert [row["analysis"] for row in json.loads(second.stdout)["boundaries"]] == [
        2,
        3,
    ]
    command = f"analyze {trial}/protocol.toml {trial}/data --out {trial}/after"
    command = f"{command} --record {out}/looks.json"
    final = CliRunner().invoke(app, command.split())
    assert final.exit_code == 0, final.output
    page = (trial / "after" / "report.html").read_text("utf-8")
    assert "not held (the committee had no quorum)" in page
