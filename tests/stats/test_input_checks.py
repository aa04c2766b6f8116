"""What times to an event must be."""

import numpy as np
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import (
    checked_events,
    checked_level,
    checked_option,
    checked_times,
)


def test_what_is_right_comes_back_as_numbers_and_flags() -> None:
    assert checked_times([0, 7, 14]).tolist() == [0.0, 7.0, 14.0]
    assert checked_events([1, 0.0, True]).tolist() == [True, False, True]
    assert checked_events(np.array([True, False])).dtype == bool
    assert checked_events([]).dtype == bool
    assert checked_level(0.9) == 0.9
    checked_option("interval", "log", ("log", "plain"))


@pytest.mark.parametrize("bad", [[-0.5, 1], [np.inf], [np.nan, 2]])
def test_impossible_times(bad: list[float]) -> None:
    with pytest.raises(AnalysisError, match="negative, missing or infinite") as caught:
        checked_times(bad)
    assert caught.value.code == "EQ461"


@pytest.mark.parametrize(
    "bad", [[1, 2], [2, 2], ["yes", "no"], [None, True], [np.nan, 1]]
)
def test_events_that_are_coded_otherwise(bad: list[object]) -> None:
    with pytest.raises(AnalysisError, match="not True and False") as caught:
        checked_events(np.array(bad, dtype=object))
    assert caught.value.code == "EQ461"
    assert "status == 2" in caught.value.problems[0].mend


@pytest.mark.parametrize("bad", [0, 1, 95, -0.1])
def test_a_level_that_is_no_coverage(bad: float) -> None:
    with pytest.raises(AnalysisError) as caught:
        checked_level(bad)
    assert caught.value.code == "EQ460"


def test_an_option_that_there_is_not() -> None:
    with pytest.raises(AnalysisError, match="interval = 'loglog'") as caught:
        checked_option("interval", "loglog", ("log-log", "plain"))
    assert caught.value.code == "EQ460"
    assert "'log-log', 'plain'" in caught.value.problems[0].mend
