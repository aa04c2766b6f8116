"""Interim analyses of any spacing: right digits, and memory that does not grow."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from equipoise.design.sequential.boundaries import Rule, efficacy
from equipoise.design.sequential.plan import sequential
from equipoise.design.sequential.recursion import crossing

OF = Rule(kind="lan-demets-of")


@pytest.mark.parametrize(
    ("gap", "second"),
    [(0.01, 3.91551602), (0.001, 3.97076609), (0.0001, 3.95324629)],
)
def test_second_boundary_by_quadrature(gap: float, second: float) -> None:
    """scipy.integrate.quad in one dimension, without any code of ours (2026-11-30).

    gsDesign's gsBound gives 3.2658 at a gap of 0.0001 with its default r = 18.
    """
    assert efficacy(OF, [0.3, 0.3 + gap, 1], 0.025)[1] == pytest.approx(
        second, abs=6e-9
    )


@pytest.mark.parametrize("gap", [1e-5, 1e-7, 1e-9])
def test_crossing_by_quadrature(gap: float) -> None:
    """Crossing at the second of two close looks, and at the third.

    The arbiter integrates over the first look and over the small increment; tolerance
    1e-9, that of quad.
    """
    t, upper, theta = [0.3, 0.3 + gap, 1.0], [2.2, 2.2, 2.0], 1.3
    found = crossing(upper, [-np.inf] * 3, t, theta).upper
    first, step = np.sqrt(t), np.sqrt(gap)
    limits = [b * root for b, root in zip(upper, first, strict=True)]

    def passes(u: float) -> float:
        """First score just below its limit, u increments under it: then beyond."""
        density = stats.norm.pdf(limits[0] - u * step, theta * t[0], first[0])
        over = limits[1] - limits[0] + u * step - theta * gap
        return float(density * stats.norm.sf(over / step) * step)

    expected = integrate.quad(passes, 0, 40, epsabs=1e-13, limit=200)[0]
    assert found[1] == pytest.approx(expected, abs=1e-10)
    only = crossing([upper[0], upper[2]], [-np.inf] * 2, [t[0], t[2]], theta).upper
    assert found.sum() == pytest.approx(only.sum(), abs=3 * np.sqrt(gap))


@settings(deadline=None, max_examples=60)
@given(
    st.floats(0.05, 0.95),
    st.floats(-15, -1.5),
    st.floats(0.3, 4),
    st.floats(-2, 4),
)
def test_probabilities_of_a_close_look_add_up(
    at: float, exponent: float, z: float, theta: float
) -> None:
    """Above, between and below the boundaries is everything: 1, to 1e-9."""
    gap = 10.0**exponent
    if at + gap >= 0.99 or at + gap == at:
        return
    found = crossing([z, z, z], [-z, -z, z], [at, at + gap, 1.0], theta)
    assert found.upper.sum() + found.lower.sum() == pytest.approx(1, abs=1e-9)
    assert (found.upper >= -1e-12).all()


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(1e-6, 1.0), min_size=2, max_size=6, unique=True))
def test_the_error_is_spent_at_any_looks(times: list[float]) -> None:
    """Cumulative crossing never falls, is at most alpha, and is alpha at the end."""
    timing = [*sorted(t for t in times if t < 1 - 1e-9), 1.0]
    if min(np.diff([0.0, *timing])) < 1e-13:
        return
    bounds = efficacy(OF, timing, 0.025)
    spent = np.cumsum(crossing(bounds, [-np.inf] * len(timing), timing, 0.0).upper)
    assert (np.diff(spent) >= -1e-13).all()
    assert spent[-1] == pytest.approx(0.025, abs=1e-10)


@pytest.mark.parametrize("kind", ["lan-demets-of", "obrien-fleming", "pocock"])
def test_memory_does_not_grow_with_the_closeness(kind: str) -> None:
    """0.3, 0.3001, 1 took 820 MB, and 0.3, 0.30001, 1 ended in a MemoryError."""
    peaks = []
    for gap in (1e-4, 1e-5, 1e-9, 1e-13):
        tracemalloc.start()
        design = sequential(Rule(kind=kind), [0.3, 0.3 + gap, 1], 0.025, 0.9)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert design.crossing().upper.sum() == pytest.approx(0.9, abs=1e-9)
    assert max(peaks) < 30e6


def test_three_looks_as_one_block() -> None:
    """Direct quadrature of the joint density: 2.9625880, 1.9687218, 1.9870841."""
    found = efficacy(OF, [0.5, 0.9999, 1], 0.025)
    np.testing.assert_allclose(found, [2.9625880, 1.9687218, 1.9870841], atol=6e-8)


def test_a_fine_and_a_coarse_grid_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Panels of equal and of unequal width give the same digits where both are possible."""
    timing, theta = [0.2, 0.23, 0.6, 1.0], 2.0
    bounds = efficacy(Rule(kind="pocock"), timing, 0.025)
    equal = crossing(bounds, [-1, -0.5, 0, 1], timing, theta)
    monkeypatch.setattr("equipoise.design.sequential.recursion.MOST", 3)
    graded = crossing(bounds, [-1, -0.5, 0, 1], timing, theta)
    np.testing.assert_allclose(graded.upper, equal.upper, atol=2e-10)
    np.testing.assert_allclose(graded.lower, equal.lower, atol=2e-10)
