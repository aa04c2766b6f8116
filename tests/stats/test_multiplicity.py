"""Testing procedures, against R's p.adjust, published graphs and the closed test."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.multiplicity import (
    bonferroni,
    fixed_sequence,
    graphical,
    hochberg,
    holm,
)

# R 4.2.2: p.adjust(c(0.01, 0.04, 0.03, 0.005), method = ...)
FOUR = np.array([0.01, 0.04, 0.03, 0.005])


def test_stepwise_methods_are_those_of_r() -> None:
    np.testing.assert_allclose(bonferroni(FOUR), [0.04, 0.16, 0.12, 0.02])
    np.testing.assert_allclose(holm(FOUR), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(hochberg(FOUR), [0.03, 0.04, 0.04, 0.02])


@pytest.mark.property
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_they_are_ordered(values: list[float]) -> None:
    p = np.array(values)
    assert (hochberg(p) <= holm(p) + 1e-15).all()
    assert (holm(p) <= bonferroni(p) + 1e-15).all()
    assert (hochberg(p) >= p - 1e-15).all()


P = [0.011, 0.02, 0.8, 0.004, 0.03, 0.02]
probability = st.floats(0.0001, 1)


def test_holm_and_hochberg_are_those_of_r() -> None:
    # R 4.2.2: p.adjust(c(.011, .02, .8, .004, .03, .02), "holm") and "hochberg"
    np.testing.assert_allclose(holm(P), [0.055, 0.08, 0.8, 0.024, 0.08, 0.08])
    np.testing.assert_allclose(hochberg(P), [0.055, 0.06, 0.8, 0.024, 0.06, 0.06])


def test_a_fixed_sequence_stops_at_the_first_that_fails() -> None:
    assert fixed_sequence([0.01, 0.2, 0.001]).tolist() == [0.01, 0.2, 0.2]


def test_the_simple_successive_graph() -> None:
    """Two primary, two secondary hypotheses; worked through by hand.

    H2 at .01/.5 = .02; its half goes to H4: .006/.5 = .012; H4's to H1: .018/1; H3 last.
    """
    G = [[0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0]]
    found = graphical([0.018, 0.01, 0.105, 0.006], [0.5, 0.5, 0, 0], G)
    np.testing.assert_allclose(found, [0.02, 0.02, 0.105, 0.02])


@given(st.lists(probability, min_size=2, max_size=5))
def test_a_complete_graph_is_holm_and_a_chain_is_the_fixed_sequence(
    p: list[float],
) -> None:
    m = len(p)
    complete = (np.ones((m, m)) - np.eye(m)) / (m - 1)
    np.testing.assert_allclose(graphical(p, [1 / m] * m, complete), holm(p))
    chain = np.eye(m, k=1)
    start = [1.0] + [0.0] * (m - 1)
    np.testing.assert_allclose(graphical(p, start, chain), fixed_sequence(p))


def test_weights_that_sum_to_one_but_for_rounding_are_a_graph() -> None:
    """Thirds with ten decimals, as a protocol writes them: their sum may pass 1."""
    third = 0.3333333335
    found = graphical([0.01, 0.2, 0.3], [third] * 3, np.zeros((3, 3)))
    np.testing.assert_allclose(found, np.array([0.01, 0.2, 0.3]) / third)
    with pytest.raises(AnalysisError):
        graphical([0.01, 0.2, 0.3], [0.34] * 3, np.zeros((3, 3)))


@given(
    st.lists(probability, min_size=3, max_size=3),
    st.lists(st.floats(0.05, 1), min_size=3, max_size=3),
    st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3),
)
def test_a_graph_is_the_closed_test_of_its_weights(
    p: list[float], w: list[float], g: list[float]
) -> None:
    """Each intersection by weighted Bonferroni, the weights by Bretz 2009, theorem 1."""
    weights = np.array(w) / sum(w)
    G = np.array([[0, g[0], 1 - g[0]], [g[1], 0, 1 - g[1]], [g[2], 1 - g[2], 0]])
    closed = [
        max(
            min(1.0, _intersection(p, weights, G, subset))
            for size in (1, 2, 3)
            for subset in combinations(range(3), size)
            if i in subset
        )
        for i in range(3)
    ]
    np.testing.assert_allclose(graphical(p, weights, G), closed, rtol=1e-9)


def _intersection(
    p: list[float], w: np.ndarray, G: np.ndarray, subset: tuple[int, ...]
) -> float:
    """p-value of an intersection: absorption of a Markov chain gives the weights."""
    outside = [i for i in range(3) if i not in subset]
    inside = list(subset)
    shares = w[inside].copy()
    if outside:
        visits = np.linalg.inv(np.eye(len(outside)) - G[np.ix_(outside, outside)])
        shares += w[outside] @ visits @ G[np.ix_(outside, inside)]
    return float(min(p[i] / share for i, share in zip(inside, shares, strict=True)))
