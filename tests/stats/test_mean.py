"""The t interval of a mean, against scipy."""

import numpy as np
import pytest
from scipy import stats

from equipoise.stats.mean import mean_with_interval


def test_scipys_interval() -> None:
    values = np.array([3.0, 5, 4, 8, 6.5])
    found = mean_with_interval(values, 0.9)
    wanted = stats.t.interval(0.9, 4, values.mean(), stats.sem(values))
    assert (found["lower"], found["upper"]) == pytest.approx(wanted)
    assert found["n"] == 5


def test_one_value_has_no_interval_and_none_no_mean() -> None:
    assert mean_with_interval(np.array([2.0]))["estimate"] == 2.0
    assert mean_with_interval(np.array([2.0]))["lower"] is None
    assert mean_with_interval(np.zeros(0))["estimate"] is None
