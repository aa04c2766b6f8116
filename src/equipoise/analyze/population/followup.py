"""Extent of follow-up and visit attendance."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.quartiles import quantiles
from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.person_time import last_day_observed, time_at_risk
from equipoise.dataset.attendance import attendance, undocumented
from equipoise.dataset.collected import missed_recorded
from equipoise.dataset.randomized import counted_population
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol

QUARTILES = {"median": 0.5, "lower-quartile": 0.25, "upper-quartile": 0.75}
KINDS = ("due", "held", "missed", "unrecorded", "unknown")


def follow_up(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Days from day 0 to the last day observed, and which visits were held.

    Returns:
        ``median``, ``lower-quartile``, ``upper-quartile`` of the last day observed, and
        ``total`` (participant-weeks, in which day 0 and the last day count as one each)
        by arm; participants without a day since day 0 do not count, ``n`` says how many
        do. Then those of ``by_visit``.

    Source: CONSORT 2025, item 23; quartiles as ``[report] quantiles`` of the protocol.
    """
    last, days = last_day_observed(protocol, data), time_at_risk(protocol, data)
    estimates = []
    for group in protocol.arms:
        people = data.arm.index[data.arm == group.id]
        mine = last[last.index.isin(people)]
        n = len(mine)
        values: dict[str, float | None] = {
            name: quantiles(mine, [share], protocol.report.quantiles)[0] if n else None
            for name, share in QUARTILES.items()
        }
        mine = days[days.index.isin(people)]
        values["total"] = float(mine.sum() / 7) if n else None
        absent = "the data hold nothing since day 0"
        for name, value in values.items():
            unit = "participant-weeks" if name == "total" else "days since day 0"
            estimates.append(
                Estimate(
                    id=f"follow-up.{name}.{group.id}",
                    endpoint="follow-up",
                    analysis=name,
                    population=counted_population(data),
                    contrast=group.id,
                    estimate=value,
                    n=n,
                    note=unit if n else absent,
                )
            )
    return [*estimates, *by_visit(protocol, data)]


def by_visit(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Status of each planned visit, by arm.

    Returns:
        As ``visits.<kind>.<visit>.<arm>``: ``due``, ``held``, ``missed`` (recorded),
        ``unrecorded`` (due, no record of it) and ``unknown`` (whether it was due is not
        known); ``n`` is the number of randomized.
    """
    table = attendance(data, protocol)
    table = table[table["participant"].isin(data.arm.index)]
    held, due = table["held"], table["expected"]
    surely = due.fillna(False).astype(bool)
    missed = ~held & surely & (table["status"] == "missed").fillna(False).astype(bool)
    kinds = pd.DataFrame(
        {
            "due": surely,
            "held": held,
            "missed": missed,
            "unrecorded": ~held & surely & ~missed,
            "unknown": due.isna(),
            "visit": table["visit"],
            "arm": table["participant"].map(data.arm),
        }
    )
    counts = kinds.groupby(["visit", "arm"]).sum()
    silent = {(visit, kind) for visit in undocumented(protocol, data) for kind in KINDS}
    if not missed_recorded(data):
        silent |= {(visit.id, "missed") for visit in protocol.schedule.visits}
    absent = "not known: the data hold no record of it"
    estimates = []
    for visit in protocol.schedule.visits:
        for group in protocol.arms:
            at = (visit.id, group.id)
            estimates += [
                Estimate(
                    id=f"visits.{kind}.{visit.id}.{group.id}",
                    endpoint="visits",
                    analysis=kind,
                    population=counted_population(data),
                    visit=visit.id,
                    contrast=group.id,
                    estimate=None
                    if (visit.id, kind) in silent
                    else _counted(counts, at, kind),
                    n=int((data.arm == group.id).sum()),
                    note=absent if (visit.id, kind) in silent else visit.label,
                )
                for kind in KINDS
            ]
    return estimates


def _counted(counts: pd.DataFrame, at: tuple[str, str], kind: str) -> float:
    return float(counts[kind].get(at, 0))
