"""The partial likelihood and its derivatives, by definition and by differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.numerics.rng import stream
from equipoise.stats.survival.cox_likelihood import PartialLikelihood

Data = tuple[np.ndarray, ...]


def data(seed: int, n: int = 30, *, late: bool = True) -> Data:
    draw = stream(seed, "cox-likelihood")
    stop = np.ceil(draw.exponential(6, n)) + 1
    start = np.floor(stop * draw.random(n)) if late else np.full(n, -np.inf)
    event = draw.random(n) < 0.7
    event[0] = True
    return (
        draw.normal(size=(n, 2)), start, stop, event, draw.integers(0, 3, n),
        draw.integers(1, 4, n).astype(float),
    )  # fmt: skip


def by_definition(beta: np.ndarray, parts: Data, *, efron: bool) -> float:
    """Log-likelihood, one tie after the other."""
    X, start, stop, event, strata, weights = parts
    eta, total = X @ beta, 0.0
    risk = weights * np.exp(eta)
    for stratum in np.unique(strata):
        for t in np.unique(stop[event & (strata == stratum)]):
            here = (strata == stratum) & (start < t) & (stop >= t)
            now = here & event & (stop == t)
            d = int(now.sum())
            total += float(weights[now] @ eta[now])
            for k in range(d):
                less = k / d * risk[now].sum() if efron else 0.0
                total -= weights[now].mean() * np.log(risk[here].sum() - less)
    return total


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans(), st.booleans())
def test_the_value_is_that_of_the_definition(
    seed: int, efron: bool, late: bool
) -> None:
    parts = data(seed, late=late)
    beta = stream(seed + 1, "cox-likelihood").normal(size=2)
    found = PartialLikelihood(*parts, efron=efron).at(beta)
    assert_allclose(found.value, by_definition(beta, parts, efron=efron), rtol=1e-10)


@pytest.mark.property
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_score_and_information_are_the_derivatives(seed: int, efron: bool) -> None:
    """Central differences; their error is of the order of the squared step."""
    target = PartialLikelihood(*data(seed), efron=efron)
    beta, h = stream(seed + 1, "cox-likelihood").normal(size=2) / 2, 1e-5
    now = target.at(beta)
    for k, unit in enumerate(np.eye(2) * h):
        up, down = target.at(beta + unit), target.at(beta - unit)
        assert_allclose(now.score[k], (up.value - down.value) / (2 * h), atol=1e-5)
        slope = (up.score - down.score) / (2 * h)
        assert_allclose(-now.information[k], slope, atol=1e-5)


@pytest.mark.property
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_weighted_residuals_add_up_to_the_score(seed: int, efron: bool) -> None:
    parts = data(seed)
    target = PartialLikelihood(*parts, efron=efron)
    beta = stream(seed + 1, "cox-likelihood").normal(size=2) / 2
    residuals = target.score_residuals(beta) * parts[5][:, None]
    assert_allclose(residuals.sum(axis=0), target.at(beta).score, atol=1e-9)
