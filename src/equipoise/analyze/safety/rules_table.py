"""Infusions given or continued although a safety rule was met, by arm."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.adverse_events import events_endpoint
from equipoise.analyze.safety.broken_rules import HOLD, STOP, broken_rules
from equipoise.analyze.safety.safety_set import safety_set
from equipoise.analyze.safety.vital_limits import due, infusion_minutes, limits
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol


def rules_broken(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Participants infused against each hold, pause and stop rule, by arm.

    Returns:
        ``broken-rules.<rule>.<arm>``, participants; ``....infusions.<arm>``, infusions;
        ``....not-known.<arm>``, infusions at which the rule was met and it is not
        recorded what was done. ``n`` counts those with a value at the time of the rule.
        No number where no participant was measured then, or where what is not known could
        change a zero.

    Source: ICH E3 10.2.
    """
    population = next(
        (e.estimand.population for e in protocol.endpoints if e.type == "vital-signs"),
        events_endpoint(protocol).estimand.population,
    )
    arm, _ = safety_set(protocol, data, population)
    arm = data.arm if arm is None else arm
    rows = data.measurements
    infusions = [v.id for v in protocol.schedule.visits if v.infusion]
    rows = rows[
        rows["visit"].isin(infusions)
        & rows["timepoint_min"].notna()
        & rows["participant"].isin(arm.index)
    ]
    rows = rows.assign(
        minute=rows["timepoint_min"].astype(float), arm=rows["participant"].map(arm)
    )[["participant", "visit", "name", "minute", "arm"]]
    if collected(data, "exposures"):
        given = pd.MultiIndex.from_frame(data.exposures[["participant", "visit"]])
        keys = pd.MultiIndex.from_frame(rows[["participant", "visit"]])
        rows = rows[keys.isin(given)]
    broken = pd.DataFrame(
        [
            (one.participant, one.visit, one.rule_id, one.went_on is None)
            for one in broken_rules(protocol, data)
        ],
        columns=["participant", "visit", "rule", "unknown"],
    )
    broken = broken.assign(arm=broken["participant"].map(arm))
    estimates: list[Estimate] = []
    length = infusion_minutes(protocol)
    for rule in protocol.vital_rules():
        if rule.action not in (*HOLD, *STOP):
            continue
        own = rows[
            (rows["name"] == rule.measurement) & due(rule, rows["minute"], length)
        ]
        for group in protocol.arms:
            mine = broken[(broken["rule"] == rule.id) & (broken["arm"] == group.id)]
            seen = own[own["arm"] == group.id]
            estimates += _rule(rule, group.id, population, mine, seen)
    if estimates and not collected(data, "measurements"):
        note = f"cannot be known: {NOT_COLLECTED['measurements']}"
        estimates = [_estimate("broken-rules.none", population, None, note=note)]
    return estimates


def _rule(
    rule: SafetyRule,
    arm: str,
    population: str,
    broken: pd.DataFrame,
    seen: pd.DataFrame,
) -> list[Estimate]:
    not_known = broken["unknown"].astype(bool)
    went_on, unknown = broken[~not_known], broken[not_known]
    people = int(seen["participant"].nunique())
    infusions = len(seen[["participant", "visit"]].drop_duplicates())
    known = people > 0 and (len(went_on) > 0 or unknown.empty)
    note = f"{limits(rule)}: {rule.action}"
    if not people:
        note += "; not known: no participant was measured at that time"
    elif not known:
        note += "; not known: what was done is not recorded"
    return [
        _estimate(
            f"broken-rules.{rule.id}{part}.{arm}",
            population,
            arm,
            estimate=float(value) if usable else None,
            n=n,
            statistic=value / n if usable and n else None,
            note=note,
        )
        for part, value, n, usable in (
            ("", went_on["participant"].nunique(), people, known),
            (".infusions", len(went_on), infusions, known),
            (".not-known", len(unknown), infusions, people > 0),
        )
    ]


def _estimate(name: str, population: str, arm: str | None, **numbers: Any) -> Estimate:
    return Estimate(
        id=name,
        endpoint="broken-rules",
        analysis="broken-rule",
        population=population,
        contrast=arm,
        **numbers,
    )
