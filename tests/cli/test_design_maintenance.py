"""``equipoise design maintenance``."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app
from tests.simulate.maintenance.participants import scenario

SMALL = ["--participants", "150", "--horizon", "84", "--no-sensitivity"]


@pytest.fixture
def stated(monkeypatch: pytest.MonkeyPatch) -> None:
    made = scenario()
    monkeypatch.setattr("equipoise.exchange.scenarios.load_scenario", lambda _: made)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["design", "maintenance", *words])


@pytest.mark.usefixtures("stated")
def test_schedules_are_compared_and_written(tmp_path: Path) -> None:
    said = run(
        "feder2021", *SMALL, "--schedule", "every:14", "--schedule", "booster:14",
        "--out", str(tmp_path),
    )  # fmt: skip
    assert said.exit_code == 0, said.stderr
    assert "every:14" in said.stdout
    assert "of 150 people" in said.stderr
    assert {path.name for path in tmp_path.iterdir()} == {
        "maintenance.csv",
        "maintenance.html",
        "maintenance.svg",
    }


@pytest.mark.usefixtures("stated")
def test_the_same_seed_gives_the_same_numbers_as_json() -> None:
    words = ["feder2021", *SMALL, "--schedule", "every:28", "--json"]
    one, two = run(*words, "--seed", "4"), run(*words, "--seed", "5")
    rows = json.loads(one.stdout)["Schedules"]
    assert [row["schedule"] for row in rows] == ["none", "every:28"]
    assert one.stdout == run(*words, "--seed", "4").stdout
    assert one.stdout != two.stdout


@pytest.mark.usefixtures("stated")
def test_trials_and_sensitivities_are_shown() -> None:
    words = [
        "feder2021", "--participants", "300", "--schedule", "every:28", "--schedule",
        "every:14", "--trials", "50", "--json", "--confirmations", "2",
    ]  # fmt: skip
    said = json.loads(run(*words, "--trial", "withdrawal").stdout)
    assert len(said["If an assumption is changed"]) == 7
    assert int(said["Randomized withdrawal"][0]["responders randomized"]) > 10
    said = json.loads(run(*words, "--no-sensitivity", "--trial", "smart").stdout)
    assert "every:28, then every:14 if lost" in said["SMART"][0]["regimes"]
    assert len(said["SMART"]) == 4


@pytest.mark.usefixtures("stated")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--schedule every:0", "EQ671"),
        ("--schedule weekly", "EQ671"),
        ("--schedule every:14 --horizon 10", "EQ672"),
        ("--schedule every:7 --max-infusions 12", "EQ672"),
        ("--assessment-interval 0", "EQ672"),
        ("--participants 1", "EQ673"),
        ("--power 1", "EQ801"),
        ("--recovery 0", "EQ801"),
        ("--definition recovery", "EQ611"),
        ("--arm placebo", "EQ612"),
        ("--participants 60 --trial smart --schedule every:14", "EQ672"),
    ],
)
def test_bad_input_is_refused_with_a_code(words: str, code: str) -> None:
    said = run("feder2021", "--no-sensitivity", *words.split())
    assert said.exit_code == 1
    assert code in said.stderr


def test_help_has_an_example() -> None:
    text = run("--help").stdout
    assert "equipoise design maintenance feder2021" in text
    assert "booster:7,most=6" in text
