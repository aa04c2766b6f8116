"""``equipoise design group-sequential``: boundaries, printed."""

import json

import pytest
from typer.testing import CliRunner, Result

from equipoise.cli import app


def run(words: str) -> Result:
    arguments = words.split(" ")
    return CliRunner().invoke(app, ["design", *arguments])


def test_looks_with_futility() -> None:
    said = run(
        "group-sequential 0.5 1 --spending obrien-fleming --futility lan-demets-of"
    )
    assert "analysis at 50%: efficacy at z ≥ 2.7965" in said.stdout
    assert "futility at z ≤" in said.stdout
    assert "futility" not in run("group-sequential 0.5 1 --spending pocock").stdout


def test_a_boundary_at_infinity_is_told() -> None:
    """rpact 3.3.4: Inf, 2.9625880, 1.9685956."""
    said = run("group-sequential 0.03 0.5 1")
    assert "analysis at 3%: no efficacy boundary (beyond z = 12)" in said.stdout
    made = json.loads(run("group-sequential 0.03 0.5 1 --json").stdout)
    z = [row["efficacy_z"] for row in made["analyses"]]
    assert z == [None, pytest.approx(2.9625880), pytest.approx(1.9685956)]


def test_json_holds_numbers_with_all_digits() -> None:
    """Cumulative error 7.4e-6 at the first of five analyses was printed as 0.00%."""
    made = json.loads(run("group-sequential 0.25 0.5 1 --json").stdout)
    first = made["analyses"][0]
    assert first["information"] == 0.25
    assert first["stops_for_efficacy_without_effect"] == pytest.approx(
        7.37e-6, rel=1e-3
    )
    assert first["futility_z"] is None
    assert made["maximum_sample_size"] == pytest.approx(1.0035, abs=5e-4)


@pytest.mark.parametrize("family", ["obrien-fleming", "pocock"])
def test_futility_takes_spending_functions_only(family: str) -> None:
    said = run(f"group-sequential 0.5 1 --futility {family}")
    assert said.exit_code == 2
    assert "lan-demets-of" in said.stderr
    assert "--futility" in said.stderr


def test_the_old_name_of_group_sequential_still_works() -> None:
    old = run("looks 0.5 1")
    assert old.stdout == run("group-sequential 0.5 1").stdout
    assert "looks is now named group-sequential" in old.stderr
