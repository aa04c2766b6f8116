"""Covariance structures: form, derivatives, start, and the parameters of R."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.stats.mmrm.structures import LogCholesky, Unstructured, structure
from equipoise.stats.options import ON_VISITS
from tests.stats.mmrm.fev import reference

T = 4
H = 1e-5


def positive(seed: int = 3) -> np.ndarray:
    draw = np.random.Generator(np.random.Philox(seed))
    A = draw.normal(size=(T, 12))
    return A @ A.T / 12 + np.eye(T) * 0.3


FAMILIES = {name: structure(name, np.arange(T)) for name in ON_VISITS} | {
    "log-cholesky": LogCholesky(T)
}


@pytest.mark.parametrize("name", FAMILIES)
def test_derivatives_are_those_of_differences(name: str) -> None:
    family = FAMILIES[name]
    theta = family.start(positive())
    first, second = family.first(theta), family.second(theta)
    assert first.shape == (family.n_parameters, T, T)
    for h in range(len(theta)):
        step = H * np.eye(len(theta))[h]
        slope = (family.covariance(theta + step) - family.covariance(theta - step)) / (
            2 * H
        )
        assert_allclose(first[h], slope, atol=1e-8)
        curved = (family.first(theta + step) - family.first(theta - step)) / (2 * H)
        assert_allclose(
            np.zeros_like(curved) if second is None else second[h], curved, atol=1e-8
        )


@pytest.mark.parametrize(
    ("name", "count"),
    [("us", 10), ("toep", 4), ("toeph", 7), ("ar1", 2), ("ar1h", 5), ("cs", 2),
     ("csh", 5), ("ad", 4), ("adh", 7)],
)  # fmt: skip
def test_the_number_of_parameters(name: str, count: int) -> None:
    assert FAMILIES[name].n_parameters == count


@pytest.mark.parametrize("name", FAMILIES)
def test_the_start_is_positive_definite(name: str) -> None:
    for seed in range(20):
        S = FAMILIES[name].covariance(FAMILIES[name].start(positive(seed)))
        assert np.linalg.eigvalsh(S)[0] > 0


def test_the_two_forms_of_unstructured_are_one() -> None:
    S = positive()
    assert_allclose(Unstructured(T).covariance(Unstructured(T).start(S)), S)
    assert_allclose(LogCholesky(T).covariance(LogCholesky(T).start(S)), S)
    assert isinstance(Unstructured(T).reported(), LogCholesky)


@pytest.mark.parametrize("name", ON_VISITS)
def test_a_single_visit_has_a_variance(name: str) -> None:
    family = structure(name, np.arange(1))
    theta = family.start(np.array([[2.5]]))
    assert len(theta) == family.n_parameters == 1
    assert_allclose(family.covariance(theta), 2.5)


@pytest.mark.reference
@pytest.mark.parametrize("name", ["us", "adh", "ar1", "cs", "toeph"])
def test_the_parameters_are_those_of_r(name: str) -> None:
    wanted = reference(f"mmrm_fev_{name}_reml")["fits"][0]
    family = structure(name, np.arange(4)).reported()
    S = family.covariance(np.array(wanted["theta"]))
    assert_allclose(S, wanted["varcor"]["values"], rtol=1e-12)


def test_one_variance_starts_at_the_mean_of_the_variances() -> None:
    """That is its maximum for independent visits; the geometric mean is far from it."""
    S = np.diag([1.0, 10.0, 100.0, 9889.0])
    for name in ("ar1", "cs", "toep", "ad"):
        family = FAMILIES[name]
        assert_allclose(np.exp(2 * family.start(S)[0]), 2500.0)
