"""``equipoise design means``: the sizes of the library, printed."""

import json

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app
from equipoise.design.fixed.means import means
from equipoise.design.requirements import Target


def run(words: str) -> Result:
    arguments = words.split(" ")
    return CliRunner().invoke(app, ["design", *arguments])


def test_means_with_dropout() -> None:
    said = run("means --difference 11.1 --sd 10.51 --json")
    assert json.loads(said.stdout)["participants"] == 32
    more = run("means --difference 5 --sd 10 --power 0.9 --dropout 0.2 --json")
    plain = means(5, 10, Target(power=0.9)).total / 0.8
    assert json.loads(more.stdout)["before_rounding"] == pytest.approx(plain, abs=1e-6)


def test_a_baseline() -> None:
    covariate = run("means --difference 5 --sd 10 --correlation 0.6")
    assert "participants:" in covariate.stdout
    assert "analysis of covariance" in covariate.stdout
    plain = json.loads(run("means --difference 11.88 --sd 10.51 --json").stdout)
    # R power.t.test: 13.318 an arm
    assert (plain["first_arm"], plain["test"]) == (14, "t test of two means")
    assert plain["alpha"], plain["sides"] == (0.05, 2)


def test_equivalence_and_noninferiority() -> None:
    """SAS PROC POWER: 90 in total; rpact: 51 in each arm; R PowerTOST: 40 in both."""
    two = "--hypothesis equivalence --alpha 0.05"
    text = run(f"means --difference 0 --sd 8 --margin 5 {two}").stdout
    assert "both margins (TOST), one-sided at 5%" in text
    assert "participants:    90" in text
    assert "margins:         -5 and 5" in text
    words = "--difference 0 --sd 0.1 --margin 0.05 --hypothesis noninferiority"
    made = json.loads(run(f"means {words} --alpha 0.05 --json").stdout)
    assert (made["participants"], made["margins"]) == (102, [-0.05, None])
    words = (
        f"--difference -0.0513 --sd 0.29356 --layout crossover --margin 0.22314 {two}"
    )
    made = json.loads(run(f"means {words} --json").stdout)
    assert (made["analyzed"], made["participants"]) == (40, 40)
    lost = json.loads(run(f"means {words} --dropout 0.1 --json").stdout)
    assert (lost["analyzed"], lost["participants"]) == (pytest.approx(41.4), 46)
    assert made["power"] == pytest.approx(0.815845, abs=1e-4)
    paired = "--difference 5 --sd 10 --layout paired --correlation 0.5"
    pairs = json.loads(run(f"means {paired} --json").stdout)
    assert (pairs["participants"], "first_arm" in pairs) == (
        34,
        False,
    )  # R power.t.test


def test_the_power_of_a_calculated_size_is_that_of_the_same_size_given() -> None:
    words = "means --difference 8 --sd 10.5 --dropout 0.15"
    made = json.loads(run(f"{words} --json").stdout)
    given = json.loads(run(f"{words} --n {made['participants']} --json").stdout)
    assert made["power"] == pytest.approx(given["power"], rel=1e-12)
    assert made["analyzed"] == pytest.approx(0.85 * 66)
    assert given["analyzed"] == pytest.approx(0.85 * 66)
