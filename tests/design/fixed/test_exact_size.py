"""Sizes by exact power: the values of R, and what the search promises."""

import pytest

from equipoise.design.fixed.exact_size import (
    LARGEST,
    enumerable,
    exact_power,
    exact_size,
)
from equipoise.design.requirements import Size, Target
from equipoise.errors import DesignError
from tests.reference_results import reference


def test_the_size_of_the_reference_trial_by_fisher() -> None:
    """R: 84.2% with 22 + 22, 91.3% with 25 + 25 (tests/reference/design)."""
    made = exact_size(0.67, 0.20, Target(power=0.9))
    powers = {
        case["n_first"]: case["power"]
        for case in reference("design/exact_power")["cases"]
        if case["test"] == "fisher" and case["first"] == 0.67
    }
    assert made.needed.arms == made.first_reached.arms == (25, 25)
    assert made.needed.power == pytest.approx(powers[25], rel=1e-9)
    assert made.formula.rounded == (22, 22)
    assert made.at_formula[0].test == "fisher"
    assert made.at_formula[0].power == pytest.approx(powers[22], rel=1e-9)
    assert {power.test for power in made.at_needed} == {"fisher", "boschloo", "score"}


@pytest.mark.parametrize("test", ["fisher", "boschloo", "score"])
@pytest.mark.parametrize(("first", "second"), [(0.67, 0.2), (0.1, 0.45)])
def test_the_power_is_retained_to_the_horizon_and_no_smaller_size_reaches_it(
    test: str, first: float, second: float
) -> None:
    """Every size is tried again, from one participant an arm, by the plain loop."""
    made = exact_size(first, second, test=test)  # type: ignore[arg-type]
    reached = [
        n
        for n in range(1, made.horizon[0] + 1)
        if exact_power(first, second, (n, n), test=test).power >= 0.8  # type: ignore[arg-type]
    ]
    assert reached[0] == made.first_reached.arms[0]
    needed = made.needed.arms[0]
    assert set(range(needed, made.horizon[0] + 1)) <= set(reached)
    assert needed - 1 not in reached
    assert made.horizon[0] >= needed + 19


def test_the_saw_tooth_of_fisher_is_shown() -> None:
    """19 + 19 has 80.03%, 20 + 20 less than 80%, 21 + 21 has it to stay."""
    made = exact_size(0.67, 0.20)
    assert (made.first_reached.arms, made.needed.arms) == ((19, 19), (21, 21))
    assert exact_power(0.67, 0.20, (20, 20)).power < 0.8


def test_three_an_arm_cannot_reach_five_percent_by_fisher() -> None:
    assert exact_power(0.99, 0.01, (3, 3)).power == 0.0
    assert exact_size(0.99, 0.01).needed.arms == (4, 4)


def test_allocation_in_a_ratio() -> None:
    two = exact_size(0.67, 0.2, Target(ratio=2))
    half = exact_size(0.2, 0.67, Target(ratio=0.5))
    first, second = two.needed.arms
    assert first == 2 * second
    assert half.needed.arms == (second, first)
    assert half.needed.power == pytest.approx(two.needed.power, rel=1e-12)


def test_one_sided_in_the_direction_that_is_assumed() -> None:
    one = Target(alpha=0.025, sides=1)
    up, down = exact_size(0.6, 0.2, one), exact_size(0.2, 0.6, one)
    assert up.needed.arms == down.needed.arms
    assert up.needed.power == pytest.approx(down.needed.power, rel=1e-12)
    assert up.needed.error <= 0.025


def test_progress_is_told() -> None:
    said: list[str] = []
    exact_size(0.9, 0.2, progress=said.append)
    assert said[0].startswith("enumerating the tables of ")


def test_what_cannot_be_enumerated_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ807"):
        exact_size(0.5, 0.48)
    enumerable(Size(LARGEST, LARGEST))
    with pytest.raises(DesignError, match="EQ801"):
        exact_size(0.5, 0.5)
