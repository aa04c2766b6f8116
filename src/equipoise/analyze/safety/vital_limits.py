"""Vital signs against the safety rules of the protocol: values that meet a rule."""

from __future__ import annotations

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
    data: UnblindedTrialData,
    endpoint: Endpoint,
    rule: SafetyRule,
    table: pd.DataFrame,
) -> list[Estimate]:
    """What a rule states, participants with a value that it marks, and completeness.

    ``n`` are the participants with a value at the time of the rule: where nobody was
    measured then there is no number. ``marked-values``: values that meet the rule, of
    all at its time. ``recorded``: values at planned minutes of infusions that were
    given, of those planned: a value that was not measured marks nothing.
    """
    length = infusion_minutes(protocol)
    own = table[
        (table["name"] == rule.measurement) & due(rule, table["minute"], length)
    ]
    hits = own[fires(rule, own, length)]
    made = [_title(endpoint, rule)]
    planned = _planned(protocol, data, table, rule, length)
    taken = set(
        own[["participant", "visit", "minute"]].itertuples(index=False, name=None)
    )
    for group in protocol.arms:
        measured = own.loc[own["arm"] == group.id, "participant"]
        n = int(measured.nunique())
        mine = hits[hits["arm"] == group.id]
        count = float(mine["participant"].nunique())
        text = limits(rule)
        made.append(
            estimate_of(
                endpoint,
                f"marked.{rule.id}.{group.id}",
                "marked",
                group.id,
                estimate=count if n else None,
                statistic=count / n if n else None,
                n=n,
                note=f"{text}; values marked: {len(mine)}"
                if n
                else f"{text}: not known, no participant was measured at that time",
            )
        )
        values = len(measured)
        made.append(
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
        made.append(
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
    return made


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


def _planned(
    protocol: Protocol,
    data: UnblindedTrialData,
    table: pd.DataFrame,
    rule: SafetyRule,
    length: float | None,
) -> dict[str, set[tuple[str, str, float]]]:
    """Planned times of a rule's measurement by arm: participant, visit, minute."""
    minutes = {
        visit.id: due_minutes(protocol, visit, rule, length)
        for visit in protocol.schedule.visits
        if visit.infusion is not None
    }
    arm = dict(table[["participant", "arm"]].itertuples(index=False, name=None))
    given = data.exposures if collected(data, "exposures") else table
    made: dict[str, set[tuple[str, str, float]]] = {}
    for person, visit in set(
        given[["participant", "visit"]].itertuples(index=False, name=None)
    ):
        if person in arm:
            own = made.setdefault(str(arm[person]), set())
            own |= {(person, visit, minute) for minute in minutes.get(visit, ())}
    return made


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
