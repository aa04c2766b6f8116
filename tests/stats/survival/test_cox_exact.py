"""The exact likelihood: all sets of participants, and no ties."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.numerics.rng import stream
from equipoise.stats.survival.cox_exact import ExactLikelihood
from equipoise.stats.survival.cox_likelihood import PartialLikelihood


def by_definition(
    beta: np.ndarray,
    X: np.ndarray,
    start: np.ndarray,
    stop: np.ndarray,
    event: np.ndarray,
) -> float:
    """Sums over all sets of as many participants at risk as there were events."""
    total = 0.0
    for t in np.unique(stop[event]):
        rows = np.flatnonzero((start < t) & (stop >= t))
        now = event & (stop == t)
        sets = [sum(X[list(c)] @ beta) for c in combinations(rows, int(now.sum()))]
        total += float((X[now] @ beta).sum() - np.log(np.exp(sets).sum()))
    return total


@pytest.mark.property
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_all_sets_are_added_up(seed: int, late: bool) -> None:
    draw = stream(seed, "cox-exact")
    X, stop = draw.normal(size=(12, 2)), draw.integers(2, 6, 12).astype(float)
    start = draw.integers(0, 2, 12).astype(float) if late else np.full(12, -np.inf)
    event = draw.random(12) < 0.6
    event[0] = True
    beta, zero = draw.normal(size=2), np.zeros(12, np.intp)
    target = ExactLikelihood(X, start, stop, event, zero)
    now = target.at(beta)
    assert_allclose(now.value, by_definition(beta, X, start, stop, event), rtol=1e-10)
    h = 1e-5
    for k, unit in enumerate(np.eye(2) * h):
        up, down = target.at(beta + unit), target.at(beta - unit)
        assert_allclose(now.score[k], (up.value - down.value) / (2 * h), atol=1e-5)
        slope = (up.score - down.score) / (2 * h)
        assert_allclose(-now.information[k], slope, atol=1e-5)


def test_without_ties_it_is_the_partial_likelihood() -> None:
    draw = stream(2, "cox-exact")
    X, stop, event = (
        draw.normal(size=(40, 2)),
        draw.permutation(40) + 1.0,
        np.ones(40, bool),
    )
    early, strata = np.full(40, -np.inf), draw.integers(0, 2, 40)
    exact = ExactLikelihood(X, early, stop, event, strata).at(np.array([0.4, -1.0]))
    plain = PartialLikelihood(
        X, early, stop, event, strata, np.ones(40), efron=True
    ).at(np.array([0.4, -1.0]))
    assert_allclose(exact.value, plain.value, rtol=1e-12)
    assert_allclose(exact.information, plain.information, rtol=1e-9)


def test_hundreds_of_ties_do_not_overflow() -> None:
    """300 of 2,000 with the event at one time: 10^366 sets."""
    draw = stream(5, "cox-exact")
    X, event = draw.normal(size=(2000, 1)), np.arange(2000) < 300
    target = ExactLikelihood(
        X,
        np.full(2000, -np.inf),
        np.where(event, 1.0, 2.0),
        event,
        np.zeros(2000, np.intp),
    )
    assert np.isfinite(target.at(np.array([0.3])).value)
