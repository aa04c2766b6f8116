"""Vital signs around infusions: values, changes, extremes, and limits of the protocol."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.safety_set import not_estimated, safety_set
from equipoise.analyze.safety.vital_limits import (
    infusion_minutes,
    infusions_given,
    marked,
    other_unit,
)
from equipoise.analyze.safety.vital_shifts import shifts
from equipoise.analyze.safety.vital_values import EVERY, changes, extremes, values
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.protocol.vital_sign_names import unit_text, vital_sign

__all__ = ["EVERY", "measured", "vital_signs"]


def vital_signs(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Values and changes at each timepoint, extremes, marked values, shifts.

    Returns:
        ``measurement``, one for each vital sign: number of values, of participants, and
        its name with the unit of the data in the note. Then, by vital sign, ``value``,
        ``vital-sd`` and ``vital-change`` by minute and arm, averaged over each
        participant's infusions (visit ``all-infusions``; changes also by infusion), the
        difference of two arms; ``vital-extreme-mean`` and ``vital-extreme``: mean of the
        participants' maxima and minima during and after infusions, and the most extreme
        value of all. ``marked``: participants with a value that a safety rule of the
        protocol marks, and values. ``shift``: participants by state before the first
        infusion and worst state afterwards, by the rules of the time of each value.

    Source: ICH E3 12.4 and 12.5.
    """
    table, reason = _table(protocol, data, endpoint)
    if reason is not None:
        return [not_estimated(endpoint, "change", "vital-change", reason)]
    length = infusion_minutes(protocol)
    estimates: list[Estimate] = []
    usable: dict[str, str | None] = {}
    for name in endpoint.variable.measurements:
        own = table[table["name"] == name]
        units = sorted({unit_text(str(unit)) for unit in own["unit"].dropna()})
        title = _measurement(endpoint, name, own, units)
        estimates.append(title)
        if title.estimate is None:
            continue
        usable[name] = units[0] if units else None
        estimates += values(protocol, endpoint, name, own)
        estimates += changes(protocol, endpoint, name, own)
        estimates += extremes(protocol, endpoint, name, own, length)
    estimates += _limits(protocol, data, endpoint, table, usable)
    return _answer_first(endpoint, estimates)


def _table(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> tuple[pd.DataFrame, str | None]:
    """The measurements of the endpoint, and why there are none."""
    arm, reason = safety_set(protocol, data, endpoint.estimand.population)
    if not collected(data, "measurements"):
        reason = f"cannot be estimated: {NOT_COLLECTED['measurements']}"
    if arm is None or reason is not None:
        return pd.DataFrame(), reason
    table = measured(protocol, data, endpoint, arm)
    table = table[table["name"].isin(endpoint.variable.measurements)]
    if table.empty:
        reason = "cannot be estimated: no measurement at a minute of an infusion"
    return table, reason


def _limits(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    table: pd.DataFrame,
    usable: dict[str, str | None],
) -> list[Estimate]:
    """Marked values and shifts of the measurements with one unit: that of the rules."""
    made: list[Estimate] = []
    infused = infusions_given(data, table)
    for rule in protocol.vital_rules():
        if rule.measurement not in endpoint.variable.measurements:
            continue
        unit = usable.get(rule.measurement)
        if unit is not None and unit != unit_text(rule.unit):
            made += other_unit(endpoint, rule, unit)
        else:
            known = rule.measurement in usable
            own = table if known else table.iloc[:0]
            made += marked(protocol, endpoint, rule, own, infused if known else {})
    for name, unit in usable.items():
        rules = [r for r in protocol.vital_rules() if r.measurement == name]
        if all(unit is None or unit == unit_text(rule.unit) for rule in rules):
            own = table[table["name"] == name]
            made += shifts(protocol, endpoint, name, own, infusion_minutes(protocol))
    return made


def measured(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    arm: pd.Series[Any] | None = None,
) -> pd.DataFrame:
    """Values at minutes of an infusion with the value before it.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: whose population counts.
        arm: of its members, by participant, if it is known already.

    Returns:
        ``participant, arm, visit, infusion, minute, name, unit, value, before, change``;
        ``before`` is the last value with a minute of at most 0 at the same visit.
    """
    if arm is None:
        arm, _ = safety_set(protocol, data, endpoint.estimand.population)
        arm = data.arm.iloc[:0] if arm is None else arm
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
    columns = ["participant", "arm", "visit", "infusion", "minute", "name", "unit"]
    rows = rows.assign(change=rows["value"] - rows["before"])
    return rows[[*columns, "value", "before", "change"]].reset_index(drop=True)


def _measurement(
    endpoint: Endpoint, name: str, own: pd.DataFrame, units: list[str]
) -> Estimate:
    """A vital sign: its name with the unit, and how many values there are."""
    note = vital_sign(name, units[0] if units else None)
    estimate: float | None = float(len(own))
    if own.empty:
        note, estimate = f"{vital_sign(name)}: not collected or not provided", None
    elif len(units) > 1:
        note = f"{vital_sign(name, ', '.join(units))}: not reported, units differ"
        estimate = None
    return Estimate(
        id=f"{endpoint.id}.measurement.{name}",
        endpoint=endpoint.id,
        analysis="measurement",
        population=endpoint.estimand.population,
        estimate=estimate,
        n=int(own["participant"].nunique()),
        note=note,
    )


def _answer_first(endpoint: Endpoint, made: list[Estimate]) -> list[Estimate]:
    """The first change of the arm of interest in front: the answer of the endpoint."""
    arm = endpoint.estimand.treatment.arm
    for position, row in enumerate(made):
        if row.analysis == "vital-change" and row.contrast == arm:
            return [row, *made[:position], *made[position + 1 :]]
    return made
