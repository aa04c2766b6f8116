"""The price of allocation that follows responses."""

from dataclasses import replace
from math import nan, sqrt

import pytest

from equipoise.design.adaptive.allocation_cost import (
    AllocationComparison,
    compare_allocation,
)
from equipoise.design.adaptive.response_adaptive import AdaptiveTrial
from equipoise.design.fixed.proportions import proportions
from equipoise.design.requirements import Target
from equipoise.errors import DesignError

TRIAL = AdaptiveTrial(n=60, rates=(0.67, 0.2), rule="thompson")


@pytest.fixture(scope="module")
def found() -> AllocationComparison:
    return compare_allocation(TRIAL, trials=4000, seed=2)


def test_equal_allocation_is_the_trial_of_the_size_formula(
    found: AllocationComparison,
) -> None:
    size = proportions(0.67, 0.2, Target(power=found.equal.power)).total
    assert size == pytest.approx(60, rel=0.08)
    assert found.equal.worse == 30
    assert found.equal.worse_sd == 0
    assert found.equal.failures == pytest.approx(60 - 30 * 0.87, abs=0.25)
    assert abs(found.equal.bias) < 4 * sqrt(0.38 / 30 / 4000)


def test_what_is_spared_and_what_it_costs(found: AllocationComparison) -> None:
    old, new = found.equal, found.adaptive
    assert new.failures < old.failures - 3
    assert new.worse < 25
    assert new.power < old.power
    assert 0 < found.as_if_missing < 30
    # the arm that looks bad by chance gets nobody to correct it: it stays too low
    assert new.bias > 0.003
    # failures follow from who was where
    wanted = new.worse * 0.8 + (60 - new.worse) * 0.33
    assert new.failures == pytest.approx(wanted, abs=0.3)


@pytest.mark.calibration
def test_a_drift_harms_the_adaptive_trial_and_not_the_blocks(
    found: AllocationComparison,
) -> None:
    """Villar, Bowden and Wason 2018: the error of a rule grows with a time trend."""
    strong = compare_allocation(
        replace(TRIAL, n=100, rates=(0.8, 0.5)), drift=0.6, trials=3000, seed=3
    )
    assert strong.equal.error_drifting < 0.05 + 3 * strong.error_of(0.05)
    assert strong.adaptive.error_drifting > 0.10
    assert strong.adaptive.error == pytest.approx(0.05, abs=0.02)


def test_the_sentence_says_it(found: AllocationComparison) -> None:
    said = found.sentence
    assert said.startswith("Against equal allocation, thompson spares ")
    assert "of 60 participants on the worse arm instead of 30.0" in said
    assert "percentage points of power" in said
    assert "participants fewer" in said
    assert said.endswith(").")


def test_the_sentence_does_not_tell_what_trials_cannot(
    found: AllocationComparison,
) -> None:
    same = replace(found, adaptive=replace(found.adaptive, power=found.equal.power))
    assert "no difference that 4,000 trials can detect" in same.sentence
    more = replace(
        found,
        equal=replace(found.equal, power=0.5, failures=20.0),
        adaptive=replace(found.adaptive, power=0.6, failures=21.0),
        as_if_missing=nan,
    )
    assert "adds 1.0 of 20.0 expected failures" in more.sentence
    assert "it gains 10.0 percentage points of power (50.0% to 60.0%);" in more.sentence


def test_the_same_seed_gives_the_same_price_and_steps_are_told() -> None:
    steps: list[str] = []
    small = replace(TRIAL, n=20)
    one = compare_allocation(small, trials=50, seed=1, tell=steps.append)
    assert one == compare_allocation(small, trials=50, seed=1)
    assert len(steps) == 6
    assert "drifting" in steps[-1]


def test_impossible_input_is_refused_all_at_once() -> None:
    with pytest.raises(DesignError) as refusal:
        compare_allocation(replace(TRIAL, rates=(0.4, 0.4)), alpha=0.6, trials=1)
    assert [p.code for p in refusal.value.problems] == ["EQ801"] * 3
    with pytest.raises(DesignError, match="EQ806"):
        compare_allocation(TRIAL, drift=0.5, trials=10)
