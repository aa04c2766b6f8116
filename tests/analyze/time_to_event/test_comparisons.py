"""Comparisons of times as estimates of an endpoint."""

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.result import Estimate
from equipoise.analyze.time_to_event import comparisons as lasting
from equipoise.analyze.time_to_event.comparisons import comparisons
from equipoise.analyze.time_to_event.times import times
from equipoise.protocol.estimand import Endpoint
from equipoise.stats.survival import (
    hazard_ratio,
    log_rank,
    rmst_difference,
    time_ratio,
)
from tests.analyze.small import data, protocol

TRIAL = protocol()
ENDPOINT = next(e for e in TRIAL.endpoints if e.type == "time-to-event")


def table(n: int = 40, arms: tuple[str, ...] = ("active", "placebo")) -> pd.DataFrame:
    draw = np.random.Generator(np.random.Philox(1))
    time = np.ceil(draw.exponential(30, n) / 7) * 7
    event = draw.random(n) < 0.8
    return pd.DataFrame(
        {
            "arm": [arms[i % len(arms)] for i in range(n)],
            "time": time,
            "event": event,
            "since": np.where(event, time - 7, time),
        }
    )


def made(rows: pd.DataFrame, endpoint: Endpoint = ENDPOINT) -> dict[str, Estimate]:
    found = comparisons(TRIAL, endpoint, rows)
    return {e.id.removeprefix(f"{ENDPOINT.id}."): e for e in found}


def with_horizon(day: float) -> Endpoint:
    analysis = ENDPOINT.analysis.model_copy(update={"horizon": day})
    return ENDPOINT.model_copy(update={"analysis": analysis})


def test_each_is_that_of_its_function() -> None:
    rows = table()
    found = made(rows)
    time, event = rows["time"].to_numpy(), rows["event"].to_numpy()
    treated = (rows["arm"] == "active").to_numpy()
    horizon = min(time[treated].max(), time[~treated].max())
    assert f"up to day {horizon:g}" in str(found["rmst-difference"].note)
    difference = rmst_difference(time, event, treated, horizon)
    assert found["rmst-difference"].estimate == pytest.approx(difference.estimate)
    assert found["rmst-difference"].std_error == pytest.approx(difference.std_error)
    one, other = found["rmst.active"].estimate, found["rmst.placebo"].estimate
    assert one is not None
    assert other is not None
    assert one - other == pytest.approx(difference.estimate)
    hazard = hazard_ratio(time, event, treated)
    assert hazard is not None
    assert found["hazard-ratio"].lower == pytest.approx(hazard.lower)
    ratio = time_ratio(rows["since"].to_numpy(), time, event, treated)
    assert ratio is not None
    assert found["time-ratio"].estimate == pytest.approx(ratio.estimate)
    assert found["time-ratio"].p == pytest.approx(ratio.p)
    test = log_rank(rows["time"], rows["event"], rows["arm"])
    assert (found["log-rank"].statistic, found["log-rank"].p) == (
        test.statistic,
        test.p,
    )
    assert str(found["log-rank"].note).startswith("planned test: log-rank")
    for name in ("rmst-difference", "hazard-ratio", "time-ratio"):
        assert str(found[name].note).startswith("supporting: ")
        assert "participants in response at time zero" in str(found[name].note)


def test_restricted_means_of_few_are_compared_by_permutation() -> None:
    """Twenty in each arm; the same numbers again; from fifty on, the normal ones."""
    few = made(table())["rmst-difference"]
    assert "studentized permutation test and interval, 10,000" in str(few.note)
    assert few == made(table())["rmst-difference"]
    many = table(120)
    row = made(many)["rmst-difference"]
    treated = (many["arm"] == "active").to_numpy()
    time = many["time"].to_numpy()
    horizon = min(time[treated].max(), time[~treated].max())
    normal = rmst_difference(time, many["event"].to_numpy(), treated, horizon)
    assert (row.p, row.lower) == (normal.p, normal.lower)
    assert "normal interval and test" in str(row.note)


COMPARED = ("log-rank", "rmst-difference", "hazard-ratio", "time-ratio")


def empty(rows: dict[str, Estimate], *names: str) -> set[str]:
    """The reasons; nothing else is printed of these comparisons."""
    for name in names:
        row = rows[name]
        values = (
            row.estimate,
            row.std_error,
            row.lower,
            row.upper,
            row.p,
            row.statistic,
        )
        assert values == (None,) * 6, row
    return {str(rows[name].note).partition(": ")[2] for name in names}


