"""Standardized differences: the published one, and known values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.effect_size import (
    cohens_d,
    cohens_d_from_t,
    hedges_correction,
    hedges_g,
    pooled_sd,
)


@pytest.mark.reference
def test_the_published_effect_size() -> None:
    """Feder et al. 2021: 11.88 (SE 3.96), d = 1.13, interval 0.36 to 1.91."""
    d = cohens_d_from_t(11.88 / 3.96, 28)
    found = cohens_d(d, 15, 15)
    assert round(found.estimate, 2) == 1.13
    assert round(found.lower, 2) == 0.36
    assert round(found.upper, 2) == 1.91


def test_the_correction_is_that_of_hedges() -> None:
    """Near his approximation 1 - 3 / (4 m - 1), which is good to 0.008."""
    for m in (2, 5, 10, 28, 200):
        assert hedges_correction(m) == pytest.approx(1 - 3 / (4 * m - 1), abs=0.008)
    assert hedges_correction(28) == pytest.approx(1 - 3 / 111, abs=5e-5)


def test_two_groups_with_one_standard_deviation() -> None:
    assert pooled_sd(10, 3.0, 20, 3.0) == pytest.approx(3.0)
    assert pooled_sd(2, 1.0, 2, 3.0) == pytest.approx(5**0.5)


@pytest.mark.property
@given(st.floats(-4, 4), st.integers(2, 200), st.integers(2, 200))
def test_g_is_nearer_to_zero_and_the_sign_flips_with_the_groups(
    d: float, n1: int, n2: int
) -> None:
    one, other = cohens_d(d, n1, n2), cohens_d(-d, n2, n1)
    assert one.lower == pytest.approx(-other.upper)
    assert abs(hedges_g(d, n1, n2).estimate) <= abs(d) + 1e-12
    assert one.lower <= d <= one.upper


def test_too_few_participants_are_refused() -> None:
    with pytest.raises(AnalysisError, match="n1 = 0"):
        cohens_d(1.0, 0, 5)
    with pytest.raises(AnalysisError, match="both groups = 2"):
        cohens_d(1.0, 1, 1)
