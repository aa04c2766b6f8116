"""Testing procedures, against R's p.adjust, published graphs and the closed test."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analyze.multiplicity import (
    adjusted,
    decisions,
    fixed_sequence,
    graphical,
    hochberg,
    holm,
)
from equipoise.analyze.result import Estimate
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.multiplicity import Multiplicity

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


def _answer(p: float | None) -> Estimate:
    return Estimate(
        id="x", endpoint="x", analysis="difference", population="itt", p=p, n=30
    )


def test_the_decisions_of_the_reference_trial_go_down_its_sequence() -> None:
    trial = load_protocol("feder2021")
    assert trial.multiplicity is not None
    names = trial.multiplicity.endpoints
    p = dict(zip(names, (0.005, 0.2, 0.001), strict=False))
    found = decisions(trial, {name: _answer(p.get(name)) for name in names})
    assert [row.p for row in found][:3] == [0.005, 0.2, 0.2]
    assert (found[0].note or "").startswith(
        "rejected at a two-sided alpha of 0.05 by the fixed-sequence procedure"
    )
    assert (found[1].note or "").startswith("not rejected")


def test_what_could_not_be_tested_is_not_rejected_and_says_so() -> None:
    trial = load_protocol("feder2021")
    assert trial.multiplicity is not None
    found = decisions(trial, {n: _answer(None) for n in trial.multiplicity.endpoints})
    assert found[0].p == 1.0
    assert "could not be tested" in (found[0].note or "")


@pytest.mark.parametrize("name", ["holm", "hochberg", "fixed-sequence"])
def test_a_family_of_one_is_its_own_p_value(name: str) -> None:
    family = Multiplicity.model_validate(
        {"procedure": name, "endpoints": ["x"], "assumed": True}
    )
    assert adjusted(family, [0.03]).tolist() == [0.03]
