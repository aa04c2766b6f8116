"""How many participants have data of each kind, by visit and arm; never their values."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from equipoise.protocol.labels import instrument_label
from equipoise.report.blocks import TextTable
from equipoise.report.inspection.findings import Findings
from equipoise.report.inspection.page_blocks import text_table
from equipoise.report.inspection.problems import TABLE_NAMES
from equipoise.report.table_cells import sentence_case

OTHERS = ("exposures", "measurements", "guesses", "events", "dispositions")


def arm_counts(findings: Findings) -> TextTable:
    """Participants with scores and with rows of each table, by visit and arm.

    Args:
        findings: of data that contain the arms.
    """
    people = findings.tables["participants"].dropna(subset=["participant", "arm"])
    arm_of = people.drop_duplicates("participant").set_index("participant")["arm"]
    arms = findings.protocol.arms
    rows = []
    for visit, subject, who in _groups(findings):
        given = who.drop_duplicates().map(arm_of)
        numbers = [int((given == arm.id).sum()) for arm in arms]
        numbers.append(int(given.isna().sum()))
        rows.append((visit, subject, *(str(n) if n else "none" for n in numbers)))
    heads = [f"{arm.label} (N = {int((arm_of == arm.id).sum())})" for arm in arms]
    return text_table(
        "by-arm",
        "Participants with data, by visit and arm",
        ("Visit", "Instrument or table", *heads, "Without an arm"),
        rows,
    )


def _groups(findings: Findings) -> Iterator[tuple[str, str, pd.Series[str]]]:
    """Label of the visit, of what was recorded, and the participants who have it."""
    rated = findings.scores.dropna(subset=["value"])
    protocol = findings.protocol
    tables = {n: findings.tables[n] for n in OTHERS if len(findings.tables[n])}
    instruments = rated["instrument"].unique()
    groups = dict(list(rated.groupby(["visit", "instrument"])["participant"]))
    for visit in protocol.schedule.visits:
        for instrument in instruments:
            if (visit.id, instrument) in groups:
                label = instrument_label(protocol, instrument)
                yield visit.label, label, groups[visit.id, instrument]
        for name, frame in tables.items():
            if "visit" in frame and (there := frame["visit"] == visit.id).any():
                label = sentence_case(TABLE_NAMES[name])
                yield visit.label, label, frame.loc[there, "participant"]
    for name, frame in tables.items():
        rest = frame if "visit" not in frame else frame[frame["visit"].isna()]
        if len(rest):
            yield "–", sentence_case(TABLE_NAMES[name]), rest["participant"]
