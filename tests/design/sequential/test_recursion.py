"""Crossing probabilities, against the multivariate normal distribution of scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.sequential.recursion import BEGIN, crossing, onward


def by_scipy(upper, lower, t, theta):  # type: ignore[no-untyped-def]
    """Probabilities of going on, differences of which are crossings."""
    t = np.array(t)
    R = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))
    mean = theta * np.sqrt(t)
    above = []
    for k in range(len(t)):
        on = 1.0 if k == 0 else _box(lower[:k], upper[:k], mean[:k], R[:k, :k])
        low = [*lower[:k], -np.inf]
        stay = _box(low, [*upper[:k], upper[k]], mean[: k + 1], R[: k + 1, : k + 1])
        above.append(on - stay)
    return above


def _box(low, high, mean, R):  # type: ignore[no-untyped-def]
    made = stats.multivariate_normal(
        mean, R, abseps=1e-9, releps=1e-9, maxpts=4_000_000
    )
    return made.cdf(np.array(high), lower_limit=np.array(low))


@pytest.mark.parametrize("theta", [0.0, 1.0, 3.24])
def test_three_unequal_looks(theta: float) -> None:
    """scipy integrates by lattices: its own error is about 1e-6."""
    t, upper, lower = [0.2, 0.5, 1.0], [3.0, 2.5, 2.0], [-0.5, 0.3, 2.0]
    ours = crossing(upper, lower, t, theta)
    np.testing.assert_allclose(ours.upper, by_scipy(upper, lower, t, theta), atol=5e-6)
    assert ours.upper.sum() + ours.lower.sum() == pytest.approx(1, abs=1e-10)


def test_one_look_is_the_normal_tail() -> None:
    found = crossing([1.96], [-np.inf], [1.0], 0.7)
    assert found.upper[0] == pytest.approx(stats.norm.sf(1.96 - 0.7), rel=1e-13)


@settings(deadline=None)
@given(st.lists(st.floats(0.02, 1), min_size=2, max_size=6, unique=True))
def test_without_boundaries_nothing_is_lost(times: list[float]) -> None:
    t = sorted(times)
    if min(np.diff([0.0, *t])) < 0.01:
        return
    state = BEGIN
    for k, now in enumerate(t):
        following = (t[k + 1] - now) if k + 1 < len(t) else 0.1
        state = onward(state, -np.inf, np.inf, now, 0.5, following)
        assert state.mass.sum() == pytest.approx(1, abs=1e-9)
        assert state.mass @ state.at == pytest.approx(0.5 * now, abs=1e-8)
