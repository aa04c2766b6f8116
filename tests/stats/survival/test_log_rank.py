import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.survival import (
    log_rank,
    log_rank_estimable,
)
from tests.shared_data import shared

STRATIFIED = Path(__file__).parent / "stratified" / "reference.json"
TIMES = st.lists(st.integers(1, 30), min_size=1, max_size=25)
# R survival 3.5-3 prints its numbers in full; both sides are products of fractions.
RTOL = 1e-9


def lung() -> pd.DataFrame:
    frame = pd.read_csv(shared("data/lung.csv"))
    return frame.assign(event=frame["status"] == 2)


@pytest.mark.reference
def test_log_rank_agrees_with_r() -> None:
    text = shared("reference/survival_logrank.json").read_text()
    wanted = json.loads(text)["tests"]["lung_sex"]
    frame = lung()
    test = log_rank(frame["time"], frame["event"], frame["sex"])
    assert test.statistic == pytest.approx(wanted["chisq"], rel=RTOL)
    assert test.p == pytest.approx(wanted["p"], rel=RTOL)


@pytest.mark.reference
def test_the_stratified_log_rank_agrees_with_r() -> None:
    wanted = json.loads(STRATIFIED.read_text("utf-8"))
    time, event = pd.Series(wanted["time"]), pd.Series(wanted["event"])
    group, cell = pd.Series(wanted["group"]), pd.Series(wanted["strata"])
    prior = pd.Series(wanted["prior"]).astype(str)
    for name, strata in (("plain", None), ("stratified", cell), ("two", cell + prior)):
        test = log_rank(time, event, group, strata)
        assert test.statistic == pytest.approx(wanted[name]["chisq"], rel=RTOL)
        assert test.p == pytest.approx(wanted[name]["p"], rel=RTOL)


@pytest.mark.property
@given(times=st.lists(st.integers(1, 20), min_size=4, max_size=25))
def test_log_rank_does_not_know_which_group_is_which(times: list[int]) -> None:
    n = len(times)
    frame = pd.DataFrame({"time": times, "event": [t % 3 > 0 for t in times]})
    group = pd.Series(["a" if k % 2 else "b" for k in range(n)])
    if not log_rank_estimable(frame["time"], frame["event"], group):
        return
    found = log_rank(frame["time"], frame["event"], group)
    swapped = log_rank(frame["time"], frame["event"], group.map({"a": "b", "b": "a"}))
    assert found.statistic == pytest.approx(swapped.statistic, rel=1e-9)


@pytest.mark.parametrize(
    ("time", "event", "group"),
    [
        ([0, 3], [False, True], ["a", "b"]),  # the other group had left
        ([3, 3], [True, True], ["a", "b"]),  # nobody survives the only event
        ([3, 5], [False, False], ["a", "b"]),  # no event
    ],
)
def test_groups_that_no_event_compares_are_not_tested(
    time: list[int], event: list[bool], group: list[str]
) -> None:
    given: tuple[Any, ...] = (pd.Series(time), pd.Series(event), pd.Series(group))
    assert not log_rank_estimable(*given)
    with pytest.raises(AnalysisError, match="both groups"):
        log_rank(*given)


def test_strata_in_which_only_one_group_is_at_risk_compare_nothing() -> None:
    time, event = pd.Series([1.0, 2, 3, 4]), pd.Series([True] * 4)
    group, strata = pd.Series(["a", "a", "b", "b"]), pd.Series(["x", "x", "y", "y"])
    assert log_rank_estimable(time, event, group)
    assert not log_rank_estimable(time, event, group, strata)
    with pytest.raises(AnalysisError, match="both groups"):
        log_rank(time, event, group, strata)


def test_three_groups_are_not_two() -> None:
    with pytest.raises(AnalysisError, match="two groups, not 3"):
        log_rank(
            pd.Series([1, 2, 3]), pd.Series([True] * 3), pd.Series(["a", "b", "c"])
        )
