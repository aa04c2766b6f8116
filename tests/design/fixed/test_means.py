"""Sizes for means, against R and rpact, and by simulation of their laws."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.design.fixed.means import (
    ancova,
    last_visit_variance,
    means,
    mmrm_size,
    power_of_means,
)
from equipoise.design.requirements import Target
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream
from equipoise.stats.mmrm import mmrm
from tests.reference_results import reference
from tests.shared_data import shared


@pytest.mark.reference
def test_r_and_rpact() -> None:
    """R's root is exact to its tolerance; rpact's total is 3e-7 away from it."""
    wanted = json.loads(shared("reference/sample_size.json").read_text())
    found = means(0.5, 1.0)
    assert found.first == pytest.approx(
        wanted["other"]["power.t.test_0.5_0.8"], rel=1e-9
    )
    rpact = wanted["rpact"]["means_t_delta0.5_sd1_power0.8_sided1"]["nFixed"]
    assert found.total == pytest.approx(rpact, rel=1e-6)
    one = means(0.5, 1.0, Target(alpha=0.025, sides=1))
    assert one.total == pytest.approx(found.total)


R = reference("design/ancova_power")


@pytest.mark.parametrize("case", R["cases"], ids=str)
def test_power_and_sizes_of_r(case: dict[str, Any]) -> None:
    if case["test"] == "size":
        found = means(case["difference"], case["sd"], Target(power=case["power"]))
        assert found.first == pytest.approx(case["n"], rel=R["rtol"])
        return
    covariate = case["test"] == "ancova"
    power = power_of_means(
        case["n"],
        case["n"],
        case["effect"],
        Target(),
        3 if covariate else 2,
        covariate=covariate,
    )
    assert power == pytest.approx(case["power"], rel=R["rtol"])


def test_other_sizes_of_r() -> None:
    # R 4.2.2: power.t.test(delta = 11.1, sd = 10.51, power = .8, tol = 1e-12) etc.
    assert means(11.1, 10.51).first == pytest.approx(15.09671099, rel=1e-8)
    assert means(6, 12, Target(power=0.9)).first == pytest.approx(85.03131331, rel=1e-8)


def test_the_reference_trial_could_find_the_difference_of_its_size() -> None:
    assert power_of_means(15, 15, 11.1 / 10.51, Target()) == pytest.approx(
        0.8, abs=0.005
    )


def test_a_covariate_saves_participants() -> None:
    plain, adjusted = means(5, 10), ancova(5, 10, 0.6)
    # 1 - 0.6² = 0.64, and about half a participant an arm for the slope
    assert (adjusted.total - 2) / plain.total == pytest.approx(0.64, abs=0.01)
    assert 0 < ancova(5, 10, 0.0).total - plain.total < 2


@pytest.mark.parametrize("power", [0.8, 0.9])
@pytest.mark.parametrize("difference", [20, 11.88, 5])
def test_a_mixed_model_of_one_visit_is_the_test_of_means_or_of_covariance(
    difference: float, power: float
) -> None:
    """No dropout: the t test of means, and with a baseline the analysis of covariance."""
    target = Target(power=power)
    one, two = np.array([[10.51**2]]), 10.51**2 * np.array([[1, 0.5], [0.5, 1]])
    plain = mmrm_size(difference, one, np.ones(1), target)
    assert plain.total == pytest.approx(
        means(difference, 10.51, target).total, rel=1e-9
    )
    adjusted = mmrm_size(difference, two, np.ones(1), target, baseline=True)
    wanted = ancova(difference, 10.51, 0.5, target)
    assert adjusted.total == pytest.approx(wanted.total, rel=1e-9)


def test_the_difference_of_the_reference_trial_needs_fourteen_an_arm() -> None:
    """R power.t.test: 13.318 an arm; normal quantiles give 12.285, so 13."""
    size = mmrm_size(11.88, np.array([[10.51**2]]), np.ones(1))
    assert size.rounded == (14, 14)


def test_degrees_of_freedom_are_those_of_satterthwaite_under_dropout() -> None:
    """Mean of the mixed model's df over 60 trials of 14 an arm against the planned one.

    Their standard deviation is about 1.5, so the mean is known to 0.2; the planned df was
    at most 2.0 lower in trials of 8, 14 and 30 an arm with 20 and 40% lost.
    """
    stay = np.array([0.95, 0.9, 0.8])
    planned = _planned_df(28, stay)
    rng, root = stream(3, "mmrm df"), np.linalg.cholesky(S)
    found = []
    for _ in range(60):
        y = rng.standard_normal((28, 4)) @ root.T
        u = rng.random(28)
        rows = [
            (i, "ab"[i % 2], f"v{t}", y[i, 0], y[i, t + 1])
            for i in range(28)
            for t in range(3)
            if u[i] < stay[t]
        ]
        frame = pd.DataFrame(rows, columns=["id", "arm", "visit", "base", "y"])
        fit = mmrm("y ~ base * visit + arm * visit + us(visit | id)", frame)
        found.append(fit.contrasts("arm", by="visit", reference="a")["df"].iloc[-1])
    assert planned <= np.mean(found) + 0.4
    assert planned >= np.mean(found) - 2.0


def _planned_df(n: int, stay: np.ndarray[Any, Any]) -> float:
    complete = last_visit_variance(S, np.ones(3), baseline=True)
    return n * complete / last_visit_variance(S, stay, baseline=True) - 3


def test_non_inferiority_is_a_shifted_one_sided_test() -> None:
    one = Target(alpha=0.025, sides=1)
    assert means(0, 10, one, margin=4).total == pytest.approx(means(4, 10, one).total)
    assert means(1, 10, one, margin=3).total == pytest.approx(means(4, 10, one).total)
    with pytest.raises(DesignError, match="effect"):
        means(-5, 10, one, margin=4)


S = np.array(
    [[100.0, 60, 50, 45], [60, 110, 70, 60], [50, 70, 115, 80], [45, 60, 80, 120]]
)


def test_without_dropout_earlier_visits_add_nothing() -> None:
    assert last_visit_variance(S, np.ones(4)) == pytest.approx(120)
    after = 120 - 45**2 / 100
    assert last_visit_variance(S, np.ones(3), baseline=True) == pytest.approx(after)


def test_with_dropout_earlier_ratings_carry_a_part() -> None:
    stay = np.array([1.0, 0.95, 0.9, 0.8])
    found = last_visit_variance(S, stay)
    assert 120 < found < 120 / 0.8


def test_the_variance_is_that_of_the_likeliest_mean_in_simulated_trials() -> None:
    """4,000 trials of 200: a variance is known to sqrt(2 / 4000) = 2.2%."""
    stay, n, trials = np.array([1.0, 0.9, 0.7, 0.5]), 200, 4000
    rng = stream(1, "mmrm size")
    root = np.linalg.cholesky(S)
    last = np.repeat([1, 2, 3, 4], (np.array([0.1, 0.2, 0.2, 0.5]) * n).astype(int))
    information = np.zeros((4, 4))
    for t in last:
        information[:t, :t] += np.linalg.inv(S[:t, :t])
    estimates = []
    for _ in range(trials):
        y = rng.standard_normal((n, 4)) @ root.T
        score = np.zeros(4)
        for t in (1, 2, 3, 4):
            score[:t] += np.linalg.inv(S[:t, :t]) @ y[last == t, :t].sum(axis=0)
        estimates.append(np.linalg.solve(information, score)[-1])
    assert np.var(estimates) * n == pytest.approx(
        last_visit_variance(S, stay), rel=0.07
    )


def test_impossible_input_is_refused() -> None:
    with pytest.raises(DesignError, match="EQ803"):
        mmrm_size(5, np.array([[1.0, 2], [2, 1]]), np.ones(2))
    with pytest.raises(DesignError, match="EQ803"):
        mmrm_size(5, S, np.array([0.8, 0.9, 0.9, 0.9]))
    with pytest.raises(DesignError, match="EQ801"):
        means(0, 10)
    with pytest.raises(DesignError, match="EQ801"):
        means(5, 0)
    with pytest.raises(DesignError, match="EQ802"):
        means(1e-6, 10)
