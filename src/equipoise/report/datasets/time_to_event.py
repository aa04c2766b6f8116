"""ADTTE: time to an event, one row for each participant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.survival import times
from equipoise.dataset.derive import holds
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.report.datasets.dataset import Dataset, Variable, dataset, stacked
from equipoise.report.datasets.trial import Trial, arm_variables, parameter_variables

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
    columns = trial.arm_columns(people, trial.analyzed_as(endpoint)) | {
        "PARAMCD": trial.parameters[endpoint.id],
        "PARAM": endpoint.label,
    }
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
    dated = table["since"].eq(table["time"]).to_numpy()
    return {
        "STARTDY": table["start_day"].to_numpy(),
        "ADY": (table["start_day"] + table["time"]).to_numpy(),
        "AVAL": table["time"].to_numpy(),
        "CNSR": np.where(inside, np.where(event, 0.0, 1.0), np.nan),
        "EVNTDESC": np.select(
            [~inside, event & dated, event],
            ["", "EVENT ON A KNOWN DAY", "EVENT FOUND AT A VISIT"],
            default="CENSORED",
        ),
        "SINCE": table["since"].to_numpy(),
        "UNTIL": np.where(event, table["time"], np.nan),
        "ANL01FL": np.where(inside, "Y", None),
        "EXCLRS": _reasons(trial, endpoint, people, inside),
    }


def _reasons(
    trial: Trial, endpoint: Endpoint, people: pd.Series[Any], inside: Any
) -> list[str]:
    """Why a participant was not at risk."""
    loss = trial.protocol.definition(endpoint.variable.definition or "")
    of, at = loss.of or "", loss.at or ""
    state = holds(trial.data, trial.protocol, of, at)
    label = trial.protocol.definition(of).label
    chosen = trial.protocol.analysis_set(endpoint.estimand.population)
    known = set(trial.analyzed_as(endpoint).index)
    reasons = []
    for person, at_risk in zip(people, inside, strict=True):
        if at_risk:
            reasons.append("")
        elif person not in known:
            reasons.append(f"not in the analysis set: {chosen.label}")
        elif pd.isna(state[person]):
            reasons.append(f"not known at {at}: {label}")
        elif not state[person]:
            reasons.append(f"did not have it at {at}: {label}")
        else:
            reasons.append("intercurrent event by time zero")
    return reasons


def _variables(trial: Trial) -> list[Variable]:
    return [
        *arm_variables(trial),
        *parameter_variables(trial, "time-to-event"),
        Variable(
            "STARTDY", "Day of time zero", "Num", "from which time counts", unit="d"
        ),
        Variable("ADY", "Day of event or censoring", "Num", "STARTDY + AVAL", unit="d"),
        Variable(
            "AVAL",
            "Time to event or censoring",
            "Num",
            "days since time zero, after intercurrent events",
            unit="d",
            values="missing for participants not at risk",
            source="equipoise.analyze.survival.times",
        ),
        Variable("CNSR", "Censor", "Num", "0 event, 1 censored", values="0, 1"),
        Variable(
            "EVNTDESC",
            "Event or censoring description",
            "Char",
            "an event found at a visit happened after SINCE and by UNTIL",
        ),
        Variable(
            "SINCE",
            "Last time known to be free of the event",
            "Num",
            "left end of the interval; equal to AVAL for a dated event or if censored",
            unit="d",
        ),
        Variable(
            "UNTIL",
            "First time known to have the event",
            "Num",
            "right end of the interval: AVAL of an event",
            unit="d",
            values="missing if censored (no right end)",
        ),
        Variable(
            "ANL01FL",
            "At risk: used in the analysis",
            "Char",
            "Y: has a time",
            values="Y or missing",
        ),
        Variable("EXCLRS", "Reason not at risk", "Char", "without ANL01FL"),
    ]
