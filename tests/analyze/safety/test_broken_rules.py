"""Rules that were met while the infusion went on: each case by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from equipoise.analyze.safety.broken_rules import BrokenRule, broken_rules
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.feder import feder, virtual
from tests.analyze.small import TEXT, protocol

RULES = """
[[safety_rules]]
id = "hold"
measurement = "SYSBP"
above = 150
unit = "mmHg"
when = "before infusion"
action = "hold"
do = "Do not start."
assumed = true
[[safety_rules]]
id = "stop"
measurement = "SYSBP"
above = 180
unit = "mmHg"
when = "during infusion"
action = "stop"
do = "Stop."
assumed = true
[[safety_rules]]
id = "pause"
measurement = "OXYSAT"
below = 90
unit = "%"
when = "during infusion"
action = "pause"
do = "Pause."
assumed = true
"""
MEASURE = """measure = [{ names = ["SYSBP", "OXYSAT"], minutes = [-30, 10, 20, 30, 40] }]
"""
TRIAL = protocol(
    TEXT.replace("infusion = 1\n", "infusion = 1\n" + MEASURE)
    .replace(
        'drug = "active drug"\n',
        'drug = "active drug"\n'
        'infusion = { value = 40, unit = "min", assumed = true }\n',
    )
    .replace("[size]", RULES + "[size]")
)
FULL = {"interrupted": False, "minutes": 40}


def data(
    values: dict[tuple[str, int], float], infusion: dict[str, Any] | None
) -> UnblindedTrialData:
    """One participant of the active arm; ``infusion`` None: no exposures at all."""
    tables = {
        "participants": pd.DataFrame(
            [{"participant": p, "arm": a} for p, a in (("A1", "active"), ("P1", "placebo"))]
        ),
        "measurements": pd.DataFrame(
            [("A1", "infusion", minute, name, value)
             for (name, minute), value in values.items()],
            columns=["participant", "visit", "timepoint_min", "name", "value"],
        ),
    }  # fmt: skip
    if infusion is not None:
        who = infusion.get("who", "A1")
        row: dict[str, Any] = {"participant": who, "visit": "infusion", "infusion": 1}
        row["interrupted"] = infusion.get("interrupted")
        if "minutes" in infusion:
            start = pd.Timestamp("2026-01-05 10:00")
            row["started_at"] = start
            row["stopped_at"] = start + pd.Timedelta(minutes=infusion["minutes"])
        tables["exposures"] = pd.DataFrame([row])
    made = UnblindedTrialData.from_tables(TRIAL, tables)
    assert isinstance(made, UnblindedTrialData)
    return made


def only(*given: Any) -> BrokenRule:
    (row,) = broken_rules(TRIAL, data(*given))
    return row


def test_an_infusion_that_was_given_against_a_hold_rule() -> None:
    row = only({("SYSBP", -30): 150.0}, FULL)
    assert (row.rule_id, row.value, row.minute, row.went_on) == ("hold", 150, -30, True)
    assert (row.participant, row.arm, row.infusion) == ("A1", "active", 1)
    assert row.text == (
        "Systolic blood pressure 150 mm Hg 30 min before the infusion (hold if at least "
        "150): the infusion was given"
    )


@pytest.mark.parametrize(
    "values",
    [
        {("SYSBP", -30): 149.9},
        {("SYSBP", -30): 170.0, ("SYSBP", -15): 140.0},  # repeated, and within limits
        {("SYSBP", 10): 179.0, ("OXYSAT", 10): 91.0},
        {("SYSBP", 40): 190.0},  # the infusion ends at that minute
    ],
)
def test_values_that_break_nothing(values: dict[tuple[str, int], float]) -> None:
    assert broken_rules(TRIAL, data(values, FULL)) == []


def test_an_infusion_that_went_on_against_a_stop_rule_counts_once_with_its_worst() -> (
    None
):
    row = only({("SYSBP", 10): 185.0, ("SYSBP", 20): 191.5, ("SYSBP", 30): 182.0}, FULL)
    assert (row.rule_id, row.value, row.minute) == ("stop", 191.5, 20)
    assert row.text.startswith(
        "Systolic blood pressure 191.5 mm Hg at minute 20 of the infusion"
    )
    assert row.text.endswith("the infusion went on")
    low = only({("OXYSAT", 10): 89.0, ("OXYSAT", 20): 86.0}, FULL)
    assert (low.rule_id, low.value, low.action) == ("pause", 86, "pause")


def test_an_infusion_that_was_stopped_by_the_next_measurement_is_within_the_rule() -> (
    None
):
    values = {("SYSBP", 10): 185.0, ("SYSBP", 20): 160.0}
    for flag in (True, False, None):
        given = {"interrupted": flag, "minutes": 12}
        assert broken_rules(TRIAL, data(values, given)) == []
    at_the_next = {"interrupted": True, "minutes": 20}
    assert broken_rules(TRIAL, data(values, at_the_next)) == []
    late = only(values, {"interrupted": True, "minutes": 35})
    assert late.went_on is None  # interrupted, but not known for which value


def test_an_interruption_is_what_a_pause_rule_asks_for() -> None:
    values = {("OXYSAT", 10): 88.0, ("OXYSAT", 20): 95.0}
    given = {"interrupted": True, "minutes": 45}
    assert broken_rules(TRIAL, data(values, given)) == []


@pytest.mark.parametrize("value", [{("SYSBP", -30): 160.0}, {("SYSBP", 10): 185.0}])
def test_what_is_not_recorded_is_not_known(value: dict[tuple[str, int], float]) -> None:
    row = only(value, None)
    assert row.went_on is None
    assert row.text.endswith("what was done is not recorded")


def test_a_missing_flag_is_not_known_and_no_row_means_not_given() -> None:
    assert only({("SYSBP", 10): 185.0}, {"minutes": 40}).went_on is None
    other = {"who": "P1", **FULL}  # infusions are recorded, none for A1
    held = {("SYSBP", -30): 160.0, ("SYSBP", 10): 185.0}
    assert broken_rules(TRIAL, data(held, other)) == []


def test_the_reference_trial_finds_every_infusion_given_against_a_rule() -> None:
    known = virtual()
    rows = broken_rules(feder(), known)
    table = known.measurements
    table = table[table["participant"].isin(known.arm.index)]
    minute = table["timepoint_min"]
    wanted = set()
    for rule in feder().vital_rules():
        if rule.action == "watch":
            continue
        when = minute <= 0 if rule.action == "hold" else (minute > 0) & (minute < 40)
        limit = table["value"] >= (math.inf if rule.above is None else rule.above)
        limit |= table["value"] <= (-math.inf if rule.below is None else rule.below)
        hits = table[(when & limit & (table["name"] == rule.measurement)).astype(bool)]
        wanted |= {
            (p, v, rule.id)
            for p, v in zip(hits["participant"], hits["visit"], strict=True)
        }
    assert {(r.participant, r.visit, r.rule_id) for r in rows} == wanted
    assert wanted
    assert all(row.went_on for row in rows)
