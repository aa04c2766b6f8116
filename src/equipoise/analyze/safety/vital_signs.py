"""Vital signs: change from before the infusion, marked values, shift tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.mean import mean_with_interval
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import members
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol

EVERY = "all-infusions"
STATES = ("low", "within limits", "high", "low and high")


def vital_signs(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Change at each timepoint, values marked by the rules of the protocol, shifts.

    Returns:
        ``change`` by measurement, visit, minute and arm, from the last value before the
        infusion of the same visit; with visit ``all-infusions`` the mean of each
        participant's infusions. ``marked``: participants with a value that a safety
        rule of the protocol marks. ``shift``: participants by state before the first
        infusion and worst state afterwards, by the limits of the rules.

    Source: ICH E3 12.4 and 12.5.
    """
    table = measured(protocol, data, endpoint)
    if table["change"].isna().all():
        return [_nothing(endpoint)]
    made: list[Estimate] = []
    for name in endpoint.variable.measurements:
        mine = table[table["name"] == name]
        made += _changes(protocol, endpoint, name, mine)
    for rule in protocol.safety_rules:
        if rule.measurement in endpoint.variable.measurements:
            made.append(_titled(endpoint, rule))
            made += _marked(protocol, endpoint, rule, table)
    for name in endpoint.variable.measurements:
        made += _shifts(protocol, endpoint, name, table[table["name"] == name])
    return made


