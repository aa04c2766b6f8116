"""Correlation matrices: their form, and derivatives against differences."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.analyze.mmrm.correlations import FAMILIES, bounded

T = 5
H = 1e-5


def theta_of(name: str) -> np.ndarray:
    draw = np.random.Generator(np.random.Philox(7))
    return draw.normal(size=FAMILIES[name].n(T)) * 0.4


@pytest.mark.parametrize("name", FAMILIES)
def test_derivatives_are_those_of_differences(name: str) -> None:
    """Central differences of step 1e-5: errors near 1e-10 of a first derivative."""
    family, theta = FAMILIES[name], theta_of(name)
    R, dR, d2R = family.values(theta, T)
    assert_allclose(R, R.T)
    assert_allclose(np.diag(R), 1)
    for j in range(len(theta)):
        step = H * np.eye(len(theta))[j]
        up, down = family.values(theta + step, T), family.values(theta - step, T)
        assert_allclose(dR[j], (up[0] - down[0]) / (2 * H), atol=1e-9)
        assert_allclose(d2R[j], (up[1] - down[1]) / (2 * H), atol=1e-9)


def test_the_forms() -> None:
    x = np.array([0.3])
    rho = float(bounded(x)[0][0])
    assert rho == pytest.approx(0.3 / np.sqrt(1.09))
    assert_allclose(FAMILIES["ar1"].values(x, 4)[0][0], rho ** np.arange(4))
    assert_allclose(
        FAMILIES["toep"].values(theta_of("toep"), T)[0][1, 2:],
        bounded(theta_of("toep"))[0][:3],
    )
    a, b, c, d = bounded(theta_of("ad"))[0]
    assert_allclose(
        FAMILIES["ad"].values(theta_of("ad"), T)[0][0],
        [1, a, a * b, a * b * c, a * b * c * d],
    )
    flat = FAMILIES["cs"].values(np.array([0.0]), 5)[0]
    assert_allclose(flat[0, 1:], 0.5 * 1.25 - 0.25)  # half way from -1/4 to 1


def test_compound_symmetry_is_positive_definite_everywhere() -> None:
    for x in (-12.0, 0.0, 12.0):
        R = FAMILIES["cs"].values(np.array([x]), 6)[0]
        assert np.linalg.eigvalsh(R)[0] > 0


@pytest.mark.parametrize("name", FAMILIES)
def test_the_start_is_near_a_matrix_of_the_family(name: str) -> None:
    R = FAMILIES[name].values(theta_of(name), T)[0]
    again = FAMILIES[name].values(FAMILIES[name].start(R), T)[0]
    assert_allclose(again, R, atol=0.01)
