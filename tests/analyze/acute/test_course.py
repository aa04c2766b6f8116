"""The course of dissociation, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.acute.course import acute, rated, summarized
from tests.analyze.feder import feder, virtual


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
    trial, data = feder(), virtual()
    endpoint = trial.endpoint("dissociation")
    found = {e.id: e for e in acute(trial, data, endpoint)}
    table = rated(trial, data, endpoint)
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
