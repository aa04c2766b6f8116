"""``equipoise design proportions``: the size for the test of the report."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app


def run(words: str) -> Result:
    return CliRunner().invoke(app, ["design", "proportions", *words.split(" ")])


def numbers(words: str) -> Any:
    return json.loads(run(f"{words} --json").stdout)


def test_the_size_is_for_fishers_test_unless_another_is_named() -> None:
    """84.2% and 91.3% are R's (tests/reference/design/exact_power.json)."""
    said = run("0.67 0.2 --power 0.9").stdout
    assert "first arm:     25\n" in said
    assert "Fisher's exact test, two-sided at 5% (the planned test" in said
    assert "exact power:   91.3%\n" in said
    assert "22 + 22 (score test, normal approximation; 42.4488" in said
    assert "Fisher's exact test: power 84.2%, type I error at most 2.4%" in said


def test_the_numbers_are_numbers() -> None:
    made = numbers("0.67 0.2")
    assert (made["participants"], made["first_arm"], made["test"]) == (42, 21, "fisher")
    assert made["first_reached"]["first_arm"] == 19
    assert made["formula"]["first_arm"] == pytest.approx(16.2341024364927)
    # R: 17 + 17, Fisher 72.9%, score 83.7%
    by_test = {row["test"]: row["power"] for row in made["at_formula"]}
    assert by_test["fisher"] == pytest.approx(0.72906327196652)
    assert by_test["score"] == pytest.approx(0.83727182904462)
    assert all(isinstance(row["type_1_error"], float) for row in made["at_needed"])


def test_another_test_and_ratio() -> None:
    made = numbers("0.67 0.2 --test boschloo --ratio 2")
    assert made["test"] == made["needed"]["test"] == "boschloo"
    assert made["first_arm"] == 2 * made["second_arm"]
    assert "planned test there is Fisher's" in run("0.67 0.2 --test score").stdout


def test_missing_outcomes_are_failures_or_excluded() -> None:
    failures = numbers("0.6 0.2 --dropout 0.1")
    assert failures["proportions"] == pytest.approx([0.54, 0.18])
    assert failures["first_arm"] == numbers("0.54 0.18")["first_arm"]
    more = numbers("0.6 0.2 --dropout 0.1 --missing excluded")
    plain = numbers("0.6 0.2")
    assert more["needed"] == plain["needed"]
    assert more["first_arm"] * 0.9 >= plain["first_arm"]
    said = run("0.6 0.2 --dropout 0.1 --missing excluded").stdout
    assert f"{plain['first_arm']} + {plain['second_arm']}\n" in said


def test_too_many_to_enumerate_gets_the_formula_and_says_so() -> None:
    said = run("0.5 0.48")
    assert said.exit_code == 0
    assert "not enumerated for so many" in said.stdout
    assert "with continuity correction" in said.stdout
    assert "two-sided at 5%" in said.stdout
    score = run("0.5 0.48 --test score").stdout
    assert "continuity" not in score
    assert "one-sided at 2.5%" in run("0.5 0.48 --sides 1").stdout


@pytest.mark.parametrize("words", ["0.5 0.5", "0 0.5", "0.5 0.2 --dropout 1"])
def test_impossible_input_is_refused_with_a_code(words: str) -> None:
    said = run(words)
    assert said.exit_code == 1
    assert "EQ801" in said.stderr


def test_help_has_a_worked_example() -> None:
    said = run("--help").stdout
    assert "equipoise design proportions 0.67 0.20 --power 0.9" in said
    assert "it needs 25 + 25" in said
