import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.survival import (
    log_rank,
    log_rank_estimable,
    log_rank_trend,
)
from tests.shared_data import shared
from tests.stats.survival.survival_reference import array, frame

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


@pytest.mark.reference
def test_three_groups_and_strata_are_those_of_survdiff() -> None:
    data = frame()
    found = {
        "plain": log_rank("time", "event", "group", data=data),
        "rho1": log_rank(
            "time", "event", "group", weights="fleming-harrington", rho=1, data=data
        ),
        "rhohalf": log_rank(
            "time", "event", "group", weights="fleming-harrington", rho=0.5, data=data
        ),
        "strata": log_rank("time", "event", "group", "site", data=data),
        "strata1": log_rank(
            "time", "event", "group", "site", weights="fleming-harrington", rho=1, data=data
        ),
    }  # fmt: skip
    for name, test in found.items():
        assert test.df == 2
        assert test.z is None
        assert_allclose(test.statistic, array("logrank", name, "chisq")[0], rtol=RTOL)
        assert_allclose(
            test.groups["observed"], array("logrank", name, "obs"), rtol=RTOL
        )
        assert_allclose(
            test.groups["expected"], array("logrank", name, "exp"), rtol=RTOL
        )
        variance = array("logrank", name, "var").reshape(3, 3).diagonal()
        assert_allclose(test.groups["variance"], variance, rtol=RTOL)


@pytest.mark.reference
def test_a_trend_is_the_score_test_of_the_scores() -> None:
    """R coxph(ties = "exact") on the scores: Tarone's test."""
    data = frame()
    test = log_rank_trend("time", "event", "arm", data=data)
    assert_allclose(test.statistic, array("trend", "chisq")[0], rtol=RTOL)
    categories = log_rank_trend("time", "event", "group", data=data)
    assert_allclose(categories.z, test.z, rtol=1e-12)
    turned = log_rank_trend("time", "event", "group", scores=[6, 4, 2], data=data)
    assert_allclose(turned.z, -test.z, rtol=1e-12)  # type: ignore[operator]
    two = data.query("arm < 2")
    assert_allclose(
        log_rank_trend("time", "event", "arm", "site", data=two).statistic,
        log_rank("time", "event", "arm", "site", data=two).statistic,
        rtol=1e-12,
    )
    with pytest.raises(AnalysisError, match="the order of the groups"):
        log_rank_trend("time", "event", data["group"].astype(str), data=data)
    with pytest.raises(AnalysisError, match="all scores are equal"):
        log_rank_trend("time", "event", "arm", scores=[1, 1, 1], data=data)


@pytest.mark.property
@given(seed=st.integers(0, 10_000), names=st.permutations(["a", "b", "c"]))
def test_names_rows_units_and_lone_strata_change_nothing(
    seed: int, names: list[str]
) -> None:
    draw = stream(seed, "log-rank")
    n = 40
    time, event = np.ceil(draw.exponential(9, n)), draw.random(n) < 0.8
    group, strata = draw.integers(0, 3, n), draw.integers(0, 2, n)
    order = draw.permutation(n)
    first = log_rank(time, event, group, strata)
    again = log_rank(
        time[order] / 365.25,
        event[order],
        pd.Categorical.from_codes(group, names)[order],
        strata[order],
    )
    assert_allclose(again.statistic, first.statistic, rtol=1e-9)
    more = (np.append(each, last) for each, last in
            ((time, 3.0), (event, True), (group, 1), (strata, 7)))  # fmt: skip
    assert_allclose(log_rank(*more).statistic, first.statistic, rtol=1e-9)
    one = log_rank(time, event, group, np.ones(n))
    assert_allclose(one.statistic, log_rank(time, event, group).statistic, rtol=1e-12)


def test_the_sign_is_that_of_the_group_compared_with_the_reference() -> None:
    time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
    group = ["drug"] * 5 + ["placebo"] * 5
    z = log_rank(time, event, group, reference="placebo").z
    assert z == pytest.approx(-(1.603369**0.5), rel=1e-6)  # R survdiff
    assert log_rank(time, event, group).z == pytest.approx(-z, rel=1e-12)
    with pytest.raises(AnalysisError, match="EQ460 reference = 'drugs'"):
        log_rank(time, event, group, reference="drugs")


def test_a_group_that_no_event_compares_is_named() -> None:
    with pytest.raises(AnalysisError, match="without comparison: 'c'"):
        log_rank([0, 2, 3, 4, 5], [0, 1, 1, 1, 0], ["c", "a", "b", "a", "b"])
    with pytest.raises(AnalysisError, match="only one group"):
        log_rank([1, 2], [1, 0], ["a", "a"])
