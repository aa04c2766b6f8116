"""Sums by pattern of visits give the likelihood that participants one by one give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.stats.mmrm.aliasing import basis
from equipoise.stats.mmrm.batch import mmrm_design
from equipoise.stats.mmrm.pattern_trials import PatternTrials, patterns
from equipoise.stats.mmrm.saturated import Saturated
from equipoise.stats.mmrm.trials import Shared, Trials
from tests.stats.mmrm.test_batch import TEXT, frame_of, outcomes


def shared_of(text: str, n: int, visits: int, *, reml: bool = True) -> Shared:
    whole = mmrm_design(text, frame_of(n, visits)).matrices
    axes = basis([whole])
    return Shared((whole.X @ axes.turn).reshape(n, visits, -1), reml)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(2, 5),
    st.sampled_from([0.0, 0.1, 0.3]),
    st.sampled_from([0.0, 1e5]),
    st.booleans(),
)
@pytest.mark.property
def test_each_quantity_is_that_of_participants_one_by_one(
    seed: int, visits: int, missing: float, shift: float, reml: bool
) -> None:
    """Law: over missingness; and a shift of all outcomes changes coefficients only."""
    R, n = 4, 26
    shared = shared_of(TEXT, n, visits, reml=reml)
    y = outcomes(seed, R, n, visits, missing).reshape(R, n, visits)
    saturated = Saturated.of(shared)
    assert saturated is not None
    sums, each = PatternTrials.of(saturated, y + shift), Trials.of(shared, y)
    draw = np.random.Generator(np.random.Philox(seed))
    rows, columns = np.tril_indices(visits)
    S = [np.cov(draw.normal(size=(visits, 3 * visits))) for _ in range(R)]
    flat = np.stack(S)[:, rows, columns].T
    one, other = sums.weigh(flat), each.weigh(flat)
    turn = saturated.turn
    volume = 2 * np.linalg.slogdet(turn)[1] * reml
    slack = 1e-7 if shift else 1e-9  # 1e5 leaves eleven digits of outcomes of size 1
    assert_allclose(one.deviance + volume, other.deviance, rtol=slack)
    if not shift:
        assert_allclose(one.beta, other.beta @ turn.T, rtol=1e-9, atol=1e-9)
    for name in ("gradient", "average", "observed"):
        expected = getattr(other, name)
        bound = slack * np.abs(expected).max()
        assert_allclose(getattr(one, name), expected, rtol=slack, atol=bound)
    L = draw.normal(size=(3, len(turn)))
    found = one.degrees(np.linalg.solve(turn.T, L.T).T)
    for numbers, expected in zip(found, other.degrees(L), strict=True):
        assert_allclose(numbers, expected, rtol=1e-6)
    alone = one.some(np.array([2])).observed
    assert_allclose(alone[0], one.observed[2], rtol=1e-12)


def test_some_keep_what_was_worked_out() -> None:
    shared = shared_of(TEXT, 20, 3)
    saturated = Saturated.of(shared)
    assert saturated is not None
    sums = PatternTrials.of(saturated, outcomes(1, 5, 20, 3, 0.1).reshape(5, 20, 3))
    S = np.repeat(np.array([[2.0], [1.0], [2.0], [1.0], [1.0], [2.0]]), 5, axis=1)
    whole, fresh = sums.weigh(S), sums.weigh(S)
    chosen = np.array([0, 3])
    expected = fresh.some(chosen)  # nothing was worked out yet
    _ = whole.observed, whole.gradient
    kept = whole.some(chosen)
    for name in ("gradient", "average", "observed", "Phi", "products"):
        assert_allclose(getattr(kept, name), getattr(expected, name), rtol=1e-12)


def test_each_trial_has_its_own_patterns() -> None:
    """However many the other trials have: bits of the visits, ascending."""
    known = np.zeros((2, 3, 3), dtype=bool)
    known[0] = [[1, 1, 1], [1, 0, 0], [1, 1, 1]]
    known[1] = [[1, 1, 0], [0, 0, 1], [1, 0, 0]]
    kinds, position = patterns(known)
    assert kinds.tolist() == [[1, 7, 0], [1, 3, 4]]
    assert position.tolist() == [[1, 0, 1], [1, 2, 0]]
    assert patterns(known[:1])[0].tolist() == [[1, 7]]


def test_more_patterns_in_all_trials_than_participants() -> None:
    """Law: the gradient is that of participants one by one."""
    shared = shared_of(TEXT, 8, 7)
    saturated = Saturated.of(shared)
    assert saturated is not None
    y = outcomes(3, 9, 8, 7, 0.1).reshape(9, 8, 7)
    kinds = patterns(~np.isnan(y))[0]
    assert len(np.unique(kinds)) > 8 >= kinds.shape[1]
    rows, columns = np.tril_indices(7)
    S = np.repeat(2.0 * (rows == columns)[:, None] + 1, 9, axis=1)
    one, other = PatternTrials.of(saturated, y).weigh(S), Trials.of(shared, y).weigh(S)
    assert_allclose(one.gradient, other.gradient, rtol=1e-9, atol=1e-8)
