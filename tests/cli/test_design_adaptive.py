"""``equipoise design doses`` and ``adaptive``: what the library works out, printed."""

import json

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app
from equipoise.design.adaptive.dose_selection import operating_characteristics
from equipoise.design.adaptive.doses import Doses
from equipoise.design.adaptive.sample_size import sample_size


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", *words.split(" ")])


def test_the_smallest_trial_of_doses() -> None:
    said = json.loads(run("doses 5 11.88 --sd 10.51 --trials 200 --json").stdout)
    made = sample_size([5, 11.88], 10.51)
    assert said["design"]["first"] == made.first
    exact = operating_characteristics(made, [5, 11.88], 10.51)
    assert said["by"] == "integration"
    assert said["behaviour"]["best"] == pytest.approx(exact.best)
    assert said["design"]["futility"] is None
    assert said["familywise_error"]["none_works"] == pytest.approx(0.025)


def test_doses_as_a_table() -> None:
    words = "doses 5 11.88 --sd 10.51 --first 12 --second 18 --futility 0 --trials 200"
    said = run(words).stdout
    assert said.startswith("dose  effect  continues")
    made = Doses(doses=2, first=12, second=18, futility=0.0)
    power = 100 * operating_characteristics(made, [5, 11.88], 10.51).best
    assert f"power, best dose:                    {power:.1f}%" in said
    assert "method:                              integration" in said
    estimated = run(f"{words} --estimated").stdout
    assert "method:                              simulation" in estimated
    assert "t test, variance estimated" in estimated


def test_doses_with_rates() -> None:
    words = "doses 0.2 0.4 0.67 --binary --first 20 --second 20 --trials 500"
    said = json.loads(run(f"{words} --json").stdout)
    assert said["by"] == "simulation"
    assert said["effects"] == pytest.approx([0.2, 0.47])
    assert said["estimates"]["corrected_bias"] is None
    assert said["test"].startswith("score test of two proportions")
    table = run(words).stdout
    assert "not defined" in table
    assert "the report prints Fisher's" in table


def test_both_columns_and_the_price() -> None:
    words = "adaptive 0.67 0.2 --n 40 --rule play-the-winner --trials 300 --delay 2"
    table = run(words).stdout
    assert table.splitlines()[0].split() == ["equal", "play-the-winner"]
    assert "Against equal allocation, play-the-winner spares" in table
    said = json.loads(run(f"{words} --json").stdout)
    assert said["equal"]["worse"] == 20
    assert said["adaptive"]["worse"] < 20
    assert f"Test: {said['test']}." in table


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("doses 5 11 --sd 10 --power 1", "EQ801"),
        ("doses 5 11 --sd -1 --first 5 --second 5", "EQ801"),
        ("doses 5 11 --sd 10 --first -5 --second 5", "EQ801"),
        ("doses 5 11 --sd 10 --first 5", "EQ805"),
        ("doses 5 11 --sd 10 --keep 2", "EQ805"),
        ("doses 0.2 0.4 --binary", "EQ805"),
        ("doses 0.2 1.4 --binary --first 5 --second 5", "EQ801"),
        ("doses 5 11 --sd 10 --test pooled --binding", "EQ805"),
        ("adaptive 0.6 0.6 --n 40", "EQ801"),
        ("adaptive 0.6 0.2 --n 40 --drift 0.9", "EQ806"),
        ("adaptive 0.6 0.2 --n 8 --burn-in 5", "EQ806"),
    ],
)
def test_impossible_input_is_refused_with_a_code(words: str, code: str) -> None:
    said = run(words)
    assert said.exit_code == 1
    assert code in said.stderr
