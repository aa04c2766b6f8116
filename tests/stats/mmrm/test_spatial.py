"""Correlation by distance: derivatives, and what it has in common with the grid."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm import mmrm
from equipoise.stats.mmrm.spatial import KINDS, distances
from tests.stats.mmrm.fev import FIXED, fev_data, small

D = np.array([0.0, 0.3, 1.0, 4.0])
H = 1e-5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theta", [-1.5, 0.0, 0.8])
def test_derivatives_are_those_of_differences(kind: str, theta: float) -> None:
    R, dR, d2R = KINDS[kind](theta, D)
    up, down = KINDS[kind](theta + H, D), KINDS[kind](theta - H, D)
    assert R[0] == 1
    assert_allclose(dR, (up[0] - down[0]) / (2 * H), atol=1e-9)
    assert_allclose(d2R, (up[1] - down[1]) / (2 * H), atol=1e-9)


def test_the_forms_of_sas() -> None:
    rho = 1 / (1 + np.exp(-0.4))
    assert_allclose(KINDS["sp_exp"](0.4, D)[0], np.exp(-D / (-1 / np.log(rho))))
    spread = 1 / np.sqrt(-np.log(rho))
    assert_allclose(KINDS["sp_gau"](0.4, D)[0], np.exp(-((D / spread) ** 2)))


def test_distances_are_euclidean() -> None:
    places = np.array([[[0.0, 0.0], [3.0, 4.0], [3.0, 0.0]]])
    assert_allclose(distances(places)[0], [[0, 5, 3], [5, 0, 4], [3, 4, 0]])


def test_equal_steps_are_an_autoregression() -> None:
    """sp_exp at whole times is ar1 with a positive correlation."""
    frame = small(8, n=50)
    frame["time"] = frame["visit"].str[1:].astype(float)
    one = mmrm("y ~ x + arm * visit + sp_exp(time | id)", frame)
    other = mmrm("y ~ x + arm * visit + ar1(visit | id)", frame)
    assert_allclose(one.log_likelihood, other.log_likelihood, rtol=1e-10)
    assert_allclose(one.coefficients["df"], other.coefficients["df"], rtol=1e-6)
    assert_allclose(one.covariance.iloc[0, 1], other.covariance.iloc[0, 1], rtol=1e-7)


def test_several_coordinates_and_groups() -> None:
    frame = small(8, n=50)
    frame["a"] = frame["visit"].str[1:].astype(float) * 0.6
    frame["b"] = frame["visit"].str[1:].astype(float) * 0.8
    frame["time"] = frame["a"] / 0.6
    two = mmrm("y ~ x + arm * visit + sp_exp(a, b | id)", frame)
    one = mmrm("y ~ x + arm * visit + sp_exp(time | id)", frame)
    assert_allclose(two.log_likelihood, one.log_likelihood, rtol=1e-10)
    grouped = mmrm(
        "y ~ x + arm * visit + sp_exp(time | arm / id)", frame, df="kenward-roger"
    )
    assert list(grouped.covariances) == ["a", "b"]
    assert grouped.log_likelihood > one.log_likelihood
    assert (grouped.coefficients["df"] > 1).all()


def test_two_rows_at_one_place_are_refused() -> None:
    frame = small()
    frame["time"] = 1.0
    with pytest.raises(AnalysisError, match="EQ403"):
        mmrm("y ~ x + arm + sp_exp(time | id)", frame)


def test_kenward_roger_of_the_gaussian_structure_is_that_of_r() -> None:
    """R mmrm 0.3.18 ``sp_gau``: its second parameter is logit(rho), not the range.

    Values of a run of 2026-11-30, printed to that many digits.
    """
    frame = fev_data()
    fit = mmrm(f"{FIXED}sp_gau(VISITN | USUBJID)", frame, df="kenward-roger")
    assert_allclose(fit.theta[1], -1.3637, atol=5e-5)
    assert_allclose(fit.covariance.to_numpy()[0], [44.728, 9.108], atol=5e-4)
    table = fit.contrasts("ARMCD", by="AVISIT", reference="PBO")
    assert_allclose(table["std_error"][0], 1.1580245, atol=5e-7)


@pytest.mark.parametrize("structure", ["sp_exp", "sp_gau"])
def test_independent_rows_are_told(structure: str) -> None:
    """The likelihood rises towards independence, which no parameter reaches."""
    frame = small(8, n=50)
    frame["time"] = np.arange(len(frame)) % 7 + frame["y"].rank() / len(frame)
    frame["y"] = np.random.Generator(np.random.Philox(1)).normal(size=len(frame))
    fit = mmrm(f"y ~ x + arm + {structure}(time | id)", frame)
    if not fit.converged:
        assert fit.top.why == "the correlation vanishes at every distance"
