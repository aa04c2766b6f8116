"""Where the likelihood has no maximum, and where it has one far away."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.survival import cox, hazard_ratio


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_an_arm_without_event_is_named(ties: str) -> None:
    time, arm = np.arange(1.0, 21), np.arange(20) % 2
    with pytest.raises(AnalysisError, match=r"EQ464.*coefficient of arm") as caught:
        cox(time, arm == 0, {"arm": arm}, ties=ties)  # type: ignore[arg-type]
    assert "log-rank" in caught.value.problems[0].fix
    assert hazard_ratio(time, arm == 0, arm) is None


def test_a_covariate_that_orders_the_events_is_named_and_others_are_not() -> None:
    draw = stream(1, "separation")
    time = draw.permutation(30) + 1.0
    with pytest.raises(AnalysisError, match=r"EQ464.*coefficient of speed") as caught:
        cox(time, np.ones(30), {"age": draw.normal(size=30), "speed": -time})
    assert "age" not in caught.value.problems[0].what


def test_an_arm_without_event_in_each_stratum_has_no_maximum_either() -> None:
    """Each arm has events, but never while the other is at risk in its stratum."""
    time, event = [1, 2, 3, 4, 1, 2, 3, 4], [1, 1, 0, 0, 0, 0, 1, 1]
    arm, stratum = [1, 1, 0, 0, 1, 1, 0, 0], [0] * 4 + [1] * 4
    with pytest.raises(AnalysisError, match="EQ464"):
        cox(time, event, {"arm": arm}, strata=stratum)


def test_combinations_are_named() -> None:
    draw = stream(2, "aliased")
    a, b = draw.normal(size=(2, 40))
    time, event = draw.exponential(size=40), np.ones(40)
    with pytest.raises(AnalysisError, match="EQ465 c is a linear combination of a, b"):
        cox(time, event, {"a": a, "b": b, "c": 1e6 * (a - b) + 3})


@pytest.mark.parametrize("shift", [0.0, 1e8])
def test_a_strong_effect_and_a_large_mean_are_found(shift: float) -> None:
    """Nearly ordered times: coefficient near 8; the mean of the covariate is no matter."""
    draw = stream(3, "strong")
    x = np.round(draw.normal(size=200), 4)
    time = np.exp(-8 * x) * draw.exponential(size=200)
    plain = cox(time, np.ones(200), {"x": x})
    found = cox(time, np.ones(200), {"x": x + shift})
    assert 6 < plain.coefficients["coef"][0] < 10
    assert_allclose(found.coefficients["coef"], plain.coefficients["coef"], rtol=1e-6)


def test_one_event_can_have_a_maximum() -> None:
    """R coxph: one event, whose covariate lies within those at risk."""
    fit = cox([1, 2, 3, 4], [1, 0, 0, 0], {"x": [0.0, -1, 1, 3]})
    beta = float(fit.coefficients["coef"][0])
    weights = np.exp(beta * np.array([0.0, -1, 1, 3]))
    assert_allclose(weights @ [0.0, -1, 1, 3], 0, atol=1e-8)
