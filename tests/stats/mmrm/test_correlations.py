"""Correlation matrices: their form, and derivatives against differences."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm.correlations import FAMILIES, bounded

T = 5
AT = np.arange(T)
GAP = np.array([0, 1, 2, 4])  # the fourth planned visit has no ratings
H = 1e-5


def theta_of(name: str, at: np.ndarray = AT) -> np.ndarray:
    draw = np.random.Generator(np.random.Philox(7))
    return draw.normal(size=FAMILIES[name].n(at)) * 0.4


@pytest.mark.parametrize("at", [AT, GAP])
@pytest.mark.parametrize("name", FAMILIES)
def test_derivatives_are_those_of_differences(name: str, at: np.ndarray) -> None:
    """Central differences of step 1e-5: errors near 1e-10 of a first derivative."""
    family, theta = FAMILIES[name], theta_of(name, at)
    R, dR, d2R = family.values(theta, at)
    assert_allclose(R, R.T)
    assert_allclose(np.diag(R), 1)
    for j in range(len(theta)):
        step = H * np.eye(len(theta))[j]
        up, down = family.values(theta + step, at), family.values(theta - step, at)
        assert_allclose(dR[j], (up[0] - down[0]) / (2 * H), atol=1e-9)
        assert_allclose(d2R[j], (up[1] - down[1]) / (2 * H), atol=1e-9)


def test_the_forms() -> None:
    x = np.array([0.3])
    rho = float(bounded(x)[0][0])
    assert rho == pytest.approx(0.3 / np.sqrt(1.09))
    assert_allclose(FAMILIES["ar1"].values(x, np.arange(4))[0][0], rho ** np.arange(4))
    assert_allclose(
        FAMILIES["toep"].values(theta_of("toep"), AT)[0][1, 2:],
        bounded(theta_of("toep"))[0][:3],
    )
    a, b, c, d = bounded(theta_of("ad"))[0]
    assert_allclose(
        FAMILIES["ad"].values(theta_of("ad"), AT)[0][0],
        [1, a, a * b, a * b * c, a * b * c * d],
    )
    flat = FAMILIES["cs"].values(np.array([0.0]), AT)[0]
    assert_allclose(flat[0, 1:], 0.5 * 1.25 - 0.25)  # half way from -1/4 to 1


def test_compound_symmetry_is_positive_definite_everywhere() -> None:
    for x in (-12.0, 0.0, 12.0):
        R = FAMILIES["cs"].values(np.array([x]), np.arange(6))[0]
        assert np.linalg.eigvalsh(R)[0] > 0


@pytest.mark.parametrize("at", [AT, GAP])
@pytest.mark.parametrize("name", FAMILIES)
def test_the_start_is_near_a_matrix_of_the_family(name: str, at: np.ndarray) -> None:
    family = FAMILIES[name]
    R = family.values(theta_of(name, at), at)[0]
    again = family.values(family.start(R, at), at)[0]
    assert_allclose(again, R, atol=0.01)


@pytest.mark.parametrize("name", ["ar1", "cs", "ad"])
def test_a_visit_without_ratings_leaves_the_matrix_of_the_others(name: str) -> None:
    """The marginal correlations of the rated visits; of ad with a product as parameter."""
    theta = theta_of(name)
    whole = FAMILIES[name].values(theta, AT)[0][np.ix_(GAP, GAP)]
    assert_allclose(
        FAMILIES["cs"].values(theta[:1], GAP)[0],
        FAMILIES["cs"].values(theta[:1], np.arange(4))[0],
    )
    if name == "ad":
        rho = bounded(theta)[0]
        product = rho[2] * rho[3]
        theta = np.append(theta[:2], product / np.sqrt(1 - product**2))
    if name != "cs":
        assert_allclose(FAMILIES[name].values(theta, GAP)[0], whole)


def test_toeplitz_has_a_correlation_for_each_lag_between_rated_visits() -> None:
    theta = theta_of("toep", GAP)
    rho = bounded(theta)[0]  # lags 1, 2, 3, 4
    assert len(theta) == 4
    R = FAMILIES["toep"].values(theta, GAP)[0]
    assert_allclose(R[:, 3], [rho[3], rho[2], rho[1], 1])
    assert FAMILIES["toep"].n(np.array([0, 3])) == 1


def test_an_even_lag_has_no_negative_start_of_ar1() -> None:
    """A negative correlation two steps apart is not of the family: rho ** 2 >= 0."""
    R = np.array([[1.0, -0.5], [-0.5, 1.0]])
    at = np.array([0, 2])
    start = FAMILIES["ar1"].start(R, at)
    assert start[0] > 0
