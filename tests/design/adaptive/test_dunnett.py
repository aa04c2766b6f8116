"""Dunnett's test against his tables, R and multivariate integration."""

from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.design.adaptive.dunnett import critical, score, tail

# Dunnett 1955, JASA 50:1096, table 1a and 1b: one-sided, equal arms; alpha, doses, df
PUBLISHED = [
    (0.05, 2, 10, 2.15),
    (0.05, 3, 10, 2.34),
    (0.05, 4, 10, 2.47),
    (0.05, 2, 20, 2.03),
    (0.05, 4, 20, 2.30),
    (0.05, 3, inf, 2.06),
    (0.05, 4, inf, 2.16),
    (0.01, 2, 10, 3.11),
    (0.01, 3, inf, 2.68),
]


@pytest.mark.reference
@pytest.mark.parametrize(("alpha", "arms", "df", "wanted"), PUBLISHED)
def test_the_published_tables(
    alpha: float, arms: int, df: float, wanted: float
) -> None:
    assert critical(alpha, arms, 0.5, df) == pytest.approx(wanted, abs=0.0051)


@pytest.mark.reference
def test_r_mams_with_one_stage() -> None:
    # R MAMS 3.0.1, mams(K = 3, J = 1, p = 0.65, p0 = 0.55, alpha = 0.05, power = 0.9):
    # u = 2.062 (Jaki, Pallmann and Magirr 2019, JSS 88(4); the package's own test file)
    assert critical(0.05, 3, 0.5) == pytest.approx(2.062, abs=0.0005)


@pytest.mark.reference
@pytest.mark.parametrize("correlation", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("arms", [2, 3])
def test_multivariate_normal_integration(arms: int, correlation: float) -> None:
    """The integrator of scipy (Genz) is the second program; it is good to 1e-6."""
    S = np.full((arms, arms), correlation) + (1 - correlation) * np.eye(arms)
    for z in (-0.5, 1.0, 2.2):
        below = stats.multivariate_normal.cdf(
            np.full(arms, z), np.zeros(arms), S, abseps=1e-8, releps=1e-8
        )
        assert float(tail(z, arms, correlation)) == pytest.approx(1 - below, abs=2e-6)


@pytest.mark.reference
def test_multivariate_t_integration() -> None:
    S = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    made = stats.multivariate_t(np.zeros(3), S, df=9, seed=3)
    for t in (1.0, 2.5):
        below = made.cdf(np.full(3, t), maxpts=400_000)
        assert float(tail(t, 3, 0.5, 9)) == pytest.approx(1 - below, abs=2e-4)


@pytest.mark.property
@given(st.floats(-3, 7), st.integers(2, 8), st.floats(0.05, 0.95))
def test_between_one_comparison_and_bonferroni(z: float, arms: int, r: float) -> None:
    found, one = float(tail(z, arms, r)), stats.norm.sf(z)
    assert one * (1 - 1e-9) <= found <= min(1.0, arms * one) * (1 + 1e-9)


@pytest.mark.property
@settings(deadline=None, max_examples=20)
@given(st.sampled_from([1, 2, 4]), st.sampled_from([4.0, 17.0, inf]), st.floats(-3, 6))
def test_the_score_has_the_probability_of_the_test(
    arms: int, df: float, z: float
) -> None:
    wanted = float(tail(z, arms, 0.5, df))
    assert stats.norm.sf(float(score(z, arms, 0.5, df))) == pytest.approx(
        wanted, rel=1e-6, abs=1e-12
    )


def test_one_dose_is_the_t_test_and_the_table_never_turns() -> None:
    assert float(tail(2.1, 1, 0.5, 12)) == pytest.approx(stats.t.sf(2.1, 12), rel=1e-9)
    z = np.linspace(-6, 30, 999)
    for df in (20.0, inf):
        found = score(z, 3, 0.5, df)
        assert (np.diff(found) >= -1e-6).all()
        assert (found[z > 0] <= z[z > 0]).all()
        assert found.max() == pytest.approx(stats.norm.isf(1e-13))
