"""The Weibull model for intervals against R survreg and its own derivatives."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.numerics.rng import stream
from equipoise.stats.survival.interval_weibull import _likelihood, weibull

REFERENCE = json.loads((Path(__file__).parent / "interval/reference.json").read_text())
SINCE = np.array(REFERENCE["since"], dtype=float)
UNTIL = np.array([np.inf if u is None else u for u in REFERENCE["until"]], dtype=float)
TREATED = np.array(REFERENCE["arm"]) == 1


@pytest.mark.reference
def test_estimate_and_standard_error_are_those_of_survreg() -> None:
    """survreg stops at a relative change of 1e-12 of the log-likelihood: 6 digits."""
    found = weibull(SINCE, UNTIL, TREATED)
    assert found is not None
    assert found[0] == pytest.approx(REFERENCE["coef"], rel=1e-7)
    assert found[1] == pytest.approx(REFERENCE["se"], rel=1e-7)


@pytest.mark.property
@given(st.floats(0.0, 5.0), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.booleans())
def test_gradient_and_hessian_are_the_derivatives(
    m: float, b: float, log_s: float, exact: bool
) -> None:
    """By central differences, whose own error is of the order of their step squared."""
    since = np.where(exact & (np.arange(len(SINCE)) == 4), UNTIL, SINCE)
    with np.errstate(divide="ignore"):
        ends = np.log(since), np.log(UNTIL)
    X = np.column_stack([np.ones(len(since)), TREATED.astype(float)])
    theta = np.array([m, b, log_s])
    value, score, information = _likelihood(theta, *ends, X)
    h = 1e-5
    for k, unit in enumerate(np.eye(3) * h):
        up, down = (_likelihood(theta + sign * unit, *ends, X) for sign in (1, -1))
        size = 1 + abs(value)
        assert score[k] == pytest.approx((up[0] - down[0]) / (2 * h), abs=1e-4 * size)
        slope = (up[1] - down[1]) / (2 * h)
        bound = 1e-4 * (size + np.abs(information).max())
        np.testing.assert_allclose(-information[k], slope, atol=bound)


def test_times_of_another_unit_have_the_same_ratio() -> None:
    days, weeks = (weibull(SINCE / k, UNTIL / k, TREATED) for k in (1.0, 7.0))
    assert days is not None
    assert weeks == pytest.approx(days, rel=1e-8)


def test_exchanged_groups_have_the_inverse_ratio() -> None:
    one, other = (weibull(SINCE, UNTIL, arm) for arm in (TREATED, ~TREATED))
    assert one is not None
    assert other is not None
    assert other[0] == pytest.approx(-one[0], rel=1e-7)
    assert other[1] == pytest.approx(one[1], rel=1e-7)


def test_exponential_times_known_exactly_have_the_known_answer() -> None:
    """With exact times alone, the scores of the model are 0 at the estimate."""
    times = stream(4, "weibull").weibull(1.5, 400) * np.repeat([30.0, 60.0], 200)
    found = weibull(times, times, np.arange(400) >= 200)
    assert found is not None
    assert found[0] == pytest.approx(np.log(2), abs=3 * found[1])


def test_a_likelihood_without_maximum_has_no_finite_error() -> None:
    """Every treated time is censored: their times may be as long as one likes."""
    until = np.where(TREATED, np.inf, np.where(np.isfinite(UNTIL), UNTIL, np.inf))
    found = weibull(SINCE, until, TREATED)
    assert found is None or found[1] > 20


@pytest.mark.filterwarnings("error")
def test_samples_of_every_shape_have_a_maximum() -> None:
    for seed in range(60):
        draw = stream(seed, "weibull")
        n = int(draw.integers(6, 100))
        treated = np.arange(n) >= n // 2
        times = draw.weibull(draw.uniform(0.5, 3), n) * np.where(treated, 60.0, 30.0)
        assert weibull(times, times, treated) is not None
        since = np.minimum(np.floor(times / 7) * 7, 84.0)
        until = np.where(since < 84, since + 7, np.inf)
        if min((since < 84)[treated].sum(), (since < 84)[~treated].sum()) > 0:
            assert weibull(since, until, treated) is not None
