"""Shifts of vital signs: a value is compared with the rules of its own time only."""

from __future__ import annotations

import pandas as pd
import pytest

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.vital_shifts import limits_text, shifts
from equipoise.analyze.safety.vital_signs import measured, vital_signs
from tests.analyze.feder import feder, virtual
from tests.analyze.safety.safety_trial import trial, trial_data


def found(values: dict[tuple[str, str, int], float]) -> dict[str, Estimate]:
    """The trial has hold ≥ 150 before, stop ≥ 180 during an infusion of 20 minutes."""
    data = trial_data(values=values)
    return {e.id: e for e in vital_signs(trial(), data, trial().endpoint("signs"))}


@pytest.mark.parametrize(
    ("before", "later", "name"),
    [
        (120, {("infusion", 20): 160}, "within-limits.within-limits"),  # hold: before
        (120, {("infusion", 20): 185}, "within-limits.stop"),
        (155, {("infusion", 20): 120}, "hold.within-limits"),
        (120, {("infusion-2", -10): 155}, "within-limits.hold"),
        (185, {("infusion-2", 20): 160}, "hold.within-limits"),  # stop: during
        (120, {("infusion", 20): 185, ("infusion-2", -10): 155}, "within-limits.stop"),
        (120, {("infusion", 60): 220, ("infusion", 20): 120},
         "within-limits.within-limits"),  # no rule after the infusion
    ],
)  # fmt: skip
def test_each_value_is_compared_with_the_rules_of_its_own_time(
    before: float, later: dict[tuple[str, int], float], name: str
) -> None:
    values = {("A1", "infusion", -10): before}
    values |= {("A1", visit, minute): v for (visit, minute), v in later.items()}
    values[("A2", "infusion", -10)] = 120.0  # nothing afterwards: not counted
    rows = found(values)
    own = rows[f"signs.shift.SYSBP.{name}.active"]
    assert (own.estimate, own.n) == (1, 1)
    limits = "(before infusion: hold ≥ 150; during infusion: stop ≥ 180)"
    assert limits in str(own.note)


def test_a_value_at_no_time_of_a_rule_counts_for_nothing() -> None:
    rows = found({("A1", "infusion", -10): 120, ("A1", "infusion", 60): 220})
    own = rows["signs.shift.SYSBP.within-limits.within-limits.active"]
    assert (own.estimate, own.n) == (None, 0)


def test_shifts_count_each_participant_once() -> None:
    data, endpoint = virtual(), feder().endpoint("vital_signs")
    rows = vital_signs(feder(), data, endpoint)
    for name, states in (("SYSBP", 8), ("OXYSAT", 8)):
        own = [
            e
            for e in rows
            if e.id.startswith(f"vital_signs.shift.{name}.")
            and e.contrast == "ketamine"
        ]
        assert len(own) == states
        assert sum(e.estimate or 0 for e in own) == own[0].n == 15


def test_without_a_rule_before_the_infusion_there_is_no_state_before_it() -> None:
    kept = tuple(r for r in feder().safety_rules if r.id != "hold-pulse")
    bare = feder().model_copy(update={"safety_rules": kept})
    rows = vital_signs(bare, virtual(), bare.endpoint("vital_signs"))
    names = [e.id for e in rows if e.id.startswith("vital_signs.shift.PULSE.")]
    assert names
    assert all(".PULSE.no-rule." in name for name in names)


def test_the_diastolic_shift_against_a_count_of_the_values_themselves() -> None:
    """Worst grade by hand: hold before later infusions, watch and stop during them."""
    data, endpoint = virtual(), feder().endpoint("vital_signs")
    table = measured(feder(), data, endpoint)
    table = table[(table["name"] == "DIABP") & (table["arm"] == "ketamine")]
    during = (table["minute"] > 0) & (table["minute"] <= 40)
    later = (table["minute"] <= 0) & (table["infusion"] > 1)
    stop = set(table.loc[during & (table["value"] >= 110), "participant"])
    hold = set(table.loc[later & (table["value"] >= 90), "participant"]) - stop
    watch = set(table.loc[during & (table["value"] >= 100), "participant"])
    watch -= stop | hold
    rows = {e.id: e for e in shifts(
        feder(), endpoint, "DIABP", table, 40.0
    )}  # fmt: skip
    for name, people in (("watch", watch), ("hold", hold), ("stop", stop)):
        counts = [
            rows[f"vital_signs.shift.DIABP.{start}.{name}.ketamine"].estimate or 0
            for start in ("within-limits", "hold")
        ]
        assert sum(counts) == len(people)


def test_limits_are_named_by_time_and_action() -> None:
    rules = [r for r in feder().safety_rules if r.measurement == "DIABP"]
    assert limits_text(rules) == (
        "before infusion: hold ≥ 90; during infusion: watch ≥ 100, stop ≥ 110; "
        "after infusion: watch ≥ 110"
    )
    assert shifts(feder(), feder().endpoint("vital_signs"), "TEMP", pd.DataFrame(
        {"value": []}
    ), None) == []  # fmt: skip