def measured(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """Values at minutes of an infusion with the value before it.

    Returns:
        ``participant, arm, visit, infusion, minute, name, value, before, change``;
        ``before`` is the last value with a minute of at most 0 at the same visit.
    """
    arm = members(protocol, data, endpoint.estimand.population)
    number = {v.id: v.infusion for v in protocol.schedule.visits if v.infusion}
    rows = data.measurements
    rows = rows[
        rows["visit"].isin(list(number))
        & rows["timepoint_min"].notna()
        & rows["participant"].isin(arm.index)
    ]
    rows = rows.assign(
        minute=rows["timepoint_min"].astype(float),
        infusion=rows["visit"].map(number).astype(float),
        arm=rows["participant"].map(arm),
    )
    keys = ["participant", "visit", "name"]
    earlier = rows[rows["minute"] <= 0].sort_values("minute", kind="stable")
    before = earlier.drop_duplicates(keys, keep="last").set_index(keys)["value"]
    index = pd.MultiIndex.from_frame(rows[keys])
    rows = rows.assign(before=before.reindex(index).to_numpy(float))
    return rows.assign(change=rows["value"] - rows["before"])[
        [
            "participant",
            "arm",
            "visit",
            "infusion",
            "minute",
            "name",
            "value",
            "before",
            "change",
        ]
    ].reset_index(drop=True)


def _changes(
    protocol: Protocol, endpoint: Endpoint, name: str, table: pd.DataFrame
) -> list[Estimate]:
    later = table[table["minute"] > 0].dropna(subset="change")
    each = (
        later.groupby(["participant", "arm", "minute"])["change"].mean().reset_index()
    )
    each = each.assign(visit=EVERY)
    order = [v.id for v in protocol.schedule.visits if v.infusion]
    both = pd.concat([each, later[["participant", "arm", "minute", "change", "visit"]]])
    groups = dict(list(both.groupby(["visit", "minute", "arm"])["change"]))
    made = []
    for visit in (EVERY, *order):
        for minute in sorted(later["minute"].unique()):
            for group in protocol.arms:
                values = groups.get((visit, minute, group.id))
                if values is not None:
                    made.append(_mean(endpoint, name, visit, minute, group.id, values))
    return made


def _mean(
    endpoint: Endpoint,
    name: str,
    visit: str,
    minute: float,
    arm: str,
    values: pd.Series[Any],
) -> Estimate:
    return Estimate(
        id=f"{endpoint.id}.change.{name}.{visit}.min-{minute:g}.{arm}",
        endpoint=endpoint.id,
        analysis="vital-change",
        population=endpoint.estimand.population,
        visit=visit,
        contrast=arm,
        statistic=minute,
        note=f"{name}, minute {minute:g}",
        **mean_with_interval(values.to_numpy(float), endpoint.analysis.level),
    )


def limits(rule: SafetyRule) -> str:
    """The rule in words."""
    ends = []
    if rule.above is not None:
        ends.append(f"≥ {rule.above:g}")
    if rule.below is not None:
        ends.append(f"≤ {rule.below:g}")
    return f"{rule.measurement} {' or '.join(ends)} {rule.unit}, {rule.when}"


def _titled(endpoint: Endpoint, rule: SafetyRule) -> Estimate:
    """What a rule says, once, for tables."""
    return Estimate(
        id=f"{endpoint.id}.rule.{rule.id}",
        endpoint=endpoint.id,
        analysis="rule",
        population=endpoint.estimand.population,
        estimate=rule.above if rule.above is not None else rule.below,
        note=f"{limits(rule)}: {rule.action}",
    )


def infusion_minutes(protocol: Protocol) -> float | None:
    """Length of the longest infusion that the protocol states, in minutes."""
    stated = [kind.infusion.value for kind in protocol.interventions if kind.infusion]
    return max(stated, default=None)


def fires(
    rule: SafetyRule, table: pd.DataFrame, length: float | None
) -> pd.Series[Any]:
    """Whether a rule marks each value: at or beyond a limit, at its time.

    Args:
        rule: of the protocol.
        table: ``minute, name, value``.
        length: of the infusion; where it is not stated, what comes after the start is
            both during and after it.
    """
    minute = table["minute"]
    due = {
        "before infusion": minute <= 0,
        "during infusion": (minute > 0) & (length is None or minute <= length),
        "after infusion": minute > (length or 0),
        "any": minute.notna(),
    }[rule.when]
    beyond = pd.Series(False, index=table.index)
    if rule.above is not None:
        beyond |= table["value"] >= rule.above
    if rule.below is not None:
        beyond |= table["value"] <= rule.below
    return due & beyond & (table["name"] == rule.measurement)


def _marked(
    protocol: Protocol, endpoint: Endpoint, rule: SafetyRule, table: pd.DataFrame
) -> list[Estimate]:
    fired = table[fires(rule, table, infusion_minutes(protocol))]
    seen = table[table["name"] == rule.measurement]
    made = []
    for group in protocol.arms:
        mine = fired[fired["arm"] == group.id]
        of = int(seen.loc[seen["arm"] == group.id, "participant"].nunique())
        made.append(
            Estimate(
                id=f"{endpoint.id}.marked.{rule.id}.{group.id}",
                endpoint=endpoint.id,
                analysis="marked",
                population=endpoint.estimand.population,
                contrast=group.id,
                estimate=float(mine["participant"].nunique()),
                n=of,
                note=f"{limits(rule)}; values marked: {len(mine)}",
            )
        )
    return made


def _shifts(
    protocol: Protocol, endpoint: Endpoint, name: str, table: pd.DataFrame
) -> list[Estimate]:
    rules = [rule for rule in protocol.safety_rules if rule.measurement == name]
    high = min((r.above for r in rules if r.above is not None), default=np.inf)
    low = max((r.below for r in rules if r.below is not None), default=-np.inf)
    if not rules or table.empty:
        return []
    first = table[
        (table["infusion"] == table["infusion"].min()) & (table["minute"] <= 0)
    ]
    start = first.sort_values("minute").drop_duplicates("participant", keep="last")
    after = table[table["minute"] > 0].groupby("participant")["value"]
    worst = pd.DataFrame({"high": after.max() >= high, "low": after.min() <= low})
    state = start.set_index("participant")
    state = state.join(worst, how="inner")
    before = np.select(
        [state["value"] >= high, state["value"] <= low],
        ["high", "low"],
        "within limits",
    )
    later = np.select(
        [state["high"] & state["low"], state["high"], state["low"]],
        ["low and high", "high", "low"],
        "within limits",
    )
    made = []
    for group in protocol.arms:
        mine = (state["arm"] == group.id).to_numpy()
        for one in STATES[:3]:
            for other in STATES:
                count = int((mine & (before == one) & (later == other)).sum())
                made.append(
                    _shift(endpoint, name, (one, other), group.id, count, mine.sum())
                )
    return made


def _shift(
    endpoint: Endpoint, name: str, states: tuple[str, str], arm: str, count: int, n: int
) -> Estimate:
    one, other = (state.replace(" ", "-") for state in states)
    return Estimate(
        id=f"{endpoint.id}.shift.{name}.{one}.{other}.{arm}",
        endpoint=endpoint.id,
        analysis="shift",
        population=endpoint.estimand.population,
        contrast=arm,
        estimate=float(count),
        n=int(n),
        note=f"{name}: {states[0]} before the first infusion, {states[1]} afterwards",
    )


def _nothing(endpoint: Endpoint) -> Estimate:
    return Estimate(
        id=f"{endpoint.id}.change",
        endpoint=endpoint.id,
        analysis="vital-change",
        population=endpoint.estimand.population,
        note="cannot be estimated: the data hold no measurement at a minute of an infusion",
    )
