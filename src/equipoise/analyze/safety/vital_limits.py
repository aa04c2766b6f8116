"""Potentially clinically significant vital signs: values that meet a safety rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.dataset.collected import collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.calendar import Visit
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol
from equipoise.protocol.vital_sign_names import NAMES, with_unit

Visited = tuple[str, str]  # participant, visit


def limits(rule: SafetyRule) -> str:
    """The limit of a rule: ``Systolic blood pressure ≥ 150 mm Hg, before infusion``."""
    ends = []
    if rule.above is not None:
        ends.append(f"≥ {rule.above:g}")
    if rule.below is not None:
        ends.append(f"≤ {rule.below:g}")
    name = NAMES.get(rule.measurement, (rule.measurement, ""))[0]
    return f"{name} {with_unit(' or '.join(ends), rule.unit)}, {rule.when}"


def infusion_minutes(protocol: Protocol) -> float | None:
    """Length of the longest infusion that the protocol states, in minutes."""
    stated = [kind.infusion.value for kind in protocol.interventions if kind.infusion]
    return max(stated, default=None)


def due(
    rule: SafetyRule, minute: pd.Series[Any], length: float | None
) -> pd.Series[Any]:
    """Whether each minute is a time at which a rule applies.

    Args:
        rule: of the protocol.
        minute: from the start of the infusion.
        length: of the infusion in minutes; where it is not stated, everything after the
            start is both during and after it.
    """
    if rule.when == "before infusion":
        return minute <= 0
    if rule.when == "during infusion":
        return (minute > 0) & (length is None or minute <= length)
    if rule.when == "after infusion":
        return minute > (length or 0)
    return minute.notna()


def due_minutes(
    protocol: Protocol, visit: Visit, rule: SafetyRule, length: float | None
) -> list[int]:
    """Planned minutes of a visit at which a rule looks at its measurement, in order.

    Args:
        protocol: of the trial.
        visit: with an infusion.
        rule: on a vital sign.
        length: as for ``due``.
    """
    planned = sorted(
        {
            minute
            for measurement in protocol.schedule.measurements(visit)
            if rule.measurement in measurement.names
            for minute in measurement.minutes
        }
    )
    looks = due(rule, pd.Series(planned, dtype=float), length)
    return [minute for minute, is_due in zip(planned, looks, strict=True) if is_due]


def fires(
    rule: SafetyRule, table: pd.DataFrame, length: float | None
) -> pd.Series[Any]:
    """Whether a rule marks each value: at or beyond a limit, at its time.

    Args:
        rule: of the protocol.
        table: ``minute, name, value``.
        length: as for ``due``.
    """
    beyond = pd.Series(False, index=table.index)
    if rule.above is not None:
        beyond |= table["value"] >= rule.above
    if rule.below is not None:
        beyond |= table["value"] <= rule.below
    own = table["name"] == rule.measurement
    return due(rule, table["minute"], length) & beyond & own


def marked(
    protocol: Protocol,
    endpoint: Endpoint,
    rule: SafetyRule,
    table: pd.DataFrame,
    infused: Mapping[str, Collection[Visited]],
) -> list[Estimate]:
    """What a rule states, participants with a value that it marks, and completeness.

    ``n`` are the participants with a value at the time of the rule: without a measurement
    at that time there is no number. ``marked-values``: values that meet the rule, of all at
    its time. ``recorded``: values at planned minutes of infusions that were given, of those
    planned: a value that was not measured marks nothing.

    Args:
        protocol: of the trial.
        endpoint: of vital signs.
        rule: on one of them.
        table: of ``measured``; empty if the measurement cannot be used.
        infused: of ``infusions_given``.
    """
    length = infusion_minutes(protocol)
    looked = (table["name"] == rule.measurement) & due(rule, table["minute"], length)
    columns = ["arm", "participant", "visit", "minute", "name", "value"]
    own = table.loc[looked.to_numpy(bool), columns]
    arm, person, visit = (own[name].to_numpy(object) for name in columns[:3])
    hit = fires(rule, own, length).to_numpy(bool)
    estimates = [_title(endpoint, rule)]
    planned = _planned(protocol, infused, rule, length)
    taken = set(zip(person, visit, own["minute"].tolist(), strict=True))
    text = limits(rule)
    for group in protocol.arms:
        in_arm = arm == group.id
        n = len(set(person[in_arm]))
        mine = person[in_arm & hit]
        count = float(len(set(mine)))
        estimates.append(
            estimate_of(
                endpoint,
                f"marked.{rule.id}.{group.id}",
                "marked",
                group.id,
                estimate=count if n else None,
                statistic=count / n if n else None,
                n=n,
                note=f"{text}; values that meet the rule: {len(mine)}"
                if n
                else f"{text}: not known, no participant was measured at that time",
            )
        )
        values = int(in_arm.sum())
        estimates.append(
            estimate_of(
                endpoint,
                f"marked-values.{rule.id}.{group.id}",
                "marked-values",
                group.id,
                estimate=float(len(mine)) if values else None,
                statistic=len(mine) / values if values else None,
                n=values,
                note=f"{text}: values that meet the rule",
            )
        )
        due_here = planned.get(group.id, set())
        estimates.append(
            estimate_of(
                endpoint,
                f"recorded.{rule.id}.{group.id}",
                "values-recorded",
                group.id,
                estimate=float(len(due_here & taken)),
                n=len(due_here),
                note=f"{text}: values recorded of those planned",
            )
        )
    return estimates


def other_unit(endpoint: Endpoint, rule: SafetyRule, unit: str) -> list[Estimate]:
    """A rule whose unit is not that of the data: named, and not applied."""
    why = f"not applied: the data are in {unit}"
    return [_title(endpoint, rule, f"; {why}")]


def _title(endpoint: Endpoint, rule: SafetyRule, more: str = "") -> Estimate:
    limit = rule.above if rule.above is not None else rule.below
    note = f"{limits(rule)}: {rule.action}{more}"
    return estimate_of(
        endpoint, f"rule.{rule.id}", "rule", None, estimate=limit, note=note
    )


def infusions_given(
    data: UnblindedTrialData, table: pd.DataFrame
) -> dict[str, set[Visited]]:
    """Participant and visit of each infusion that was given, by arm.

    Args:
        data: of the trial.
        table: of ``measured``: its participants count, and its visits where infusions
            themselves were not collected.
    """
    arm = dict(_pairs(table, "participant", "arm"))
    given = data.exposures if collected(data, "exposures") else table
    made: dict[str, set[Visited]] = {}
    for person, visit in _pairs(given, "participant", "visit"):
        if person in arm:
            made.setdefault(arm[person], set()).add((person, visit))
    return made


def _pairs(table: pd.DataFrame, one: str, other: str) -> set[tuple[str, str]]:
    """The different pairs of texts in two columns."""
    columns = (table[name].to_numpy(object) for name in (one, other))
    return set(zip(*columns, strict=True))


def _planned(
    protocol: Protocol,
    infused: Mapping[str, Collection[Visited]],
    rule: SafetyRule,
    length: float | None,
) -> dict[str, set[tuple[str, str, float]]]:
    """Planned times of a rule's measurement by arm: participant, visit, minute."""
    minutes = {
        visit.id: due_minutes(protocol, visit, rule, length)
        for visit in protocol.schedule.visits
        if visit.infusion is not None
    }
    return {
        arm: {
            (person, visit, minute)
            for person, visit in visited
            for minute in minutes.get(visit, ())
        }
        for arm, visited in infused.items()
    }


def estimate_of(
    endpoint: Endpoint, name: str, analysis: str, arm: str | None, **numbers: Any
) -> Estimate:
    """An estimate of an endpoint of vital signs."""
    return Estimate(
        id=f"{endpoint.id}.{name}",
        endpoint=endpoint.id,
        analysis=analysis,
        population=endpoint.estimand.population,
        contrast=arm,
        **numbers,
    )
