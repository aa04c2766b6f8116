"""What the functions of the statistics are given."""

import numpy as np
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.imputation import STRATEGIES
from equipoise.stats.input_checks import (
    checked_count,
    checked_events,
    checked_events_of,
    checked_groups,
    checked_intervals,
    checked_lengths,
    checked_level,
    checked_number,
    checked_numbers,
    checked_option,
    checked_probabilities,
    checked_survival,
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
    assert "status == 2" in caught.value.problems[0].fix


@pytest.mark.parametrize("bad", [0, 1, 95, -0.1])
def test_a_level_that_is_no_coverage(bad: float) -> None:
    with pytest.raises(AnalysisError) as caught:
        checked_level(bad)
    assert caught.value.code == "EQ460"


def test_an_option_that_there_is_not() -> None:
    with pytest.raises(AnalysisError, match="interval = 'loglog'") as caught:
        checked_option("interval", "loglog", ("log-log", "plain"))
    assert caught.value.code == "EQ460"
    assert "'log-log', 'plain'" in caught.value.problems[0].fix


def test_an_option_is_found_by_its_label_and_in_any_case() -> None:
    allowed = {"JR": STRATEGIES["JR"], "CIR": STRATEGIES["CIR"]}
    for wrong in ("jump to reference", "Jump to Reference", "jr", "J2R"):
        with pytest.raises(AnalysisError, match="did you mean 'JR'"):
            checked_option("strategy", wrong, allowed)


@pytest.mark.parametrize(
    "group", [(3, 2), (-1, 2), (0, 0), (1.5, 3), (1, 3.5), (np.nan, 3), (1, np.inf)]
)
def test_counts_that_cannot_be(group: tuple[float, float]) -> None:
    with pytest.raises(AnalysisError, match="impossible") as caught:
        checked_events_of((1, 2), group)
    assert caught.value.code == "EQ462"


@pytest.mark.parametrize("bad", [1.2, -0.1, np.nan, np.inf])
def test_numbers_that_are_no_probability(bad: float) -> None:
    assert checked_probabilities("p", [0, 0.5, 1]).tolist() == [0, 0.5, 1]
    with pytest.raises(AnalysisError, match="not from 0 to 1"):
        checked_probabilities("p", [0.5, bad])


def test_whole_finite_and_equally_long() -> None:
    assert (checked_count("n", 3.0), checked_number("x", 2, 0)) == (3, 2.0)
    for call in (
        lambda: checked_count("n", 2.5),
        lambda: checked_count("n", np.inf),
        lambda: checked_number("x", np.nan),
        lambda: checked_number("x", 3, 0, 2),
        lambda: checked_numbers("values", [1.0, np.inf]),
        lambda: checked_lengths(a=[1], b=[1, 2], c=None),
        lambda: checked_groups([True, True]),
    ):
        with pytest.raises(AnalysisError) as caught:
            call()
        assert caught.value.code == "EQ462"


def test_an_event_lies_after_its_start() -> None:
    assert checked_survival([1, 2], [1, 0])[1].tolist() == [True, False]
    ends = checked_intervals([0, 5], [7, np.nan], [True, False])[1]
    assert ends.tolist() == [7.0, 5.0]
    with pytest.raises(AnalysisError, match="1 events are dated before"):
        checked_intervals([5.0], [3.0], [True])
