"""Rules of the protocol against values: marks, completeness, shifts."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.vital_limits import fires, limits
from equipoise.analyze.safety.vital_signs import measured, vital_signs
from tests.analyze.feder import feder, virtual
from tests.analyze.safety.safety_trial import trial, trial_data


def found(values: dict[tuple[str, str, int], float]) -> dict[str, Estimate]:
    data = trial_data(values=values)
    return {e.id: e for e in vital_signs(trial(), data, trial().endpoint("signs"))}


def test_marks_are_at_or_beyond_the_limit_and_at_their_time() -> None:
    rule = next(r for r in feder().safety_rules if r.id == "watch-sysbp")
    table = pd.DataFrame(
        {
            "minute": [-30.0, 20, 20, 40, 60],
            "name": ["SYSBP"] * 5,
            "value": [170.0, 159.9, 160.0, 200.0, 170.0],
        }
    )
    assert fires(rule, table, 40.0).tolist() == [False, False, True, True, False]
    assert fires(rule, table, None).tolist() == [False, False, True, True, True]
    assert limits(rule) == "Systolic blood pressure ≥ 160 mm Hg, during infusion"
    rule = next(r for r in feder().safety_rules if r.measurement == "OXYSAT")
    assert limits(rule) == "Oxygen saturation ≤ 90%, during infusion"


def test_participants_with_a_marked_value() -> None:
    data = virtual()
    endpoint = feder().endpoint("vital_signs")
    rows = {e.id: e for e in vital_signs(feder(), data, endpoint)}
    table = measured(feder(), data, endpoint)
    hit = table[
        (table["name"] == "SYSBP") & (table["minute"] <= 0) & (table["value"] >= 150)
    ]
    for arm in ("ketamine", "midazolam"):
        own = rows[f"vital_signs.marked.hold-sysbp.{arm}"]
        assert own.estimate == hit.loc[hit["arm"] == arm, "participant"].nunique()


def test_only_participants_measured_at_the_time_of_the_rule_are_counted() -> None:
    rows = found(
        {
            ("A1", "infusion", -10): 155,
            ("A1", "infusion", 20): 150,
            ("A2", "infusion", -10): 120,
            ("P1", "infusion", 60): 190,  # after the infusion only
        }
    )
    hold = rows["signs.marked.hold.active"]
    assert (hold.estimate, hold.n, hold.statistic) == (1, 2, 0.5)
    stop = rows["signs.marked.stop.active"]
    assert (stop.estimate, stop.n) == (0, 1)
    nobody = rows["signs.marked.stop.placebo"]
    assert (nobody.estimate, nobody.n) == (None, 0)
    assert "no participant was measured at that time" in str(nobody.note)


def test_values_that_were_not_recorded_are_counted_against_the_plan() -> None:
    rows = found({("A1", "infusion", 20): 150, ("A1", "infusion", -10): 120})
    values = rows["signs.marked-values.stop.active"]
    assert (values.estimate, values.n, values.statistic) == (0, 1, 0)
    hold = rows["signs.marked-values.hold.placebo"]
    assert (hold.estimate, hold.n) == (None, 0)
    recorded = rows["signs.recorded.stop.active"]
    # Only A1 has a value: of the planned minute 20 of two infusions one is recorded.
    assert (recorded.estimate, recorded.n) == (1, 2)


def test_a_rule_in_another_unit_is_not_applied() -> None:
    frame = pd.DataFrame(
        [("A1", "infusion", 20, "SYSBP", 24.0, "kPa")],
        columns=["participant", "visit", "timepoint_min", "name", "value", "unit"],
    )
    data = trial_data(more={"measurements": frame})
    rows = {e.id: e for e in vital_signs(trial(), data, trial().endpoint("signs"))}
    assert "not applied: the data are in kPa" in str(rows["signs.rule.stop"].note)
    assert "signs.marked.stop.active" not in rows
