"""The plan of a trial that drops doses: sizes of R MAMS, power, sizes by arm, texts."""

from dataclasses import replace

import pytest

from equipoise.design.adaptive.doses import Doses
from equipoise.design.planning.doses import DoseTrial, plan_doses
from equipoise.design.requirements import Target
from equipoise.errors import DesignError

EFFECTS = (5.0, 11.88)


def trial(**words) -> DoseTrial:  # type: ignore[no-untyped-def]
    design = words.pop("design", Doses(doses=2, first=12, second=12))
    return DoseTrial(
        **{"design": design, "effects": EFFECTS, "sd": 10.51, "trials": 4000} | words
    )


@pytest.mark.parametrize(("doses", "total"), [(3, 282), (4, 364), (6, 531)])
def test_the_size_of_r_mams(doses: int, total: int) -> None:
    """R MAMS 3.0.1, test-dtl.R: mams(method = "dtl", delta = 0.545, delta0 = 0.178, sd = 1,
    alpha = 0.05, power = 0.9); its alpha is one-sided.
    """
    effects = (0.545,) + (0.178,) * (doses - 1)
    made = trial(
        design=Doses(doses=doses, first=0.5, second=0.5, alpha=0.05, test="pooled"),
        effects=effects, sd=1.0, target=Target(alpha=0.1, power=0.9),
    )  # fmt: skip
    assert made.question().participants() == total


def test_participants_of_each_arm_sum_to_those_of_the_plan() -> None:
    design = Doses(doses=2, first=11, second=7, ratio=1.5, keep=2)
    made = trial(design=design, dropout=0.1)
    (dose, control), (later, again) = made.arms(design)
    assert (dose, control, later, again) == (13, 19, 8, 12)
    assert made.randomized(design) == 2 * 13 + 19 + 2 * 8 + 12
    plan = plan_doses(made, "power")
    assert plan.participants == made.randomized(design)
    assert f"Stage 1 randomizes {dose} to each of 2 doses" in plan.protocol


def test_a_simulated_power_is_the_integrated_one_and_carries_its_error() -> None:
    """The same trial by integration and by 4,000 trials: four Monte Carlo errors."""
    exact = trial().characteristics().best
    simulated = trial().simulated()
    error = simulated.error_of(exact)
    assert simulated.characteristics.best == pytest.approx(exact, abs=4 * error)
    plan = plan_doses(trial(kind="estimated"), "power")
    power = plan.power
    assert plan.errors["power"] == pytest.approx((power * (1 - power) / 4000) ** 0.5)
    assert "Monte Carlo standard error" in plan.protocol
    assert {row.size_text for row in plan.sensitivity} == {"not calculated"}


def test_a_size_for_a_known_variance_says_so() -> None:
    made = trial(kind="estimated", design=Doses(doses=2, first=0.5, second=0.5))
    plan = plan_doses(made.with_smallest_size(), "size")
    assert "that for a known variance" in plan.protocol
    exact = replace(made, kind="known").with_smallest_size()
    assert plan.participants == exact.randomized(exact.design)


def test_the_sensitivity_follows_the_assumptions() -> None:
    plan = plan_doses(trial(), "size")
    rows = {row.changed.split(" (")[0]: row for row in plan.sensitivity}
    assert rows["standard deviation -20%"].power > plan.power
    assert rows["all differences -20%"].power < plan.power
    assert all(row.size_text.isdigit() for row in plan.sensitivity)
    rates = trial(kind="binary", effects=(0.2, 0.47), control=0.2)
    assert "0.2 with control" in plan_doses(rates, "power").protocol


def test_impossible_assumptions_are_refused() -> None:
    with pytest.raises(DesignError, match="EQ801"):
        trial(dropout=1.0)
    with pytest.raises(DesignError, match="EQ805"):
        trial(kind="estimated").smallest()
