"""Rates of recurrent events against R and SAS, and what is rejected."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from equipoise.errors import AnalysisError
from equipoise.numerics.rng import stream
from equipoise.stats.survival import andersen_gill, cox, event_intervals, lwyy
from tests.stats.survival.survival_reference import RTOL, WANTED, bladder

COLUMNS = ("start", "stop", "event", "id")
COVARIATES = ["rx", "number", "size"]


@pytest.mark.reference
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_lwyy_is_that_of_r_with_clusters(ties: str) -> None:
    fit = lwyy(*COLUMNS, COVARIATES, ties=ties, data=bladder())  # type: ignore[arg-type]
    wanted = WANTED["bladder"][ties]
    assert_allclose(fit.coefficients["coef"], wanted["coef"], rtol=RTOL)
    assert_allclose(fit.coefficients["std_error"], wanted["se"], rtol=RTOL)


@pytest.mark.reference
def test_the_listing_of_sas() -> None:
    """PROC PHREG COVS(AGGREGATE), Breslow: -0.460, SE 0.258 by participant."""
    row = lwyy(*COLUMNS, COVARIATES, ties="breslow", data=bladder()).coefficients.iloc[
        0
    ]
    assert (round(row["coef"], 3), round(row["std_error"], 3)) == (-0.460, 0.258)


@pytest.mark.reference
def test_andersen_and_gill_is_that_of_r() -> None:
    fit = andersen_gill(*COLUMNS, COVARIATES, data=bladder())
    wanted = WANTED["bladder"]["ag"]
    assert_allclose(fit.coefficients["coef"], wanted["coef"], rtol=RTOL)
    assert_allclose(fit.coefficients["std_error"], wanted["se"], rtol=RTOL)
    assert not fit.robust


def test_one_event_for_each_participant_is_cox() -> None:
    draw = stream(1, "recurrent-events")
    time, event, x = (
        np.ceil(draw.exponential(9, 40)),
        draw.random(40) < 0.6,
        draw.normal(size=40),
    )
    found = andersen_gill(np.zeros(40), time, event, np.arange(40), {"x": x})
    assert_allclose(found.covariance, cox(time, event, {"x": x}).covariance, rtol=1e-9)


def test_intervals_that_overlap_are_rejected_and_gaps_are_not() -> None:
    with pytest.raises(AnalysisError, match=r"EQ466 .* such as p1"):
        lwyy([0, 4, 0], [5, 9, 9], [1, 0, 0], ["p1", "p1", "p2"], {"x": [1, 1, 0]})
    data = bladder().query("id != 5 or start > 0")
    assert lwyy(*COLUMNS, ["rx"], data=data).events == bladder()["event"].sum() - 1
    with pytest.raises(AnalysisError, match="EQ461"):
        lwyy([0, 5], [5, 5], [1, 0], ["a", "a"], {"x": [1, 0]})


def test_intervals_come_from_a_list_of_events() -> None:
    data = bladder()
    ends = data.groupby("id")["stop"].max()
    events = data[data["event"] == 1]
    found = event_intervals(ends.index, ends, events["id"], events["stop"])
    wanted = data[["id", "start", "stop"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        found[["participant", "start", "stop"]].set_axis(wanted.columns, axis=1),
        wanted.sort_values(["id", "stop"], ignore_index=True),
        check_dtype=False,
    )
    assert found["event"].sum() == len(events)


@pytest.mark.parametrize(
    ("who", "time", "code"),
    [(["c"], [3], "EQ462"), (["a"], [13], "EQ461"), (["a", "a"], [3, 3], "EQ461"),
     (["a"], [0], "EQ461"), (["a"], [3, 4], "EQ462")],
)  # fmt: skip
def test_impossible_events_are_rejected(
    who: list[str], time: list[int], code: str
) -> None:
    with pytest.raises(AnalysisError) as caught:
        event_intervals(["a", "b"], [12, 10], who, time)
    assert caught.value.code == code
