"""Visits whose spreads differ by orders of magnitude; outcomes of extraordinary size.

Public report: openpharma/mmrm#380.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.mmrm import MmrmFit, mmrm
from equipoise.stats.mmrm.scaling import WIDE
from tests.stats.mmrm.fev import small

BY_VISIT = ("us", "csh", "toeph", "ar1h", "adh")


def falling(ratio: float, n: int = 12, visits: int = 3) -> np.ndarray:
    """Complete outcomes with correlation 0.92, their spread falling to 1 / ratio."""
    draw = stream(3, "falling")
    R = np.full((visits, visits), 0.92) + 0.08 * np.eye(visits)
    sd = np.geomspace(1, 1 / ratio, visits)
    return np.asarray(draw.normal(size=(n, visits)) @ np.linalg.cholesky(R).T * sd)


def fitted(Y: np.ndarray, structure: str, **options: Any) -> MmrmFit:
    n, visits = Y.shape
    frame = pd.DataFrame(
        {
            "id": np.repeat(np.arange(n), visits),
            "visit": np.tile([f"v{v}" for v in range(visits)], n),
            "arm": np.repeat(np.where(np.arange(n) < n // 2, "a", "b"), visits),
            "y": Y.ravel(),
        }
    )
    return mmrm(f"y ~ arm * visit + {structure}(visit | id)", frame, **options)


def last(fit: MmrmFit) -> Any:
    return fit.contrasts("arm", by="visit", reference="a").iloc[-1]


@pytest.mark.parametrize("ratio", [1e1, 1e4, 1e6, 1e8])
def test_complete_data_are_the_t_test_at_every_visit(ratio: float) -> None:
    """The t test of a visit does not depend on the spread of the others."""
    Y = falling(ratio)
    fit = fitted(Y, "us")
    table = fit.contrasts("arm", by="visit", reference="a")
    for visit in range(3):
        wanted = stats.ttest_ind(Y[:6, visit], Y[6:, visit])
        # Treatment coding loses a digit for each of the ratio: 1e-16 * 1e8.
        assert_allclose(table["p"][visit], wanted.pvalue, rtol=1e-7)
        assert_allclose(table["df"][visit], 10, rtol=1e-6)
    sd = np.sqrt(np.diag(fit.covariance))
    within = np.sqrt((Y[:6].var(0, ddof=1) + Y[6:].var(0, ddof=1)) / 2)
    assert_allclose(sd, within, rtol=1e-7)


@pytest.mark.property
@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(BY_VISIT),
    st.lists(st.integers(-15, 15), min_size=3, max_size=3),
    st.booleans(),
)
def test_the_unit_of_a_visit_changes_its_numbers_only(
    structure: str, powers: list[int], reml: bool
) -> None:
    """Law: rows of a visit times d change the deviance by ``2 n log d``, nothing else."""
    frame = small(2, n=40)
    model = f"y ~ arm * visit + {structure}(visit | id)"
    plain = mmrm(model, frame, reml=reml)
    unit = frame["visit"].map({f"v{v}": 2.0 ** powers[v] for v in range(3)})
    scaled = mmrm(model, frame.assign(y=frame["y"] * unit), reml=reml)
    one = plain.contrasts("arm", by="visit", reference="a")
    two = scaled.contrasts("arm", by="visit", reference="a")
    d = 2.0 ** np.array(powers)
    lost = 1e-7 + 1e-14 * d.max() / d.min()  # digits of treatment coding
    assert_allclose(two["df"], one["df"], rtol=lost * 10)
    assert_allclose(two["p"], one["p"], rtol=lost * 10)
    assert_allclose(two["std_error"], one["std_error"] * d, rtol=lost)
    assert_allclose(scaled.covariance, plain.covariance * np.outer(d, d), rtol=lost)
    shift = 2 * np.log(unit).sum()
    if reml:  # each visit has two coefficients of its own
        shift -= 2 * 2 * np.log(d).sum()
    assert_allclose(scaled.deviance, plain.deviance + shift, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("structure", BY_VISIT)
def test_what_is_reported_is_in_the_unit_of_the_outcome(structure: str) -> None:
    """Gradient, parameters, residuals and predictions, on both sides of the seam."""
    near, far = falling(WIDE / 2), falling(WIDE / 2)
    far[:, 2] /= 1e4
    plain, scaled = fitted(near, structure), fitted(far, structure)
    assert plain.data.blocks[0].unit is None  # type: ignore[attr-defined]
    assert scaled.data.blocks[0].unit is not None  # type: ignore[attr-defined]
    logs = scaled.theta[:3] - plain.theta[:3]
    assert_allclose(logs, [0, 0, -np.log(1e4)], atol=1e-6)
    assert_allclose(scaled.theta[3:], plain.theta[3:], atol=1e-6)
    kinds = [fit.residuals("normalized") for fit in (plain, scaled)]
    assert_allclose(kinds[0], kinds[1], atol=1e-6)
    for df in ("kenward-roger", "kenward-roger-linear", "between-within"):
        one, two = last(plain.using(df)), last(scaled.using(df))
        assert_allclose(two["p"], one["p"], rtol=1e-5)
        assert_allclose(two["std_error"], one["std_error"] / 1e4, rtol=1e-5)


def test_groups_have_units_of_their_own() -> None:
    Y = falling(1.0, n=24)
    arms = [Y[:12] - Y[:12].mean(0), Y[12:] - Y[12:].mean(0)]
    Y[12:] /= 1e5
    frame = pd.DataFrame(
        {
            "id": np.repeat(np.arange(24), 3),
            "visit": np.tile(["v0", "v1", "v2"], 24),
            "arm": np.repeat(["a", "b"], 36),
            "y": Y.ravel(),
        }
    )
    fit = mmrm("y ~ arm * visit + us(visit | arm / id)", frame)
    for arm, own, unit in zip("ab", arms, (1, 1e5), strict=True):
        assert_allclose(fit.covariances[arm], own.T @ own / 11 / unit**2, rtol=1e-6)


@pytest.mark.parametrize("structure", ["us", "cs", "toeph", "ar1"])
@pytest.mark.parametrize("size", [1e-100, 1e100])
def test_outcomes_beyond_the_arithmetic_are_refused(
    structure: str, size: float
) -> None:
    with pytest.raises(AnalysisError, match="EQ420"):
        fitted(falling(1.0) * size, structure)


@pytest.mark.parametrize("structure", ["us", "cs", "toeph", "ar1", "adh"])
@pytest.mark.parametrize("size", [1e-50, 1e-8, 1e8, 1e50])
def test_the_unit_of_the_outcome_does_not_matter(structure: str, size: float) -> None:
    one, two = (last(fitted(Y, structure)) for Y in (falling(2.0), falling(2.0) * size))
    assert_allclose(two["p"], one["p"], rtol=1e-6)


@pytest.mark.parametrize("structure", [*BY_VISIT, "cs", "ar1"])
@pytest.mark.parametrize("ratio", [1e1, 1e3, 1e6])
def test_a_large_constant_is_a_number_or_a_refusal(
    structure: str, ratio: float
) -> None:
    """Doubles near 1e8 are 1.5e-8 apart: that much of the spread is lost."""
    Y = falling(ratio)
    if ratio == 1e6:
        with pytest.raises(AnalysisError, match=r"EQ404(.|\n)*does not vary"):
            fitted(Y + 1e8, structure)
        return
    wanted = last(fitted(Y, structure))["p"]
    assert_allclose(last(fitted(Y + 1e8, structure))["p"], wanted, rtol=1e-2)


@pytest.mark.parametrize("structure", ["us", "cs"])
def test_what_a_large_covariate_leaves_by_rounding_is_no_residual(
    structure: str,
) -> None:
    """Doubles near 1e8 are 1.5e-8 apart; the outcome is small and has no other part."""
    x = stream(3, "large").normal(1e8, 8, size=120)
    frame = pd.DataFrame(
        {
            "id": np.repeat(np.arange(30), 4),
            "visit": np.tile(np.arange(4), 30),
            "arm": np.repeat(np.where(np.arange(30) % 2, "b", "a"), 4),
            "x": x,
            "y": 1.1 * x - 1.1e8,
        }
    )
    with pytest.raises(AnalysisError, match=r"EQ404(.|\n)*does not vary"):
        mmrm(f"y ~ x + arm * visit + {structure}(visit | id)", frame)
    frame["y"] += stream(4, "noise").normal(size=120)
    assert mmrm(f"y ~ x + arm * visit + {structure}(visit | id)", frame).converged