def test_fewer_than_five_at_risk_are_not_compared() -> None:
    """Two in one arm, as in the rehearsal of the reference trial: 9 against 2."""
    rows = table()
    few = pd.concat([rows[rows["arm"] == "active"], rows[rows["arm"] == "placebo"][:4]])
    reason = "fewer than 5 participants at risk in Placebo (4)"
    assert empty(made(few), *COMPARED) == {reason}
    five = pd.concat(
        [rows[rows["arm"] == "active"], rows[rows["arm"] == "placebo"][:5]]
    )
    assert made(five.assign(event=True))["log-rank"].p is not None
    three = rows[:6]
    reason = "fewer than 5 participants at risk in Active (3) and Placebo (3)"
    assert empty(made(three), *COMPARED) == {reason}
    single = pd.concat(
        [rows[rows["arm"] == "active"], rows[rows["arm"] == "placebo"][:1]]
    )
    assert "(1)" in empty(made(single), *COMPARED).pop()
    mean = made(few)["rmst.placebo"]
    assert mean.estimate is not None
    assert (mean.std_error, mean.lower, mean.upper) == (None, None, None)
    assert "interval not estimable: fewer than 5" in str(mean.note)


def test_an_arm_without_anybody_is_named() -> None:
    alone = made(table(arms=("active",)))
    assert empty(alone, *COMPARED) == {"no participant at risk in Placebo"}


def test_an_arm_without_an_event_is_named() -> None:
    rows = table()
    quiet = made(rows.assign(event=False))
    others = set(COMPARED) - {"rmst-difference"}
    assert empty(quiet, *others) == {"no event in either arm"}
    horizon = min(rows.groupby("arm")["time"].max())
    assert empty(quiet, "rmst-difference") == {
        f"no event before the horizon (day {horizon:g}) in either arm"
    }
    one = made(rows.assign(event=rows["event"] & (rows["arm"] == "active")))
    assert empty(one, *others) == {"no event in Placebo"}
    for arm in ("active", "placebo"):
        mean = quiet[f"rmst.{arm}"]
        assert (mean.estimate, mean.std_error, mean.lower) == (horizon, None, None)
        assert f"interval not estimable: no event before day {horizon:g}" in str(
            mean.note
        )


def test_an_event_on_the_horizon_is_not_before_it() -> None:
    """Three against three of the finding, doubled: losses only on the last day."""
    time = [5.0, 12, 20, 20, 20, 20] + [20.0] * 6
    rows = pd.DataFrame(
        {
            "arm": ["active"] * 6 + ["placebo"] * 6,
            "time": time,
            "event": [True] * 6 + [True, False, False, False, False, False],
            "since": [max(t - 7, 0) for t in time],
        }
    )
    found = made(rows)
    assert empty(found, "rmst-difference") == {
        "no event before the horizon (day 20) in Placebo"
    }
    assert found["log-rank"].p is not None


def test_nothing_is_compared_if_everything_happened_on_day_0() -> None:
    rows = table().assign(time=0.0, since=0.0, event=False)
    found = made(rows)
    assert empty(found, "rmst-difference") == {
        "an arm was not observed after time zero"
    }
    lost = made(rows.assign(event=True))
    assert empty(lost, "log-rank") == {
        "at no event were both arms, and another participant, at risk"
    }
    assert empty(lost, "time-ratio") == {"a loss on day 0 has no logarithm"}


def test_one_loss_on_day_0_is_the_reason_and_one_on_day_1_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = table()
    early = rows.assign(time=rows["time"].where(rows.index != rows.index[0], 0.0))
    early.loc[early.index[0], ["event", "since"]] = [True, 0.0]
    assert empty(made(early), "time-ratio") == {"a loss on day 0 has no logarithm"}
    monkeypatch.setattr(lasting, "time_ratio", lambda *_: None)
    late = early.assign(time=early["time"].clip(lower=1.0))
    assert empty(made(late), "time-ratio") == {"the likelihood has no maximum"}


def test_the_horizon_can_be_fixed_by_the_protocol() -> None:
    rows = table()
    found = made(rows, with_horizon(21))
    treated = (rows["arm"] == "active").to_numpy()
    time, event = rows["time"].to_numpy(), rows["event"].to_numpy()
    wanted = rmst_difference(time, event, treated, 21)
    assert found["rmst-difference"].estimate == pytest.approx(wanted.estimate)
    assert "up to day 21 (fixed by the protocol)" in str(found["rmst-difference"].note)
    last = time[~treated].max()
    beyond = rows.assign(event=rows["event"] & (time < last))
    found = made(beyond, with_horizon(10_000))
    reason = empty(found, "rmst-difference", "rmst.placebo")
    assert f"Placebo was observed to day {last:g}" in str(reason)
    assert "the horizon is day 10000" in str(reason)


def test_a_loss_lies_between_two_visits() -> None:
    """A1 responds at week 2 and 4 and has lost it at week 6; P2 has lost it at week 4."""
    rows = times(TRIAL, data(), ENDPOINT).set_index("participant")
    lost = rows[rows["event"]]
    assert (lost["since"] < lost["time"]).all()
    assert set(lost.index) == {"A1", "P2"}
    assert lost.loc["P2", "since"] == 0
    held = rows[~rows["event"]]
    assert (held["since"] == held["time"]).all()
