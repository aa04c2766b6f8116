"""``equipoise design``: the sizes of the library, printed."""

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
    assert json.loads(more.stdout)["before rounding"] == pytest.approx(plain, abs=1e-3)


def test_a_baseline_and_events() -> None:
    covariate = run("means --difference 5 --sd 10 --correlation 0.6")
    assert "participants:" in covariate.stdout
    assert "analysis of covariance" in covariate.stdout
    plain = json.loads(run("means --difference 11.88 --sd 10.51 --json").stdout)
    # R power.t.test: 13.318 an arm
    assert (plain["first arm"], plain["test"][:6]) == (14, "t test")
    words = "events --hazard-ratio 0.7 --median 12 --accrual 12 --follow-up 12 --json"
    time = json.loads(run(words).stdout)
    assert time["events"] == 246.8
    assert time["test"].startswith("log-rank test")


def test_looks_with_futility() -> None:
    said = run(
        "group-sequential 0.5 1 --spending obrien-fleming --futility lan-demets-of"
    )
    assert "analysis at 50%: efficacy at z ≥ 2.7965" in said.stdout
    assert "futility at z ≤" in said.stdout
    assert "futility" not in run("group-sequential 0.5 1 --spending pocock").stdout


@pytest.mark.parametrize(
    "words",
    [
        "means --difference 0 --sd 10",
        "means --difference 5 --sd 10 --power 1",
        "means --difference inf --sd 10",
        "means --difference 5 --sd 10 --correlation 1",
        "events --hazard-ratio 1 --median 28 --accrual 9 --follow-up 9",
        "events --hazard-ratio 0.5 --median inf --accrual 9 --follow-up 9",
        "group-sequential 0.5 0.4 1",
        "group-sequential 0.5 1 --alpha 1.2",
        "group-sequential 0.5 1 --spending wang-tsiatis --parameter nan",
        "group-sequential 0.5 1 --spending kim-demets",
    ],
)
def test_impossible_input_is_refused_with_a_code(words: str) -> None:
    said = run(words)
    assert said.exit_code == 1
    assert "EQ80" in said.stderr


def test_the_old_name_of_group_sequential_still_works() -> None:
    old = run("looks 0.5 1")
    assert old.stdout == run("group-sequential 0.5 1").stdout
    assert "looks is now named group-sequential" in old.stderr
