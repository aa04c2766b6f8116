"""Intercurrent events of binary endpoints: composite and hypothetical strategies."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.intercurrent_events import first_event
from equipoise.dataset.attendance import after_event, attendance
from equipoise.dataset.collected import NOT_COLLECTED
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

EVENTS_NOT_KNOWN = f"not known, {NOT_COLLECTED['dispositions']}"


def reached_at(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    participants: pd.Index[Any],
    visit: str,
) -> pd.DataFrame:
    """Participants whose outcome at a visit an intercurrent event changes.

    Returns:
        ``composite`` (an event up to the day of the visit) and ``hypothetical`` (an
        event before the visit, as ``attendance.after_event`` compares days), booleans
        by participant. A composite event decides where both apply.

    Raises:
        AnalysisError: EQ453, an event has no day.
    """
    table = _reached(protocol, data, endpoint).get(visit)
    if table is None:
        table = pd.DataFrame({"composite": False, "hypothetical": False}, index=[])
    return table.reindex(participants).fillna(False).astype(bool)


@derived_once
def _reached(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> dict[str, pd.DataFrame]:
    """What ``reached_at`` returns, for all participants in the data, by visit."""
    visits = attendance(data, protocol)
    composite = first_event(data, endpoint, "composite")
    same_day = visits["participant"].map(composite).astype(float) == visits["day"]
    table = pd.DataFrame(
        {
            "composite": after_event(composite, visits) | same_day,
            "hypothetical": after_event(
                first_event(data, endpoint, "hypothetical"), visits
            ),
        }
    ).set_index(pd.Index(visits["participant"]))
    table["hypothetical"] &= ~table["composite"]
    by_visit = table.groupby(visits["visit"].to_numpy(object), sort=False)
    return {str(visit): rows for visit, rows in by_visit}


def settled(outcome: pd.Series[Any], reached: pd.DataFrame) -> pd.Series[Any]:
    """The outcome after intercurrent events: failure, missing, or as rated."""
    for kind, value in (("hypothetical", pd.NA), ("composite", False)):
        if reached[kind].any():
            outcome = outcome.mask(reached[kind], value)
    return outcome


def arms_seen(outcome: pd.Series[Any], arm: pd.Series[Any]) -> set[str]:
    """Arms in which the outcome of at least one participant is known."""
    return set(arm[outcome.notna().to_numpy()])


def counted(
    outcome: pd.Series[Any], arm: pd.Series[Any], missing: str
) -> pd.Series[Any]:
    """The outcome as counted: imputed as a failure where not known, if planned.

    In an arm without any known outcome nothing is counted: a proportion of zero would
    describe what was not observed, such as a visit that is still to come.

    Args:
        outcome: after intercurrent events, missing where it is not known.
        arm: with the same index.
        missing: ``failure`` or ``excluded``, as the endpoint plans.
    """
    if missing != "failure":
        return outcome
    in_seen = arm.isin(list(arms_seen(outcome, arm))).to_numpy()
    return outcome.mask(outcome.isna().to_numpy() & in_seen, False)
