"""Sizes of a randomized withdrawal."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.fixed.events import events, observed
from equipoise.design.fixed.withdrawal import expected, withdrawal
from equipoise.design.requirements import Target
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream


def test_with_proportional_hazards_and_daily_visits_it_is_schoenfelds_number() -> None:
    """His formula holds for a ratio near 1, and few events a visit."""
    days = np.arange(1, 2001)
    hazard, ratio = 0.002, 0.9
    first, second = np.exp(-hazard * ratio * days), np.exp(-hazard * days)
    size = withdrawal(first, second, np.ones(len(days)))
    assert size.events == pytest.approx(events(ratio), rel=0.005)
    seen = 1 - (first[-1] + second[-1]) / 2
    assert size.total == pytest.approx((size.events or 0) / seen, rel=1e-9)


def test_uniform_accrual_gives_the_events_of_lachin_and_foulkes() -> None:
    """Losses by dropout and by the end of the trial, worked out another way."""
    accrual, follow_up, hazard, loss = 100.0, 150.0, 0.01, 0.002
    days = np.arange(0.05, accrual + follow_up, 0.05)
    staying = np.exp(-loss * days) * np.clip(
        (accrual + follow_up - days) / accrual, 0, 1
    )
    curve = np.exp(-hazard * days)
    losses = expected(curve, curve, staying, 0.5)[2]
    assert losses == pytest.approx(
        observed(hazard, loss, accrual, follow_up), rel=0.002
    )


def logrank(time: np.ndarray, seen: np.ndarray, first: np.ndarray) -> float:
    """Mantel's statistic, written anew and slowly."""
    drift = variance = 0.0
    for day in np.unique(time[seen]):
        risk = time >= day
        n, n1 = risk.sum(), (risk & first).sum()
        d = ((time == day) & seen).sum()
        d1 = ((time == day) & seen & first).sum()
        drift += d1 - d * n1 / n
        if n > 1:
            variance += d * n1 / n * (1 - n1 / n) * (n - d) / (n - 1)
    return float(drift / sqrt(variance))


def test_power_is_that_of_simulated_trials_with_crossing_hazards() -> None:
    """600 trials: a power of 0.85 is known to 0.015; five visits, many ties."""
    first = np.array([0.90, 0.80, 0.72, 0.60, 0.45])
    second = np.array([0.70, 0.60, 0.53, 0.45, 0.40])
    staying = np.array([1.0, 0.95, 0.9, 0.85, 0.8])
    size = withdrawal(first, second, staying, Target(power=0.85, ratio=1.5))
    n1, n2 = size.rounded
    rng = stream(5, "withdrawal")
    found = 0
    for _ in range(600):
        arm = np.repeat([True, False], [n1, n2])
        u = rng.uniform(size=n1 + n2)
        lost = np.where(
            arm, *(np.searchsorted(-c, -u, side="left") for c in (first, second))
        )
        left = np.searchsorted(-staying, -rng.uniform(size=n1 + n2), side="left")
        seen = (lost < left) & (lost < 5)
        time = np.where(seen, lost, np.minimum(left - 1, 4)).astype(float)
        found += abs(logrank(time[left > 0], seen[left > 0], arm[left > 0])) > 1.959964
    assert found / 600 == pytest.approx(0.85, abs=0.045)


@given(st.lists(st.floats(0.05, 0.95), min_size=2, max_size=8), st.floats(0.2, 0.9))
def test_it_does_not_matter_which_arm_is_called_first(
    hazards: list[float], factor: float
) -> None:
    one = np.cumprod(1 - np.array(hazards) * factor)
    other = np.cumprod(1 - np.array(hazards))
    stay = np.ones(len(one))
    size, mirrored = withdrawal(one, other, stay), withdrawal(other, one, stay)
    assert size.total == pytest.approx(mirrored.total, rel=1e-9)
    assert withdrawal(one, other, stay, Target(power=0.95)).total > size.total


def test_impossible_curves_and_equal_arms_are_refused() -> None:
    good = [0.9, 0.8]
    for bad in ([0.8, 0.9], [1.2, 0.8], [0.9], [0.9, float("nan")], []):
        with pytest.raises(DesignError, match="EQ801"):
            withdrawal(bad, good, [1, 1])
    with pytest.raises(DesignError, match="EQ802"):
        withdrawal(good, good, [1, 1])
