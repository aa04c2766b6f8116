"""Incidence of adverse events: participants with at least one event of a kind."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.binary.estimates import compare
from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.adverse_events import observed_members
from equipoise.analyze.safety.event_flags import flag
from equipoise.analyze.safety.person_time import why_not_compared
from equipoise.analyze.safety.safety_set import not_estimated, safety_set
from equipoise.analyze.safety.treatment_emergent import (
    emergent_events,
    treatment_period,
)
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors.counted import counted
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

UNRECORDED = {"serious": "seriousness", "related": "relation to treatment"}


def incidence(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Participants with at least one treatment-emergent event of a kind.

    Events count as in ``treatment_emergent``. Where the data hold no adverse events at
    all, or no flag of the kind, nothing is estimated: no record of an event is not a
    record of none. Nor are arms compared where an event's kind is not recorded for a
    participant without another such event, or where follow-up depends on the outcome.
    """
    kind = endpoint.variable.events or "all"
    arm, reason = safety_set(protocol, data, endpoint.estimand.population)
    if arm is None:
        return _nothing(protocol, endpoint, str(reason))
    members, arm = len(arm), observed_members(protocol, data, arm)
    emergent = emergent_events(protocol, data, arm.index)
    notes = [emergent.note()]
    if not emergent.collected:
        return _nothing(protocol, endpoint, f"cannot be estimated: {notes[0]}")
    rows = emergent.rows
    flags = flag(rows, kind)
    if len(rows) and flags.isna().all():
        what = f"{UNRECORDED[kind]} not recorded for any of {len(rows)} events"
        return _nothing(protocol, endpoint, f"cannot be estimated: {what}")
    having = set(rows.loc[flags.fillna(False).astype(bool), "participant"])
    unknown = set(rows.loc[flags.isna(), "participant"]) - having
    if flags.isna().any():
        number = int(flags.isna().sum())
        notes.append(
            f"{UNRECORDED[kind]} not recorded for {number} of {len(rows)} events"
        )
    if members > len(arm):
        notes.append(
            f"participants not observed since day 0, not counted: {members - len(arm)}"
        )
    note = "; ".join(part for part in notes if part) or None
    outcome = pd.Series(arm.index.isin(list(having)), index=arm.index)
    estimates = compare(protocol, endpoint, arm, outcome, note)
    why = _not_compared(protocol, data, emergent.recorded)
    if unknown:
        why = f"not compared: not known for {counted(len(unknown), 'participant')}"
    if why is None:
        return estimates
    return _without_comparison(endpoint, estimates, arm, unknown, note, why)


def _not_compared(
    protocol: Protocol, data: UnblindedTrialData, recorded: bool
) -> str | None:
    if not recorded:
        return why_not_compared(protocol)
    return why_not_compared(
        protocol, float(treatment_period(protocol, data)["end"].max())
    )


def _without_comparison(
    endpoint: Endpoint,
    made: list[Estimate],
    arm: pd.Series[Any],
    unknown: set[str],
    note: str | None,
    why: str,
) -> list[Estimate]:
    """The arms alone; those with participants not known as a lower bound, or without."""
    text = "; ".join(part for part in (note, why) if part)
    kept = [not_estimated(endpoint, "risk-difference", "risk-difference", text)]
    open_arms = set(arm[arm.index.isin(list(unknown))])
    for row in made:
        if row.contrast is None or " - " in row.contrast:
            continue
        if row.contrast not in open_arms:
            kept.append(row)
        elif row.analysis == "count" and row.estimate:
            kept.append(_replaced(row, row.estimate, f"at least; {text}"))
        else:
            kept.append(_replaced(row, None, f"not known; {text}"))
    return kept


def _replaced(row: Estimate, estimate: float | None, note: str) -> Estimate:
    return Estimate(
        id=row.id,
        endpoint=row.endpoint,
        analysis=row.analysis,
        population=row.population,
        contrast=row.contrast,
        estimate=estimate,
        n=row.n,
        note=note,
    )


def _nothing(protocol: Protocol, endpoint: Endpoint, why: str) -> list[Estimate]:
    """The estimates of an incidence without a number."""
    estimates = [not_estimated(endpoint, "risk-difference", "risk-difference", why)]
    for group in protocol.arms:
        estimates += [
            Estimate(
                id=f"{endpoint.id}.{kind}.{group.id}",
                endpoint=endpoint.id,
                analysis=kind,
                population=endpoint.estimand.population,
                contrast=group.id,
                note=why,
            )
            for kind in ("proportion", "count")
        ]
    return estimates
