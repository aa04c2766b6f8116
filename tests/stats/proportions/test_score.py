"""The score of a difference: likeliest proportions, and searches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from equipoise.stats.proportions.score import constrained, inverted, standardized

arm = st.integers(2, 30).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))


@pytest.mark.property
@given(arm, arm, st.floats(-0.9, 0.9))
def test_constrained_proportions_are_the_likeliest(
    one: tuple[int, int], two: tuple[int, int], difference: float
) -> None:
    x1, n1, x2, n2 = (np.array([float(v)]) for v in (*one, *two))
    p1, p2 = constrained(x1, n1, x2, n2, difference)
    assert p1 - p2 == pytest.approx(difference, abs=1e-12)

    def likelihood(p: np.ndarray) -> np.ndarray:
        q = np.clip(p + difference, 0, 1)
        first = special.xlogy(x1, q) + special.xlog1py(n1 - x1, -q)
        return np.asarray(first + special.xlogy(x2, p) + special.xlog1py(n2 - x2, -p))

    grid = np.linspace(max(0.0, -difference), min(1.0, 1 - difference), 501)
    assert likelihood(p2)[0] >= likelihood(grid).max() - 1e-7


def test_a_linear_score_is_inverted_and_no_variance_is_infinite() -> None:
    found = inverted(lambda d: (0.2 - d) / 0.1, 0.2, 0.95)
    # R: qnorm(0.975) = 1.959963984540054
    wanted = (0.2 - 0.1959963984540054, 0.2 + 0.1959963984540054)
    assert found == pytest.approx(wanted, rel=1e-12)
    assert inverted(lambda d: 0.2 - d, 0.2, 0.95) == (-1, 1)
    assert standardized(0, 0) == 0
    assert standardized(-1, 0) == -np.inf
