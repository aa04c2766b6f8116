"""Extent of exposure: infusions received, dose, length, changes, interruptions."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.population.deviation import TOLERANCE
from equipoise.analyze.population.dosing_deviations import infusions
from equipoise.analyze.result import Estimate
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.randomized import counted_population
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol

AMOUNTS = {  # id -> column of the table, what it is
    "dose": ("dose_mg", "mg"),
    "dose-by-weight": ("mg_per_kg", "mg/kg"),
    "weight": ("weight_kg", "kg"),
    "duration": ("minutes", "min"),
}


def exposure(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Infusions received by arm: participants by number of infusions, and the dose.

    Returns:
        ``exposure.infusions-<k>``, participants with ``k`` infusions recorded;
        ``exposure.triggered-<k>``, with ``k`` infusions at visits that a loss of response
        triggers, if the protocol has them; ``dose``, mean and SD of mg per infusion. If
        the data hold no record of treatment, one row ``exposure.recorded`` without a
        number, whose note says so.
    """
    if not collected(data, "exposures"):
        return [
            Estimate(
                id="exposure.recorded",
                endpoint="exposure",
                analysis="recorded",
                population=counted_population(data),
                note=NOT_COLLECTED["exposures"],
            )
        ]
    planned = sum(v.infusion is not None for v in protocol.schedule.visits)
    if not planned:
        return []
    given = data.exposures.groupby("participant").size()
    most = max(planned, int(given.max()) if len(given) else 0)
    estimates = []
    for group in protocol.arms:
        people = data.arm.index[data.arm == group.id]
        counts = given.reindex(people).fillna(0)
        estimates += _retreated(protocol, data, group.id, people)
        for number in range(most + 1):
            estimates.append(
                Estimate(
                    id=f"exposure.infusions-{number}.{group.id}",
                    endpoint="exposure",
                    analysis="count",
                    population=counted_population(data),
                    contrast=group.id,
                    estimate=float((counts == number).sum()),
                    n=len(people),
                    note=f"{number} of {planned} infusions",
                )
            )
    return estimates + _dose(protocol, data)


def _retreated(
    protocol: Protocol, data: UnblindedTrialData, arm: str, people: pd.Index[Any]
) -> list[Estimate]:
    """Participants of an arm by number of infusions that a loss of response triggered."""
    visits = [v.id for v in protocol.triggered() if v.infusion is not None]
    rows = data.exposures[data.exposures["visit"].isin(visits)]
    counts = rows.groupby("participant").size().reindex(people).fillna(0)
    return [
        Estimate(
            id=f"exposure.triggered-{number}.{arm}",
            endpoint="exposure",
            analysis="triggered",
            population=counted_population(data),
            contrast=arm,
            estimate=float((counts == number).sum()),
            n=len(people),
            note=f"{number or 'none'} triggered by a loss of response",
        )
        for number in range(len(visits) + 1)
        if visits
    ]


def _dose(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Mean and standard deviation of the amount per infusion, where it is recorded."""
    given = data.exposures.dropna(subset="dose_mg")
    arm = given["participant"].map(data.arm)
    estimates = []
    for group in protocol.arms:
        amounts = given.loc[(arm == group.id).fillna(False), "dose_mg"]
        if amounts.empty:
            continue
        sd = float(amounts.std()) if len(amounts) > 1 else None
        for kind, value in (("mean", float(amounts.mean())), ("sd", sd)):
            estimates.append(
                Estimate(
                    id=f"dose.{kind}.{group.id}",
                    endpoint="dose",
                    analysis=kind,
                    population=counted_population(data),
                    contrast=group.id,
                    estimate=value,
                    n=len(amounts),
                    note="mg per infusion; n counts infusions",
                )
            )
    return estimates


def by_infusion(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Each infusion by arm: who received it, amount, length, changes, interruptions.

    Returns:
        By infusion and arm, as ``infusions.<kind>.<k>.<arm>``: ``given``, and
        ``not-given`` (due, and no record that it was given; ``infusions`` says which are
        due); ``<amount>-mean`` and ``<amount>-sd`` of ``AMOUNTS``, with the recorded ones
        as ``n``; ``changed``, dose by weight (else the dose) more than 10% from that of
        the infusion before, of ``n`` with both; ``interrupted`` of ``n`` recorded, and
        ``interrupted-unknown``. Without a number where nothing is recorded. Empty if the
        data hold no record of treatment, or the protocol no infusion.

    Source: ICH E3 12.1.
    """
    visits = {v.infusion: v.id for v in protocol.schedule.visits if v.infusion}
    planned = sorted(visits)
    if not planned or not collected(data, "exposures"):
        return []
    rows = infusions(data, protocol)
    rows = rows.assign(mg_per_kg=rows["dose_mg"] / rows["weight_kg"])
    rows = rows.assign(**_changes(rows))
    estimates = []
    for number in planned:
        for group in protocol.arms:
            mine = rows[(rows["infusion"] == number) & (rows["arm"] == group.id)]
            size = int((data.arm == group.id).sum())
            estimates += [
                Estimate(
                    id=f"infusions.{kind}.{number}.{group.id}",
                    endpoint="infusions",
                    analysis=kind,
                    population=counted_population(data),
                    visit=visits[number],
                    contrast=group.id,
                    estimate=None if value is None else float(value),
                    statistic=float(number),
                    n=n,
                    note=f"infusion {number}" + (f", {unit}" if unit else ""),
                )
                for kind, value, n, unit in _numbers(mine, size)
            ]
    return estimates


def _numbers(rows: pd.DataFrame, size: int) -> list[tuple[str, float | None, int, str]]:
    """What is stated of one infusion in one arm: kind, value, n, unit."""
    given = rows[rows["given"]]
    absent = ~rows["given"] & rows["expected"].fillna(True).astype(bool)
    found: list[tuple[str, float | None, int, str]] = [
        ("given", float(len(given)), size, ""),
        ("not-given", float(absent.sum()), size, ""),
    ]
    for name, (column, unit) in AMOUNTS.items():
        values = given[column].dropna().astype(float)
        n = len(values)
        found.append((f"{name}-mean", float(values.mean()) if n else None, n, unit))
        found.append((f"{name}-sd", float(values.std()) if n > 1 else None, n, unit))
    for kind, among in (
        ("changed", given[given["comparable"]]),
        ("interrupted", given),
    ):
        known = among[kind].dropna().astype(bool)
        n = len(known)
        found.append((kind, float(known.sum()) if n else None, n, ""))
        found.append((f"{kind}-unknown", float(len(among) - n), len(among), ""))
    return found


def _changes(rows: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    """Whether the dose can be compared with that of the infusion before, and differs.

    Of the first infusion, and where the one before was not given, it cannot be asked.
    """
    given = rows[rows["given"]]
    by_weight = given["mg_per_kg"].notna()
    amount = given["mg_per_kg"].fillna(given["dose_mg"]).astype(float)
    before = amount.shift()
    comparable = (given["participant"] == given["participant"].shift()) & (
        given["infusion"] == given["infusion"].shift() + 1
    )
    changed = ((amount - before).abs() > TOLERANCE * before).astype("boolean")
    known = amount.notna() & before.notna() & (by_weight == by_weight.shift())
    return {
        "changed": changed.where(known).reindex(rows.index),
        "comparable": comparable.reindex(rows.index).fillna(False).astype(bool),
    }
