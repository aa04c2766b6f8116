"""Exposure-adjusted event rates, treatment-emergent and over the entire follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from equipoise.analyze.safety.event_counts import EventCounts
from equipoise.analyze.safety.person_time import (
    emergent_time,
    last_day_observed,
    why_not_compared,
)
from equipoise.analyze.safety.treatment_emergent import (
    EmergentEvents,
    treatment_period,
)
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from equipoise.stats.event_rates import event_rate, rate_ratio

WEEK = 7.0
PER = "per 100 participant-weeks"


def rates(
    protocol: Protocol,
    data: UnblindedTrialData,
    counts: EventCounts,
    emergent: EmergentEvents,
) -> None:
    """Adds the rates of treatment-emergent events and of all events in follow-up.

    ``events.rate.*`` counts treatment-emergent events in the time in which an event
    would be treatment-emergent, cut at the last day observed; ``events.rate-ratio`` is
    their ratio. ``events.rate-follow-up.*`` counts the events since the first dose (day 0
    where it is not recorded) in all of the follow-up. ``number`` and ``weeks`` are
    numerator and denominator. No ratio is given where follow-up depends on the outcome.

    Source: ICH E3 12.1; Garwood 1936 for the interval of a rate; the ratio is
    conditional on the number of events (R poisson.test).
    """
    arm, period = counts.arm, treatment_period(protocol, data)
    events = data.events[data.events["participant"].isin(arm.index)]
    start = events["participant"].map(period["first"]).fillna(0.0).astype(float)
    since = ~(events["started_day"].astype(float) < start)
    first = period["first"].reindex(arm.index).fillna(0.0)
    followed = last_day_observed(protocol, data).reindex(arm.index) - first + 1
    if emergent.recorded:
        treated = emergent.rows["participant"].isin(period.index)
        time = emergent_time(protocol, data).reindex(arm.index)
        label = "treatment-emergent events"
        _add(counts, "", label, emergent.rows[treated], time, counts.not_compared)
    else:
        why = "cannot be estimated: the treatment period is not recorded"
        for group in counts.arms:
            counts.add(f"rate.{group}", "rate", group, note=why)
        pair = f"{counts.pair.arm} - {counts.pair.versus}"
        counts.add("rate-ratio", "rate-ratio", pair, note=why)
    _add(
        counts,
        "-follow-up",
        "events over the entire follow-up",
        events[since],
        followed.clip(lower=0),
        why_not_compared(protocol),
    )


def _add(
    counts: EventCounts,
    suffix: str,
    label: str,
    events: pd.DataFrame,
    days: pd.Series[Any],
    not_compared: str | None,
) -> None:
    number, weeks = {}, {}
    for group in counts.arms:
        own = days[counts.arm == group].dropna()
        of = events["participant"].map(counts.arm)
        number[group] = int((of == group).sum())
        weeks[group] = float(own.sum()) / WEEK
        n, text = len(own), f"{label}, in participant-weeks"
        counts.add(
            f"number{suffix}.{group}", "event-count", group,
            estimate=float(number[group]), n=n, note=label,
        )  # fmt: skip
        counts.add(
            f"weeks{suffix}.{group}", "participant-weeks", group,
            estimate=weeks[group], n=n, note=text,
        )  # fmt: skip
        result = event_rate(number[group], weeks[group], counts.level)
        reason = "cannot be estimated: no participant was observed"
        counts.add(
            f"rate{suffix}.{group}",
            "rate",
            group,
            estimate=None if result is None else 100 * result.estimate,
            lower=None if result is None else 100 * result.lower,
            upper=None if result is None else 100 * result.upper,
            level=counts.level,
            n=n,
            note=f"{label} {PER}: {number[group]} in {weeks[group]:.1f} participant-weeks"
            if result
            else reason,
        )
    _ratio(counts, suffix, label, number, weeks, not_compared)


def _ratio(
    counts: EventCounts,
    suffix: str,
    label: str,
    number: Mapping[str, int],
    weeks: Mapping[str, float],
    not_compared: str | None,
) -> None:
    a, b = counts.pair.arm, counts.pair.versus
    ratio = None
    note = not_compared
    if not_compared is None:
        if min(number[a], number[b]) > 0:
            ratio = rate_ratio(number[a], weeks[a], number[b], weeks[b], counts.level)
        note = "cannot be estimated: an arm without events or without time"
    if ratio is not None:
        note = (
            f"ratio of the rates of {label}, exact interval; events within a participant "
            "are treated as independent"
        )
    counts.add(
        f"rate{suffix}-ratio",
        "rate-ratio",
        f"{a} - {b}",
        estimate=None if ratio is None else ratio.estimate,
        lower=None if ratio is None else ratio.lower,
        upper=None if ratio is None else ratio.upper,
        level=counts.level,
        n=counts.size[a] + counts.size[b],
        note=note,
    )
