"""Conditional and predictive power, against their closed forms for one look left."""

import numpy as np
import pytest
from scipy import stats

from equipoise.design.sequential.boundaries import Rule
from equipoise.design.sequential.conditional_power import (
    conditional_power,
    predictive_power,
)
from equipoise.design.sequential.plan import sequential
from equipoise.errors import DesignError

DESIGN = sequential(Rule(kind="obrien-fleming"), [0.4, 1.0])


@pytest.mark.parametrize("z", [-1.0, 0.5, 2.0])
def test_one_look_left(z: float) -> None:
    t, b = 0.4, DESIGN.upper[1]
    mean = z * np.sqrt(t) + DESIGN.drift * (1 - t)
    wanted = stats.norm.sf((b - mean) / np.sqrt(1 - t))
    assert conditional_power(DESIGN, 1, z) == pytest.approx(wanted, rel=1e-10)
    flat = stats.norm.cdf((z - b * np.sqrt(t)) / np.sqrt(1 - t))
    assert predictive_power(DESIGN, 1, z) == pytest.approx(flat, rel=1e-8)


def test_a_sure_prior_is_conditional_power() -> None:
    sure = predictive_power(DESIGN, 1, 1.0, prior=(DESIGN.drift, 1e-4))
    assert sure == pytest.approx(conditional_power(DESIGN, 1, 1.0), abs=1e-6)


def test_two_looks_left_add_up() -> None:
    three = sequential(Rule(kind="pocock"), [0.3, 0.6, 1.0])
    low, high = (conditional_power(three, 1, z) for z in (0.0, 2.0))
    assert 0 < low < high < 1


def test_after_the_last_look_there_is_nothing_to_come() -> None:
    with pytest.raises(DesignError, match="EQ804"):
        conditional_power(DESIGN, 2, 1.0)
