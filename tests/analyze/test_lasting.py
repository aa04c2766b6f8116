"""Comparisons of times as estimates of an endpoint."""

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.durability import hazard_ratio, rmst_difference, time_ratio
from equipoise.analyze.lasting import comparisons
from equipoise.analyze.result import Estimate
from equipoise.analyze.times_to_loss import times
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


def made(rows: pd.DataFrame) -> dict[str, Estimate]:
    return {
        e.id.removeprefix(f"{ENDPOINT.id}."): e for e in comparisons(ENDPOINT, rows)
    }


def test_each_is_that_of_its_function() -> None:
    rows = table()
    found = made(rows)
    time, event = rows["time"].to_numpy(), rows["event"].to_numpy()
    treated = (rows["arm"] == "active").to_numpy()
    horizon = min(time[treated].max(), time[~treated].max())
    assert f"up to day {horizon:g}" in str(found["rmst-difference"].note)
    difference = rmst_difference(time, event, treated, horizon)
    assert found["rmst-difference"].estimate == pytest.approx(difference.estimate)
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
    assert "randomization does not protect" in str(found["hazard-ratio"].note)


def test_what_cannot_be_estimated_says_why() -> None:
    alone = made(table(arms=("active",)))
    assert all("an arm has nobody at risk" in str(e.note) for e in alone.values())
    quiet = made(table().assign(event=False))
    for name in ("hazard-ratio", "time-ratio"):
        assert quiet[name].estimate is None
        assert "no events" in str(quiet[name].note)
    assert quiet["rmst-difference"].p is None  # a variance of zero tests nothing


def test_a_loss_lies_between_two_visits() -> None:
    """A1 responds at week 2 and 4 and has lost it at week 6; P2 has lost it at week 4."""
    rows = times(TRIAL, data(), ENDPOINT).set_index("participant")
    lost = rows[rows["event"]]
    assert (lost["since"] < lost["time"]).all()
    assert set(lost.index) == {"A1", "P2"}
    assert lost.loc["P2", "since"] == 0
    held = rows[~rows["event"]]
    assert (held["since"] == held["time"]).all()
