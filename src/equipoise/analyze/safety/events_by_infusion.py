"""Adverse events by term and infusion: participants with the event, and events."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from equipoise.analyze.safety.event_counts import EventCounts
from equipoise.analyze.safety.treatment_emergent import (
    DAY_AFTER,
    infusion_days,
    with_infusion,
)
from equipoise.dataset.collected import collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol


def terms_by_infusion(
    protocol: Protocol,
    data: UnblindedTrialData,
    counts: EventCounts,
    events: pd.DataFrame,
    terms: Sequence[str],
) -> None:
    """Adds participants with each term after each infusion, of participants infused.

    An event counts for an infusion if it started on its day or on the day after; without
    a start day it counts for none. ``events.infusion-2.ketamine`` and
    ``events.infusion-2.events.ketamine`` are participants with any event and events;
    ``events.term-1.infusion-2.ketamine`` participants with the term; ``n`` is the number
    who received the infusion. ``events.no-infusion.events.*`` are the events that belong
    to none. Nothing is added where the data hold no infusions.
    """
    given = infusion_days(protocol, data)
    given = given[given["participant"].isin(counts.arm.index)]
    if not collected(data, "exposures") or given.empty:
        return
    placed = with_infusion(protocol, data, events)
    members = {arm: set(counts.arm.index[counts.arm == arm]) for arm in counts.arms}
    soon = (placed["days_since"] <= DAY_AFTER).fillna(False).astype(bool)
    for number in sorted(int(one) for one in given["infusion"].unique()):
        infused = set(given[given["infusion"] == number]["participant"])
        own = placed[soon & (placed["infusion"] == number).fillna(False)]
        people = own["participant"].tolist()
        _add(counts, f"infusion-{number}", number, infused, people, members)
        for position, term in enumerate(terms, start=1):
            name = f"term-{position}.infusion-{number}"
            having = own.loc[own["term"] == term, "participant"].tolist()
            _add(counts, name, number, infused, having, members, term)
    of = placed["participant"].map(counts.arm)
    for group in counts.arms:
        counts.add(
            f"no-infusion.events.{group}",
            "event-count",
            group,
            estimate=float(((of == group) & ~soon).sum()),
            n=counts.size[group],
            note="events later than the day after an infusion, or without a start day",
        )


def _add(
    counts: EventCounts,
    name: str,
    number: int,
    infused: set[str],
    people: list[str],
    members: dict[str, set[str]],
    term: str = "any adverse event",
) -> None:
    for group in counts.arms:
        n = len(members[group] & infused)
        own = [person for person in people if person in members[group]]
        who = float(len(set(own)))
        counts.add(
            f"{name}.{group}",
            "count-by-infusion",
            group,
            estimate=who if n else None,
            statistic=who / n if n else None,
            n=n,
            note=f"infusion {number}, {term}"
            + ("" if n else ": no participant of the arm received it"),
        )
        if term == "any adverse event":
            counts.add(
                f"{name}.events.{group}",
                "event-count",
                group,
                estimate=float(len(own)) if n else None,
                n=n,
                note=f"infusion {number}, events",
            )
