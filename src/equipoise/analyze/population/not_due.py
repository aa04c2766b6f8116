"""Infusions and visits that were no longer due, and are not protocol deviations."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.population.dosing_deviations import scheduled
from equipoise.analyze.result import Estimate
from equipoise.dataset.attendance import LEFT, after_event, applies, attendance
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.randomized import counted_population
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol

LABELS = {
    "infusion": "Infusion not given after treatment was discontinued",
    "visit": "Visit planned after the participant left the study",
}


def not_due(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Participants whose infusions and visits were no longer due, by arm.

    An infusion after the discontinuation of treatment and a visit after leaving the study
    are part of the disposition and no protocol deviation, also where the data record them
    as missed. One that is planned on the day of discontinuation or leaving comes after it
    (``after_event``).

    Returns:
        For each arm ``not-due.<kind>.<arm>`` with the participants, and
        ``not-due.<kind>s.<arm>`` with the infusions or visits of them; None where the
        data hold no dispositions. Infusions only where they are recorded.

    Source: ICH E3 10.1 and 10.2, which report the two apart.
    """
    frames = {"visit": _visits(protocol, data)}
    if collected(data, "exposures"):
        rows = scheduled(data, protocol)
        due = rows["expected"].fillna(True).astype(bool)
        frames = {
            "infusion": rows[rows["discontinued"] & ~rows["given"] & due],
            **frames,
        }
    recorded = collected(data, "dispositions")
    estimates = []
    for kind, frame in frames.items():
        for group in protocol.arms:
            people = data.arm.index[data.arm == group.id]
            mine = frame.loc[frame["participant"].isin(people), "participant"]
            counts = {kind: mine.nunique(), f"{kind}s": len(mine)}
            estimates += [
                Estimate(
                    id=f"not-due.{name}.{group.id}",
                    endpoint="not-due",
                    analysis="count",
                    population=counted_population(data),
                    contrast=group.id,
                    estimate=float(count) if recorded else None,
                    n=len(people),
                    note=LABELS[kind]
                    if recorded
                    else f"{LABELS[kind]}: not known, {NOT_COLLECTED['dispositions']}",
                )
                for name, count in counts.items()
            ]
    return estimates


def _visits(protocol: Protocol, data: UnblindedTrialData) -> pd.DataFrame:
    """Visits of the participant that were not held, planned after leaving the study."""
    table = attendance(data, protocol)
    left = data.dispositions[data.dispositions["milestone"].isin(LEFT)]
    day = left.dropna(subset="day").groupby("participant")["day"].min().astype(float)
    planned = {visit.id: float(visit.day) for visit in protocol.schedule.visits}
    after = after_event(day, table.assign(day=table["visit"].map(planned)))
    own = applies(data, protocol, table).fillna(False).astype(bool)
    return table[after & own & ~table["held"]]
