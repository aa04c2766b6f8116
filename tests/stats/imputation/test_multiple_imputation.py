"""Multiple imputation: Rubin's rules by hand, and what the draws must agree with."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.numerics.rng import stream
from equipoise.stats.imputation.multiple_imputation import (
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
