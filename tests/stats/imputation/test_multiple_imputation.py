"""Multiple imputation: Rubin's rules by hand, and what the draws must agree with."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.numerics.rng import stream
from equipoise.stats.imputation.multiple_imputation import (
    imputed_draws,
    least_squares,
    multiple_imputation,
    rubins_rules,
)
from equipoise.stats.imputation.reference_based import reference_based
from tests.stats.imputation.test_reference_based import antidepressant, question


def test_rubins_rules_by_hand() -> None:
    """Within 1, between 1, total 1 + 4/3; lambda 4/7; Barnard-Rubin with 10 df."""
    found = rubins_rules(np.array([1.0, 2.0, 3.0]), np.ones(3), 10)
    assert found.estimate == pytest.approx(2)
    assert found.std_error == pytest.approx((7 / 3) ** 0.5)
    old, observed = 2 / (4 / 7) ** 2, 11 / 13 * 10 * 3 / 7
    assert found.df == pytest.approx(1 / (1 / old + 1 / observed))
    assert rubins_rules(np.array([1.0, 2, 3]), np.ones(3), np.inf).df == pytest.approx(
        old
    )


def test_equal_imputations_are_one_analysis() -> None:
    found = rubins_rules(np.full(5, 2.0), np.full(5, 0.25), 27)
    assert (found.estimate, found.std_error) == (2.0, 0.5)
    assert found.df == pytest.approx(28 / 30 * 27)


def test_least_squares_is_numpys() -> None:
    rng = stream(1, "test")
    Z = np.column_stack([np.ones(20), rng.integers(0, 2, 20), rng.normal(size=20)])
    y = rng.normal(size=(3, 20))
    value, variance = least_squares(Z, y)
    for row in range(3):
        beta, rss = np.linalg.lstsq(Z, y[row], rcond=None)[:2]
        assert value[row] == pytest.approx(beta[1])
        error = rss[0] / 17 * np.linalg.inv(Z.T @ Z)[1, 1]
        assert variance[row] == pytest.approx(error)


@pytest.mark.reference
@pytest.mark.parametrize("strategy", ["MAR", "JR", "CIR"])
def test_the_antidepressant_trial_agrees_with_conditional_means(strategy: str) -> None:
    """500 draws: the Monte Carlo error of the mean is about sqrt(0.35 / 500) = 0.03."""
    asked = antidepressant()
    found = multiple_imputation(asked, strategy, 3, 500, 1)
    single = reference_based(asked, strategy).table().iloc[3]
    assert found.estimate == pytest.approx(single["estimate"], abs=0.12)
    if strategy == "MAR":
        assert found.std_error == pytest.approx(single["std_error"], rel=0.08)
    else:  # Rubin's rules say too much: Cro, Carpenter and Kenward 2019
        assert found.std_error > 1.02 * single["std_error"]


def test_many_draws_agree_with_the_expectation_of_what_is_missing() -> None:
    """1,000 draws: Monte Carlo error sqrt(between / 1000), about 0.006."""
    asked = question(3, 60)
    found = multiple_imputation(asked, "MAR", 2, 1000, 5)
    single = reference_based(asked, "MAR").table().iloc[2]
    assert found.estimate == pytest.approx(single["estimate"], abs=0.02)
    assert found.std_error == pytest.approx(single["std_error"], rel=0.1)


def test_a_seed_is_its_draws_and_a_delta_moves_the_imputed_alone() -> None:
    asked = question()
    one = multiple_imputation(asked, "MAR", 2, 50, 7)
    assert one == multiple_imputation(asked, "MAR", 2, 50, 7)
    assert one.estimate != multiple_imputation(asked, "MAR", 2, 50, 8).estimate
    moved = multiple_imputation(asked, "MAR", 2, 50, 7, delta=10)
    slope = reference_based(asked, "MAR").slope[2]
    assert_allclose(moved.estimate - one.estimate, 10 * slope)


def test_nothing_missing_nothing_imputed() -> None:
    asked = question()
    whole = asked.frame.assign(y=asked.frame["y"].fillna(asked.frame["x"]))
    whole["y"] += whole["visit"].cat.codes if hasattr(whole["visit"], "cat") else 0
    found = multiple_imputation(
        replace(asked, frame=whole, first=asked.first[:0]), "MAR", 2, 20, 1
    )
    people = whole[whole["visit"] == "v2"].sort_values("participant")
    Z = np.column_stack([np.ones(len(people)), people["arm"] == "b", people["x"]])
    value, variance = least_squares(Z.astype(float), people["y"].to_numpy(float)[None])
    assert found.estimate == pytest.approx(value[0])
    assert found.std_error == pytest.approx(variance[0] ** 0.5)


@pytest.mark.parametrize("delta", [-7.0, 0.0, 12.5])
def test_points_added_to_the_draws_are_points_added_to_the_outcomes(
    delta: float,
) -> None:
    """Variance by its quadratic function, against least squares of moved outcomes."""
    asked = question()
    draws = imputed_draws(asked, "MAR", 30, 7)
    frame = asked.frame.sort_values(["participant", "visit"])
    y = frame["y"].to_numpy(float).reshape(-1, 3)
    one = frame[frame["visit"] == "v2"]
    treated = (one["arm"] == "b").to_numpy()
    Z = np.column_stack([np.ones(len(one)), treated, one["x"]]).astype(float)
    points = (np.isnan(y[:, 2]) & treated).astype(float)
    rng = stream(2, "test")
    whole = rng.normal(size=(4, len(one)))
    plain = least_squares(Z, whole)
    moved = least_squares(Z, whole + delta * points)
    slope, square = least_squares(Z, points[None])
    both = least_squares(Z, whole + points)[1]
    assert_allclose(moved[0], plain[0] + delta * slope)
    linear = both - plain[1] - square
    assert_allclose(moved[1], plain[1] + delta * linear + delta**2 * square)
    assert_allclose(draws.slope[2], slope[0])
    assert_allclose(draws.quadratic[2], square[0])
    pooled = draws.pooled(2, delta=delta)
    assert pooled.estimate == pytest.approx(
        multiple_imputation(asked, "MAR", 2, 30, 7, delta=delta).estimate
    )


def test_the_monte_carlo_error_is_the_spread_over_seeds() -> None:
    """40 seeds of 50 draws: a standard deviation has a relative error of 11%."""
    asked = question()
    several = [imputed_draws(asked, "MAR", 50, seed) for seed in range(40)]
    found = np.std([d.pooled(2).estimate for d in several], ddof=1)
    stated = np.mean([d.monte_carlo_error(2) for d in several])
    assert found == pytest.approx(stated, rel=0.4)
