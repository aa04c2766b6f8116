"""Vital signs: changes, marks and shifts counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.vital_signs import fires, limits, measured, vital_signs
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.feder import feder, virtual


def estimates(data: UnblindedTrialData) -> dict[str, Estimate]:
    trial = feder()
    return {e.id: e for e in vital_signs(trial, data, trial.endpoint("vital_signs"))}


def test_change_is_from_the_last_value_before_the_infusion() -> None:
    data = virtual()
    found = estimates(data)
    rows = data.measurements
    rows = rows[(rows["name"] == "SYSBP") & (rows["visit"] == "infusion-1")]
    wide = rows.pivot(index="participant", columns="timepoint_min", values="value")
    arm = data.arm.reindex(wide.index)
    change = (wide[40] - wide[-30])[arm == "ketamine"].dropna()
    own = found["vital_signs.change.SYSBP.infusion-1.min-40.ketamine"]
    assert own.estimate == pytest.approx(change.mean())
    assert own.std_error == pytest.approx(change.std() / len(change) ** 0.5)
    assert own.n == len(change)


def test_all_infusions_count_each_participant_once() -> None:
    data = virtual()
    found = estimates(data)
    own = found["vital_signs.change.SYSBP.all-infusions.min-40.midazolam"]
    assert own.n == (data.arm == "midazolam").sum()


def test_marks_are_at_or_beyond_the_limit_and_at_their_time() -> None:
    trial = feder()
    rule = next(r for r in trial.safety_rules if r.id == "watch-sysbp")
    table = pd.DataFrame(
        {
            "minute": [-30.0, 20, 20, 40, 60],
            "name": ["SYSBP"] * 4 + ["SYSBP"],
            "value": [170.0, 159.9, 160.0, 200.0, 170.0],
        }
    )
    assert fires(rule, table, 40.0).tolist() == [False, False, True, True, False]
    assert fires(rule, table, None).tolist() == [False, False, True, True, True]
    assert limits(rule) == "SYSBP ≥ 160 mmHg, during infusion"


def test_participants_with_a_marked_value() -> None:
    data = virtual()
    trial = feder()
    found = estimates(data)
    table = measured(trial, data, trial.endpoint("vital_signs"))
    hit = table[
        (table["name"] == "SYSBP") & (table["minute"] <= 0) & (table["value"] >= 150)
    ]
    for arm in ("ketamine", "midazolam"):
        own = found[f"vital_signs.marked.hold-sysbp.{arm}"]
        assert own.estimate == hit.loc[hit["arm"] == arm, "participant"].nunique()


def test_shifts_hold_everybody_once() -> None:
    found = estimates(virtual())
    for name in ("SYSBP", "OXYSAT"):
        own = [
            e
            for e in found.values()
            if e.id.startswith(f"vital_signs.shift.{name}.")
            and e.contrast == "ketamine"
        ]
        assert len(own) == 12
        assert sum(e.estimate or 0 for e in own) == own[0].n == 15


def test_without_measurements_it_says_so() -> None:
    data = virtual()
    data.measurements.drop(data.measurements.index, inplace=True)
    (only,) = estimates(data).values()
    assert "no measurement" in (only.note or "")
    assert only.estimate is None
