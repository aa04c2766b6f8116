"""The course of dissociation, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.acute.effect_by_timepoint import (
    acute,
    needed_minutes,
    rated,
    summarized,
)
from tests.analyze.feder import feder, virtual
from tests.analyze.safety.safety_trial import trial, trial_data


def one(values: dict[int, float]) -> dict[str, object]:
    table = pd.DataFrame(
        {
            "participant": "A",
            "arm": "ketamine",
            "infusion": 1,
            "minute": [float(m) for m in values],
            "value": list(values.values()),
        }
    )
    return summarized(table).iloc[0].to_dict()


def test_back_is_the_first_minute_after_the_peak_at_or_below_the_start() -> None:
    found = one({-30: 2, 40: 20, 120: 5, 240: 2})
    assert (found["before"], found["peak"], found["back"]) == (2, 20, 240)
    assert (found["within_120"], found["within_240"]) == (False, True)


def test_who_never_rose_was_back_at_once() -> None:
    found = one({-30: 2, 40: 1, 120: 2})
    assert found["back"] == 0
    assert found["within_120"] is True


def test_who_was_not_seen_to_come_back_has_no_time() -> None:
    found = one({-30: 0, 40: 20, 120: 5, 240: 3})
    assert found["back"] is None or np.isnan(found["back"])  # type: ignore[arg-type]
    assert found["within_240"] is False


def test_nobody_looked_at_four_hours() -> None:
    found = one({-30: 0, 40: 20, 120: 5})
    assert found["within_120"] is False
    assert found["within_240"] is None


def test_an_infusion_without_a_value_before_it_has_no_course() -> None:
    table = pd.DataFrame(
        {
            "participant": "A",
            "arm": "k",
            "infusion": 1,
            "minute": [40.0],
            "value": [1.0],
        }
    )
    assert summarized(table).empty


def test_the_reference_trial() -> None:
    protocol, data = feder(), virtual()
    endpoint = protocol.endpoint("dissociation")
    found = {e.id: e for e in acute(protocol, data, endpoint)}
    table = rated(protocol, data, endpoint)
    mine = table[
        (table["arm"] == "ketamine")
        & (table["infusion"] == 2)
        & (table["minute"] == 40)
    ]
    own = found["dissociation.course.infusion-2.min-40.ketamine"]
    assert own.estimate == pytest.approx(mine["value"].mean())
    peaks = summarized(table)
    arm = peaks[(peaks["arm"] == "ketamine") & (peaks["infusion"] == 2)]
    peak = found["dissociation.peak.infusion-2.ketamine"]
    assert peak.estimate == pytest.approx(arm["peak"].mean())
    every = found["dissociation.within-240.every-infusion.ketamine"]
    each = peaks[peaks["arm"] == "ketamine"].groupby("participant")["within_240"]
    assert every.estimate == pytest.approx(
        each.apply(lambda x: x.astype(bool).all()).mean()
    )
    rise = found["dissociation.rise.infusion-2.ketamine"]
    rose = arm[arm["peak"] > arm["before"]]
    assert (rise.estimate, rise.n) == (len(rose), len(arm))
    back = found["dissociation.return.infusion-2.ketamine"]
    assert back.n == len(rose)
    assert back.estimate == np.median(rose["back"].astype(float).fillna(np.inf))
    share = found["dissociation.within-120.infusion-2.ketamine"]
    count = found["dissociation.count-within-120.infusion-2.ketamine"]
    assert count.statistic == share.estimate == count.estimate / count.n  # type: ignore[operator]


def sedation(*ratings: tuple[str, int, float]) -> dict[str, object]:
    """Estimates of the small trial; its infusion lasts 20 minutes."""
    rows = [(p, "infusion", minute, "moaas", value) for p, minute, value in ratings]
    data = trial_data(ratings=rows)
    return {e.id: e for e in acute(trial(), data, trial().endpoint("acute"))}


def test_a_series_without_the_rating_at_the_end_of_the_infusion_has_no_peak() -> None:
    assert needed_minutes(trial(), "moaas") == {1: {20.0}, 2: {20.0}}
    found = sedation(
        ("A1", -10, 1), ("A1", 20, 4), ("A1", 60, 1),
        ("A2", -10, 1), ("A2", 60, 1),  # what happened at minute 20 is not known
    )  # fmt: skip
    peak = found["acute.peak.infusion-1.active"]
    assert (peak.estimate, peak.n) == (4, 1)  # type: ignore[attr-defined]
    assert "without the ratings that a peak needs: 1" in str(peak.note)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        ([], "no rating with Modified"),
        ([("A1", "week-1", 20, "moaas", 4.0)], "no rating"),
    ],
)
def test_an_effect_that_nobody_rated_has_no_number(ratings, why) -> None:  # type: ignore[no-untyped-def]
    data = trial_data(ratings=ratings)
    (only,) = acute(trial(), data, trial().endpoint("acute"))
    assert only.estimate is None
    assert why in str(only.note)
