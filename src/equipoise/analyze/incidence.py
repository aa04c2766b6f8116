"""Adverse events: how many participants had at least one, and which."""

from __future__ import annotations

import pandas as pd

from equipoise.analyze.binary import compare
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import members
from equipoise.dataset.trialdata import TrialData, UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol


def incidence(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Participants with at least one event of the kind that the endpoint names.

    Events since day 0 count, and those without a day. Whoever has no event recorded
    counts as having had none: there is no missing value.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    events, note = _counting(data, endpoint.variable.events or "all")
    having = pd.Series(arm.index.isin(events["participant"]), index=arm.index)
    return compare(protocol, endpoint, arm, having, note)


def terms(
    protocol: Protocol, data: UnblindedTrialData, population: str
) -> list[Estimate]:
    """Participants with each term, by arm, the most frequent term first."""
    arm = members(protocol, data, population)
    events, _ = _counting(data, "all")
    once = events[["participant", "term"]].drop_duplicates()
    once = once.assign(arm=once["participant"].map(arm)).dropna(subset="arm")
    made = []
    ranked = (
        once["term"]
        .value_counts()
        .sort_index()
        .sort_values(ascending=False, kind="stable")
    )
    for number, term in enumerate(ranked.index, start=1):
        for group in protocol.arms:
            n = int((arm == group.id).sum())
            count = int(((once["term"] == term) & (once["arm"] == group.id)).sum())
            made.append(
                Estimate(
                    id=f"events.term-{number}.{group.id}",
                    endpoint="events",
                    analysis="count",
                    population=population,
                    contrast=group.id,
                    estimate=float(count),
                    n=n,
                    note=str(term),
                )
            )
    return made


def _counting(data: TrialData, kind: str) -> tuple[pd.DataFrame, str | None]:
    """Events since day 0 of this kind, and a note on those that do not count."""
    events = data.events
    before = (events["started_day"] < 0).fillna(False)
    unknown = pd.Series(False, index=events.index)
    chosen = ~before
    if kind != "all":
        flag = events["serious" if kind == "serious" else "related"]
        unknown = flag.isna() & chosen
        chosen &= flag.fillna(False)
    notes = []
    if events.empty:
        notes.append("the data hold no adverse event of anybody")
    if before.any():
        notes.append(f"events before day 0, not counted: {int(before.sum())}")
    if unknown.any():
        notes.append(
            f"events not recorded as {kind} or not, not counted: {int(unknown.sum())}"
        )
    return events[chosen.astype(bool)], "; ".join(notes) or None
