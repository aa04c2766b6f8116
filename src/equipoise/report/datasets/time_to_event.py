"""ADTTE: time to an event, one row for each participant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.time_to_event.times import not_at_risk, times
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.report.datasets.dataset import (
    Dataset,
    Variable,
    dataset,
    flagged,
    stacked,
)
from equipoise.report.datasets.trial import (
    Trial,
    arm_variables,
    day_rule,
    parameter_columns,
    parameter_variables,
)

DESCRIPTIONS = {  # cause, as equipoise.analyze.time_to_event.times has it
    "loss": "EVENT FOUND AT A RATING",
    "milestone": "EVENT: MILESTONE OF THE ENDPOINT",
    "composite": "EVENT: INTERCURRENT EVENT (COMPOSITE)",
    "hypothetical": "CENSORED AT INTERCURRENT EVENT (HYPOTHETICAL)",
    "": "CENSORED AT LAST RATING",
}
MADE = ("STARTDY", "ADY", "AVAL", "CNSR", "EVNTDESC", "SINCE", "UNTIL", "ANL01FL")


def time_to_event(trial: Trial) -> Dataset | None:
    """Every randomized participant for each endpoint; those at risk have a time.

    Source: CDISC ADaM Basic Data Structure for Time-to-Event Analyses 1.0.
    """
    endpoints = trial.of_type("time-to-event")
    if not endpoints:
        return None
    rows = stacked([_endpoint(trial, e) for e in endpoints])
    return dataset(
        "ADTTE",
        "Time to event",
        "a participant and an endpoint",
        _variables(trial),
        rows,
        dummy=trial.dummy,
    )


def _endpoint(trial: Trial, endpoint: Endpoint) -> pd.DataFrame:
    people = pd.Series(sorted(trial.data.arm.index))
    columns = trial.arm_columns(
        people, trial.analyzed_as(endpoint)
    ) | parameter_columns(trial, endpoint)
    try:
        columns |= _times(trial, endpoint, people)
    except AnalysisError as refusal:
        columns |= dict.fromkeys(MADE) | {"EXCLRS": refusal.problems[0].what}
    return pd.DataFrame(columns)


def _times(trial: Trial, endpoint: Endpoint, people: pd.Series[Any]) -> dict[str, Any]:
    table = times(trial.protocol, trial.data, endpoint).set_index("participant")
    table = table.reindex(people)
    inside = table["time"].notna().to_numpy()
    event = table["event"].eq(True).to_numpy()
    return {
        "STARTDY": table["start_day"].to_numpy(),
        "ADY": (table["start_day"] + table["time"]).to_numpy(),
        "AVAL": table["time"].to_numpy(),
        "CNSR": np.where(inside, np.where(event, 0.0, 1.0), np.nan),
        "EVNTDESC": table["cause"].map(DESCRIPTIONS).to_numpy(),
        "SINCE": table["since"].to_numpy(),
        "UNTIL": np.where(event, table["time"], np.nan),
        "ANL01FL": flagged(inside),
        "EXCLRS": people.map(_reasons(trial, endpoint)).to_numpy(),
    }


def _reasons(trial: Trial, endpoint: Endpoint) -> dict[str, str]:
    """Why participants are not at risk, by participant."""
    loss = trial.protocol.definition(endpoint.variable.definition or "")
    # From randomization every participant is at risk.
    selected = loss.rule == "loss-of"
    label = trial.protocol.definition(loss.of or "").label if selected else ""
    chosen = trial.protocol.analysis_set(endpoint.estimand.population)
    at = trial.visit_labels.get(loss.at or "", loss.at)
    words = {
        "unrated": f"not known at {at}: {label}",
        "without": f"not met at {at}: {label}",
        "event": "intercurrent event by time zero",
    }
    known = set(trial.analyzed_as(endpoint).index)
    outside = f"not in the analysis set: {chosen.label}"
    rows = not_at_risk(trial.protocol, trial.data, endpoint)
    reasons = dict(zip(rows["participant"], rows["reason"].map(words), strict=True))
    return reasons | {p: outside for p in trial.data.arm.index if p not in known}


def _variables(trial: Trial) -> list[Variable]:
    return [
        *arm_variables(trial),
        *parameter_variables(trial, "time-to-event"),
        Variable(
            "STARTDY",
            "Day of Time Zero",
            "Num",
            f"day from which time counts; {day_rule(trial)}",
            unit="d",
        ),
        Variable("ADY", "Analysis Relative Day", "Num", "STARTDY + AVAL", unit="d"),
        Variable(
            "AVAL",
            "Analysis Value",
            "Num",
            "days from time zero to the event or to censoring, after intercurrent events",
            unit="d",
            values="missing for participants not at risk",
            source="scores, visits and intercurrent events",
        ),
        Variable("CNSR", "Censor", "Num", "0 event, 1 censored", values="0, 1"),
        Variable(
            "EVNTDESC",
            "Event or Censoring Description",
            "Char",
            "an event found at a rating happened after SINCE and by UNTIL",
            values="; ".join(DESCRIPTIONS.values()),
        ),
        Variable(
            "SINCE",
            "Last Time Free of the Event",
            "Num",
            "left end of the interval: last rating without the event, or AVAL if dated",
            unit="d",
        ),
        Variable(
            "UNTIL",
            "First Time with the Event",
            "Num",
            "right end of the interval: AVAL of an event",
            unit="d",
            values="missing if censored (no right end)",
        ),
        Variable(
            "ANL01FL",
            "Analysis Flag 01",
            "Char",
            "Y: at risk, has a time",
            values="Y or missing",
        ),
        Variable("EXCLRS", "Reason Not at Risk", "Char", "without ANL01FL"),
    ]
