"""The mean cumulative function against R, its difference, its laws, its error."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.survival import (
    event_intervals,
    kaplan_meier,
    lwyy,
    mean_cumulative_difference,
    mean_cumulative_function,
)
from tests.stats.survival.survival_reference import RTOL, array, bladder

COLUMNS = ("start", "stop", "event", "id")


@pytest.mark.reference
def test_mean_and_robust_error_are_those_of_r() -> None:
    """R survfit(id =): cumhaz and std.chaz, by the infinitesimal jackknife."""
    mcf = mean_cumulative_function(*COLUMNS, "rx", data=bladder())
    rows = mcf[mcf["group"] == 1].reset_index(drop=True)
    place = np.searchsorted(rows["time"], array("mcf", "at"), side="right") - 1
    assert_allclose(rows["mean"][place], array("mcf", "mean"), rtol=RTOL)
    assert_allclose(rows["std_error"][place], array("mcf", "se"), rtol=RTOL)
    assert (rows["lower"] < rows["mean"]).all()


@pytest.mark.property
@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_with_one_event_at_most_and_no_censoring_it_is_a_proportion(seed: int) -> None:
    """All at risk to the end: mean and robust error are those of a proportion."""
    draw = stream(seed, "mean-cumulative")
    count = draw.integers(0, 4, 30)
    who = np.repeat(np.arange(30), count)
    time = draw.permutation(len(who)) + 1.0
    rows = event_intervals(np.arange(30), np.full(30, len(who) + 1.0), who, time)
    mcf = mean_cumulative_function("start", "stop", "event", "participant", data=rows)
    if len(mcf):
        assert_allclose(mcf["mean"].iloc[-1], count.mean(), rtol=1e-12)
        assert_allclose(mcf["std_error"].iloc[-1], count.std() / 30**0.5, rtol=1e-9)


def test_the_difference_is_that_of_the_curves_and_mirrors_its_groups() -> None:
    data = bladder()
    one = mean_cumulative_difference(*COLUMNS, "treated", 30, data=data)
    other = mean_cumulative_difference(*COLUMNS, ~data["treated"], 30, data=data)
    assert_allclose(
        [one.estimate, one.std_error, one.statistic],
        [-other.estimate, other.std_error, other.statistic],
        rtol=1e-12,
    )
    mcf = mean_cumulative_function(*COLUMNS, "treated", data=data).query("time <= 30")
    last = mcf.groupby("group")["mean"].last()
    assert_allclose(one.estimate, last[True] - last[False], rtol=1e-12)


def test_the_test_of_the_curves_is_near_the_robust_score_test() -> None:
    """Both are the score of lwyy; its variance is estimated in the groups, not pooled."""
    data = bladder()
    found = mean_cumulative_difference(*COLUMNS, "treated", 59, data=data)
    fit = lwyy(*COLUMNS, ["treated"], ties="breslow", data=data)
    score = fit.tests.set_index("test")["statistic"]["robust score"]
    assert found.statistic == pytest.approx(score, rel=0.1)


def test_a_first_event_has_the_cumulative_hazard() -> None:
    time, event = np.array([1.0, 2, 3, 4, 5]), np.array([1, 0, 1, 1, 0])
    mcf = mean_cumulative_function(np.zeros(5), time, event, np.arange(5))
    curve = kaplan_meier(time, event).curve.query("events > 0")
    assert_allclose(mcf["mean"], (curve["events"] / curve["at_risk"]).cumsum())


def test_what_cannot_be_is_rejected() -> None:
    data = bladder()
    mixed = data["treated"].to_numpy().copy()
    mixed[data["id"] == 8] = [True, False]
    for wrong in ({"treated": mixed}, {"at": 60}, {"treated": data["rx"]}):
        options = {"treated": "treated", "at": 30, **wrong}
        with pytest.raises(AnalysisError, match="EQ462"):
            mean_cumulative_difference(*COLUMNS, **options, data=data)
    with pytest.raises(AnalysisError, match="EQ462 number of intervals"):
        mean_cumulative_function([], [], [], [], [])


def test_events_that_do_not_vary_have_no_test() -> None:
    """All have their event at one time: the variance of both means is 0."""
    treated = [True, True, False, False]
    with pytest.raises(AnalysisError, match="EQ462 the number of events by 2 does not"):
        mean_cumulative_difference([0] * 4, [2] * 4, [1] * 4, range(4), treated, 2)


@pytest.mark.calibration
def test_the_error_is_kept_where_participants_differ_in_their_rates() -> None:
    """2 December 2026, seeds 0 to 999: 60 against 60, gamma rates of variance 1; 5 %.

    Monte Carlo error 0.7 percentage points; both p-values.
    """
    rejected = np.zeros(2)
    for seed in range(1000):
        draw = stream(seed, "mean-cumulative")
        end = draw.uniform(0.5, 1, 120)
        count = draw.poisson(2 * draw.gamma(1, 1, 120) * end)
        who = np.repeat(np.arange(120), count)
        rows = event_intervals(
            np.arange(120), end, who, end[who] * draw.uniform(1e-6, 1, len(who))
        )
        test = mean_cumulative_difference(
            "start", "stop", "event", "participant", rows["participant"] % 2, 0.5,
            data=rows,
        )  # fmt: skip
        rejected += np.array([test.p, test.p_curves]) < 0.05
    assert (rejected / 1000 > 0.03).all()
    assert (rejected / 1000 < 0.075).all()
