"""The small trial with every kind of record, and ways to change its tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.dataset.origin import Origin
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from tests.analyze.small import SCORES, TEXT, VISITS, protocol

DAYS = {"baseline": -1, "infusion": 0, "week-1": 7, "week-2": 14, "week-4": 28,
        "week-6": 42}  # fmt: skip
FULL = (
    TEXT.replace(
        'drug = "active drug"\n',
        'drug = "active drug"\n'
        'dose = { value = 0.5, unit = "mg/kg", assumed = true }\n'
        'infusion = { value = 40, unit = "min", assumed = true }\n',
    )
    .replace("[randomization]", "\n".join((
        "[[eligibility]]", 'id = "I1"', 'kind = "inclusion"',
        'text = "HAMD-17 of at least 20 at baseline"',
        'require = { score = "hamd17.total", visit = "baseline", min = 20 }',
        "assumed = true",
        "[[eligibility]]", 'id = "E1"', 'kind = "exclusion"', 'text = "Age above 65"',
        'require = { characteristic = "age", min = 66 }', "assumed = true",
        "[randomization]",
    )))
    .replace("day = 28\n", 'day = 28\nonly_if = "response"\n')
    .replace("day = 14\n", "day = 14\nwindow = [-1, 2]\n")
    .replace("infusion = 1\n", "infusion = 1\n"
             'measure = [{ names = ["DIABP"], minutes = [-30, 20] }]\n')
    .replace("[size]", "\n".join((
        "[[safety_rules]]", 'id = "stop"', 'measurement = "DIABP"', "above = 110",
        'unit = "mmHg"', 'when = "during infusion"', 'action = "stop"',
        'do = "Stop."', "assumed = true", "[size]",
    )))
)  # fmt: skip


def full_protocol() -> Protocol:
    """The small trial with a dose, criteria, windows, a safety rule, a condition."""
    return protocol(FULL)


def tables() -> dict[str, pd.DataFrame]:
    """Every table of a trial in which everything was recorded and went as planned.

    The scores are ``SCORES``; visits without a score were recorded as missed.
    """
    people = list(SCORES)
    visits = [
        (p, v, DAYS[v], DAYS[v], "done", None)
        if v == "infusion" or SCORES[p][1 + VISITS.index(v)] is not None
        else (p, v, DAYS[v], None, "missed", "ill")
        for p in people
        for v in DAYS
    ]
    made: dict[str, pd.DataFrame] = {
        "participants": pd.DataFrame(
            {
                "participant": people,
                "arm": [SCORES[p][0] for p in people],
                "age": 40.0,
                "sex": "F",
                "consented_at": "2026-01-01",
                "randomized_at": "2026-01-10",
            }
        ),
        "visits": pd.DataFrame(visits, columns=[
            "participant", "visit", "planned_day", "actual_day", "status", "reason"]),
        "recorded_scores": pd.DataFrame(
            [
                (p, v, "hamd17", "total", float(score))
                for p in people
                for v, score in zip(VISITS, SCORES[p][1:], strict=True)
                if score is not None
            ],
            columns=["participant", "visit", "instrument", "score", "value"],
        ),
        "exposures": pd.DataFrame(
            {
                "participant": people,
                "visit": "infusion",
                "infusion": 1,
                "drug": [
                    "active drug" if SCORES[p][0] == "active" else "saline"
                    for p in people
                ],
                "dose_mg": [35.0 if SCORES[p][0] == "active" else None for p in people],
                "weight_kg": 70.0,
                "started_at": "2026-01-10T10:00",
                "stopped_at": "2026-01-10T10:40",
                "interrupted": False,
            }
        ),
        "measurements": pd.DataFrame(
            [(p, "infusion", m, "DIABP", 80.0, "mmHg") for p in people for m in (-30, 20)],
            columns=["participant", "visit", "timepoint_min", "name", "value", "unit"],
        ),
        "dispositions": pd.DataFrame(
            [
                (p, milestone, day, None)
                for p in people
                for milestone, day in (
                    ("consented", -9),
                    ("randomized", 0),
                    ("treatment-completed", 0),
                    ("study-completed", 42),
                )
            ],
            columns=["participant", "milestone", "day", "reason"],
        ),
    }  # fmt: skip
    return made


def trial(
    given: dict[str, pd.DataFrame] | None = None, **changed: pd.DataFrame
) -> UnblindedTrialData:
    """Data of the full trial, with some tables replaced."""
    origin = Origin(files=("full.csv",))
    made = UnblindedTrialData.from_tables(
        full_protocol(), {**(given or tables()), **changed}, origin=origin
    )
    assert isinstance(made, UnblindedTrialData)
    return made


def changed(table: str, where: dict[str, Any], **values: Any) -> pd.DataFrame:
    """A table of the full trial with values changed in the rows that match."""
    frame = tables()[table].astype(object)
    chosen = pd.Series(True, index=frame.index)
    for column, value in where.items():
        chosen &= frame[column] == value
    assert chosen.any()
    for column, value in values.items():
        if column not in frame:
            frame[column] = None
        frame.loc[chosen, column] = value
    return frame


def without(table: str, **where: Any) -> pd.DataFrame:
    """A table of the full trial without the rows that match."""
    frame = tables()[table]
    chosen = pd.Series(True, index=frame.index)
    for column, value in where.items():
        chosen &= frame[column] == value
    assert chosen.any()
    return frame[~chosen]
