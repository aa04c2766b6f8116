"""``equipoise design doses``: its plan, the meaning of its options, and its files."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app
from equipoise.design.adaptive.dose_selection import operating_characteristics
from equipoise.design.adaptive.doses import Doses
from equipoise.design.adaptive.sample_size import sample_size


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", *words.split(" ")])


def test_the_smallest_trial_of_doses() -> None:
    said = json.loads(
        run("doses 5 11.88 --sd 10.51 --power 0.9 --trials 200 --json").stdout
    )
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


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("doses 5 11 --sd 10 --first 9 --second 9 --power 0.9", "EQ809 --power"),
        ("doses 5 11 --sd 10 --first 9 --second 9 --fraction 0.4", "EQ809 --fraction"),
        ("doses 0.2 0.4 --binary --first 9 --second 9 --sd 2", "EQ809 --sd"),
        (
            "doses 0.2 0.4 --binary --first 9 --second 9 --estimated",
            "EQ809 --estimated",
        ),
    ],
)
def test_an_option_without_effect_is_refused(words: str, text: str) -> None:
    said = run(words)
    assert said.exit_code == 1, said.stdout
    assert text in said.stderr


def test_alpha_is_two_sided_and_ratio_is_dose_to_control() -> None:
    words = "doses 5 11.88 --sd 10.51 --trials 200 --json"
    plain = json.loads(run(words).stdout)
    assert (plain["alpha"], plain["sides"]) == (0.05, 2)
    one = json.loads(run(f"{words} --alpha 0.025 --sides 1").stdout)
    assert one["participants"] == plain["participants"]
    assert one["design"] == plain["design"]
    more = json.loads(run(f"{words} --ratio 0.5").stdout)
    (dose, control), _ = more["arms"]
    assert control == 2 * dose


def test_the_files_of_a_plan(tmp_path: Path) -> None:
    words = "doses 5 11.88 --sd 10.51 --trials 200 --dropout 0.1 --rate 4"
    said = json.loads(run(f"{words} --out {tmp_path} --json").stdout)
    assert json.loads((tmp_path / "plan.json").read_text()) == said
    assert "participants per month" in said["protocol_text"]
    assert "found effective" in (tmp_path / "plan.html").read_text()
