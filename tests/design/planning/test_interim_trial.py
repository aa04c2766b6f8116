"""Group sequential plans: simulated trials, rpact's sizes, and laws of the power."""

from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.planning.fixed_trial import (
    trial_of_means,
    trial_of_proportions,
    trial_of_repeated_measures,
)
from equipoise.design.planning.interim_trial import (
    InterimAnalyses,
    interim_question,
    plan_interim,
)
from equipoise.design.planning.question import detectable
from equipoise.design.planning.repeated import RepeatedMeasures
from equipoise.design.requirements import Target
from equipoise.design.sequential.boundaries import Rule
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream

TARGET = Target(power=0.9)
INTERIM = InterimAnalyses(
    timing=(0.5, 0.75, 1.0),
    efficacy=Rule(kind="lan-demets-of"),
    futility=Rule(kind="hwang-shih-decani", parameter=-2),
)


def test_sizes_of_rpact() -> None:
    """rpact 3.3.4: 268.1447 for 50 v 30%; 187.6458 for 5 points times 1.0812."""
    plan, trial = plan_interim(trial_of_proportions(0.5, 0.3, TARGET), INTERIM, TARGET)
    assert trial.maximum.total == pytest.approx(268.1447, abs=1e-4)
    assert plan.participants == 2 * ceil(268.1447 / 2)
    plan, trial = plan_interim(trial_of_means(5, 10.51, TARGET), INTERIM, TARGET)
    assert trial.maximum.total == pytest.approx(187.6458 * 1.0812, rel=1e-4)
    assert plan.participants == 2 * ceil(187.6458 * 1.0812 / 2)


def test_power_with_fewer_participants_as_simulated() -> None:
    """t tests of simulated participants at each analysis; four Monte Carlo errors."""
    n, trials = 120, 40_000
    plan, made = plan_interim(
        trial_of_means(5, 10.51, TARGET), INTERIM, TARGET, n, "power"
    )
    rng = stream(20, "test of interim plans")
    first = rng.normal(5, 10.51, (trials, n // 2))
    second = rng.normal(0, 10.51, (trials, n // 2))
    going, won = np.ones(trials, bool), np.zeros(trials, bool)
    for a in made.analyses:
        k = round(a.first)
        t = stats.ttest_ind(first[:, :k], second[:, :k], axis=1)
        z = stats.norm.isf(stats.t.sf(t.statistic, 2 * k - 2))
        won |= going & (z >= a.efficacy_z)
        going &= (z < a.efficacy_z) & (z > a.futility_z)
    error = (won.mean() * (1 - won.mean()) / trials) ** 0.5
    assert abs(won.mean() - plan.power) < 4 * error + 0.003  # t's as independent steps
    assert 0.6 < plan.power < 0.75


def test_the_analyses_are_of_the_participants_given() -> None:
    fixed = trial_of_means(5, 10.51, TARGET, dropout=0.2)
    plan, trial = plan_interim(fixed, INTERIM, TARGET, 200, "power")
    assert trial.maximum.total == pytest.approx(200)
    last = trial.analyses[-1]
    assert last.first + last.second == pytest.approx(160)
    assert last.power == pytest.approx(plan.power, abs=1e-9)
    assert last.spent == pytest.approx(0.025, abs=1e-9)
    assert f"a power of {100 * plan.power:.1f}%" in plan.protocol


@settings(max_examples=15, deadline=None)
@given(st.floats(2, 9), st.sampled_from([0.0, 0.2]), st.sampled_from([0.5, 1.0, 2.0]))
def test_the_calculated_size_has_the_power_and_the_smaller_one_not(
    difference: float, dropout: float, ratio: float
) -> None:
    target = Target(power=0.9, ratio=ratio)
    fixed = trial_of_means(difference, 10, target, dropout=dropout)
    question = interim_question(fixed, INTERIM.design(target), target)
    n = question.participants()
    assert question.power(n) >= 0.9 - 1e-9
    assert question.power(n - 3) < 0.9


def test_a_mixed_model_with_one_visit_is_an_analysis_of_covariance() -> None:
    mixed = RepeatedMeasures(
        difference=5, sd=10, correlation=0.5, visits=1, target=TARGET
    )
    one = plan_interim(trial_of_repeated_measures(mixed), INTERIM, TARGET)[0]
    covariance = trial_of_means(5, 10, TARGET, correlation=0.5)
    other = plan_interim(covariance, INTERIM, TARGET)[0]
    assert one.participants == other.participants
    assert one.power == pytest.approx(other.power, abs=1e-9)


def test_the_detectable_effect_has_the_power() -> None:
    design = INTERIM.design(TARGET)

    def ask(effect: float):
        return interim_question(trial_of_means(effect, 10.51, TARGET), design, TARGET)

    effect = detectable(ask, 150, 0.0, 1000.0)
    assert ask(effect).power(150) == pytest.approx(0.9, abs=1e-6)
    assert ask(effect).participants() in (150, 152)


def test_too_few_participants_are_refused() -> None:
    with pytest.raises(DesignError, match="EQ801"):
        plan_interim(trial_of_means(5, 10, TARGET), INTERIM, TARGET, 8, "power")
