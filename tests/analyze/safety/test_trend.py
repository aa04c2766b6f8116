"""The trend of side effects, against R geepack, and what cannot be estimated."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.safety.trend import side_effects, trend
from equipoise.stats.proportions import wilson
from tests.analyze.feder import feder, virtual
from tests.analyze.safety.safety_trial import event, trial_data
from tests.analyze.safety.safety_trial import trial as small_trial

WANTED = json.loads((Path(__file__).parent / "trend.json").read_text())
TABLE = pd.DataFrame(
    {
        "participant": np.repeat(np.arange(8), 6),
        "infusion": np.tile(np.arange(1, 7), 8),
        "event": np.array(WANTED["y"], dtype=bool),
    }
)


def test_geepack_on_eight_participants() -> None:
    """Both iterate to convergence; the correlation is a moment estimate, n - p in R."""
    found = trend(TABLE, covariance="robust")
    assert found is not None
    assert found.estimate == pytest.approx(WANTED["estimate"], rel=2e-3)
    assert found.std_error == pytest.approx(WANTED["robust"], rel=5e-3)


def test_the_reported_error_is_larger_than_the_plain_sandwich() -> None:
    plain, reduced = trend(TABLE, covariance="robust"), trend(TABLE)
    assert plain is not None
    assert reduced is not None
    assert reduced.std_error > plain.std_error
    assert reduced.df == 6


@pytest.mark.parametrize(
    "event",
    [
        np.zeros(48, dtype=bool),
        np.ones(48, dtype=bool),
        TABLE["infusion"].to_numpy()
        == 1,  # all at the first infusion: no end of the fall
    ],
)
def test_without_a_finite_trend_there_is_none(event: np.ndarray) -> None:
    assert trend(TABLE.assign(event=event)) is None


def test_two_participants_or_one_infusion_have_no_trend() -> None:
    assert trend(TABLE[TABLE["participant"] < 2]) is None
    assert trend(TABLE[TABLE["infusion"] == 1]) is None
    three = [
        p for p in range(8) if TABLE["event"][TABLE["participant"] == p].nunique() > 1
    ]
    assert trend(TABLE[TABLE["participant"].isin(three[:3])]) is not None


def test_the_reference_trial_has_a_trend_by_arm_and_shares_by_infusion() -> None:
    trial = feder()
    found = {
        e.id: e for e in side_effects(trial, virtual(), trial.endpoint("side_effects"))
    }
    one = found["side_effects.trend.ketamine"]
    other = found["side_effects.trend.midazolam"]
    both = found["side_effects.trend.difference"]
    assert one.estimate is not None
    assert other.estimate is not None
    assert both.estimate == pytest.approx(one.estimate / other.estimate)
    shares = [e for e in found.values() if e.analysis == "proportion-by-infusion"]
    assert len(shares) == 12
    assert all(e.lower <= e.estimate <= e.upper for e in shares)  # type: ignore[operator]


def test_an_arm_without_events_says_so() -> None:
    trial, data = feder(), virtual()
    quiet = data.arm.index[data.arm == "midazolam"]
    data.events.drop(
        data.events.index[data.events["participant"].isin(quiet)], inplace=True
    )
    found = {e.id: e for e in side_effects(trial, data, trial.endpoint("side_effects"))}
    assert found["side_effects.trend.midazolam"].estimate is None
    assert "cannot be estimated" in (found["side_effects.trend.difference"].note or "")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "none were collected or none were provided"),
        (
            {"events": [event("A1", "rash", 1)], "infusions": []},
            "no record of treatment",
        ),
    ],
)
def test_what_was_not_collected_has_no_trend_and_no_share(given, why) -> None:  # type: ignore[no-untyped-def]
    endpoint = small_trial().endpoint("trend")
    rows = side_effects(small_trial(), trial_data(**given), endpoint)
    assert [e.estimate for e in rows] == [None, None, None]
    assert all(why in str(e.note) for e in rows)


def test_a_kind_that_is_not_recorded_has_no_trend() -> None:
    endpoint = small_trial().endpoint("trend")
    variable = endpoint.variable.model_copy(update={"events": "related"})
    endpoint = endpoint.model_copy(update={"variable": variable})
    data = trial_data(events=[event("A1", "rash", 1, related=None)])
    rows = side_effects(small_trial(), data, endpoint)
    assert all(e.estimate is None for e in rows)
    assert "not recorded for 1 of 1 events" in str(rows[0].note)


def test_the_interval_of_a_share_has_the_level_of_the_endpoint() -> None:
    endpoint = small_trial().endpoint("trend")
    analysis = endpoint.analysis.model_copy(update={"level": 0.8})
    narrow = endpoint.model_copy(update={"analysis": analysis})
    data = trial_data(events=[event("A1", "rash", 1)])
    rows = {e.id: e for e in side_effects(small_trial(), data, narrow)}
    own = rows["trend.infusion-1.active"]
    assert (own.lower, own.upper) == wilson(1, 3, 0.8).interval
    assert rows["trend.infusion-1.count.active"].estimate == 1
