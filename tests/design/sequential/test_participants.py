"""Analyses in participants, beside rpact and closed forms."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.requirements import Target
from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.outcomes import (
    of_means,
    of_mmrm,
    of_proportions,
    visit_covariance,
)
from equipoise.design.sequential.participants import sequential_trial
from equipoise.design.sequential.plan import sequential
from equipoise.design.sequential.recruitment import Recruitment

TARGET = Target(alpha=0.025, power=0.9, sides=1)
OF, HSD = Rule(kind="lan-demets-of"), Rule(kind="hwang-shih-decani", parameter=-2)
DESIGN = sequential(OF, [0.5, 0.75, 1], futility=HSD)


def test_rates_as_rpact() -> None:
    """rpact 3.3.4: 268.1447; one-sided 2.5%, 50 v 30%, futility that does not bind."""
    trial = sequential_trial(of_proportions(0.5, 0.3, TARGET), DESIGN)
    assert trial.maximum.total == pytest.approx(268.1447, abs=1e-4)
    assert trial.maximum.rounded == (135, 135)


def test_means_as_rpact() -> None:
    """rpact 3.3.4: 187.6458 with one analysis; the rest is that times the inflation."""
    trial = sequential_trial(of_means(5, 10.51, TARGET), DESIGN)
    assert trial.fixed.total == pytest.approx(187.6458, abs=1e-4)
    assert trial.maximum.total == pytest.approx(187.6458 * 1.0812, rel=1e-4)


def test_the_first_boundary_of_a_t_test_by_hand() -> None:
    trial = sequential_trial(of_means(-5, 10.0, TARGET), DESIGN)
    first = trial.analyses[0]
    n = first.first + first.second
    t = stats.t.isf(first.efficacy_p, n - 2)
    assert first.efficacy_effect == pytest.approx(-t * 10 * sqrt(4 / n))
    assert first.information == pytest.approx(n / 400)


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.sampled_from([0.5, 1.0, 2.0]))
def test_a_rate_at_the_boundary_has_its_score_statistic(
    first: float, second: float, ratio: float
) -> None:
    if abs(first - second) < 0.02:
        return
    target = Target(alpha=0.025, power=0.9, sides=1, ratio=ratio)
    trial = sequential_trial(of_proportions(first, second, target), DESIGN)
    last = trial.analyses[-1]
    rate = second + last.efficacy_effect
    if rate != rate:  # beyond 0 or 1: no proportion reaches the boundary
        return
    a, b = last.first, last.second
    pooled = (a * rate + b * second) / (a + b)
    z = abs(rate - second) / sqrt(pooled * (1 - pooled) * (1 / a + 1 / b))
    assert z == pytest.approx(last.efficacy_z, abs=1e-6)
    assert (last.efficacy_effect > 0) == (first > second)


def test_error_and_power_end_where_they_were_planned() -> None:
    covariance = visit_covariance(10.5, 3, 0.5)
    outcome = of_mmrm(5, covariance, [0.95, 0.9, 0.8], TARGET)
    last = sequential_trial(outcome, DESIGN).analyses[-1]
    assert last.spent == pytest.approx(0.025, abs=1e-9)
    assert last.power == pytest.approx(0.9, abs=1e-6)


def test_conditional_power_at_the_boundary_by_hand() -> None:
    """One analysis left: a normal tail (Lan, Simon and Halperin 1982)."""
    design = sequential(OF, [0.5, 1], futility=HSD)
    first = sequential_trial(of_means(5, 10, TARGET), design).analyses[0]
    mean = first.futility_z * sqrt(0.5) + design.drift * 0.5
    wanted = stats.norm.sf((design.upper[1] - mean) / sqrt(0.5))
    assert first.conditional_power[0] == pytest.approx(wanted, abs=1e-9)


def test_participants_recruited_meanwhile() -> None:
    """One a week, outcome at week 12: twelve more people than the analysis includes."""
    trial = sequential_trial(
        of_means(5, 10.51, TARGET),
        sequential(OF, [0.5, 1]),
        recruitment=Recruitment((1.0,)),
        delay=12,
    )
    first, last = trial.analyses
    assert first.overrun is not None
    assert first.overrun.without_outcome == pytest.approx(12)
    assert first.overrun.time == pytest.approx(first.randomized + 12)
    assert last.overrun is not None
    assert last.overrun.without_outcome == 0
    saved = trial.maximum.total - trial.expected[0]
    truly = trial.maximum.total - trial.expected_randomized[0]
    assert saved - truly == pytest.approx(12 * first.stops_with_effect[0])


def test_dropout_is_randomized_and_not_analyzed() -> None:
    plain = sequential_trial(of_means(5, 10.51, TARGET), DESIGN)
    lost = sequential_trial(of_means(5, 10.51, TARGET), DESIGN, dropout=0.2)
    assert lost.maximum.total == pytest.approx(plain.maximum.total / 0.8)
    assert lost.analyses[0].first == pytest.approx(plain.analyses[0].first)
