"""Participants with data, by visit and arm."""

from dataclasses import replace

import pandas as pd

from equipoise.report.inspection.arm_counts import arm_counts
from tests.report.inspection.shown import findings


def test_scores_and_tables_are_counted_by_arm() -> None:
    table = arm_counts(findings())
    assert table.head[2:] == (
        "Ketamine (N = 12)",
        "Midazolam (N = 12)",
        "Without an arm",
    )
    rows = {row[:2]: row[2:] for row in table.rows}
    assert rows["Day 7", "MADRS"] == ("9", "10", "none")
    assert rows["Infusion", "Infusions"] == ("12", "12", "none")


def test_a_participant_with_several_adverse_events_counts_once() -> None:
    shown = findings()
    events = pd.DataFrame({"participant": ["P-001", "P-001", "P-002"]})
    more = replace(shown, tables={**shown.tables, "events": events})
    rows = {row[:2]: row[2:] for row in arm_counts(more).rows}
    people = shown.tables["participants"].set_index("participant")["arm"]
    counted = [
        str(int((people[["P-001", "P-002"]] == arm).sum()) or "none")
        for arm in ("ketamine", "midazolam")
    ]
    assert rows["–", "Adverse events"] == (*counted, "none")
