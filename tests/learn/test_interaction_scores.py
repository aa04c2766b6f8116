"""Interactions, one at a time: the numbers of a regression written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.learn import interaction_scores
from equipoise.learn.interaction_scores import Candidates, statistics
from equipoise.numerics.rng import stream


def case(seed: int, n: int = 40, p: int = 3) -> tuple[np.ndarray, ...]:
    rng = stream(seed, "learn")
    values = rng.normal(size=(n, p))
    values[:, -1] = values[:, -1] > 0
    arm = rng.permutation(np.arange(n) < n // 2).astype(float)
    return rng.normal(size=n) + arm * values[:, 0], arm, values


def by_regression(y: np.ndarray, arm: np.ndarray, values: np.ndarray) -> np.ndarray:
    """t² with HC2 of each interaction, from the design matrix of its own model."""
    squared = []
    for j in range(values.shape[1]):
        design = np.column_stack([np.ones(len(y)), values, arm, arm * values[:, j]])
        bread = np.linalg.inv(design.T @ design)
        beta = bread @ design.T @ y
        hat = np.einsum("ij,jk,ik->i", design, bread, design)
        meat = design * ((y - design @ beta) ** 2 / (1 - hat))[:, None]
        variance = (bread @ design.T @ meat @ bread)[-1, -1]
        squared.append(beta[-1] ** 2 / variance)
    return np.array(squared)


@pytest.mark.parametrize("seed", range(5))
def test_sum_and_maximum_are_those_of_regressions_with_hc2(seed: int) -> None:
    y, arm, values = case(seed)
    found = statistics(y[None], arm[None], Candidates.of(values))[:, 0]
    wanted = by_regression(y, arm, values)
    assert found[0] == pytest.approx(wanted.sum(), rel=1e-9)
    assert found[1] == pytest.approx(wanted.max(), rel=1e-9)


def test_the_whitened_sum_is_that_of_uncorrelated_candidates() -> None:
    y, arm, values = case(7)
    candidates = Candidates.of(values)
    white = candidates.values @ candidates.whitening
    np.testing.assert_allclose(np.corrcoef(white.T), np.eye(3), atol=1e-12)
    found = statistics(y[None], arm[None], candidates)[2, 0]
    assert found == pytest.approx(by_regression(y, arm, white).sum(), rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(-50, 50))
def test_units_and_names_of_arms_change_nothing(
    seed: int, scale: float, shift: float
) -> None:
    y, arm, values = case(seed)
    found = statistics(y[None], arm[None], Candidates.of(values))
    other = statistics(
        scale * y[None] + shift, 1 - arm[None], Candidates.of(scale * values - shift)
    )
    np.testing.assert_allclose(other, found, rtol=1e-6)  # shift costs digits


def test_draws_are_independent_of_how_they_are_grouped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    y, arm, values = case(3)
    rng = stream(1, "learn")
    arms = rng.permuted(np.tile(arm, (23, 1)), axis=1)
    outcomes = rng.normal(size=(23, len(y)))
    whole = statistics(outcomes, arms, Candidates.of(values))
    monkeypatch.setattr(interaction_scores, "NUMBERS", 5 * values.size)
    parts = statistics(outcomes, arms, Candidates.of(values))
    np.testing.assert_allclose(parts, whole, rtol=1e-12)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (np.ones((20, 1)), "constant"),
        (np.arange(40.0).reshape(20, 2) % 7 @ np.ones((2, 2)), "combination"),
        (np.eye(6)[:, :4], "candidates of 6 participants"),
    ],
)
def test_candidates_that_cannot_be_separated_are_refused(
    values: np.ndarray, why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        Candidates.of(values)
