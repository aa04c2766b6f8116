"""Protocol deviations of treatment: drug, dose, infusions, safety rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.population.deviation import TOLERANCE, Deviation
from equipoise.analyze.population.unmeasured import unmeasured
from equipoise.analyze.safety.broken_rules import broken_rules
from equipoise.dataset.attendance import after_event, attendance
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.numerics.rounding import fixed
from equipoise.protocol.model import Protocol

EXPOSED = ["participant", "infusion", "drug", "dose_mg", "weight_kg"]


@derived_once
def infusions(data: UnblindedTrialData, protocol: Protocol) -> pd.DataFrame:
    """Each infusion of each randomized participant that was given or was due.

    Those of ``scheduled`` without the ones that were not given and not due.
    """
    rows = scheduled(data, protocol)
    due = rows["expected"].fillna(True).astype(bool) & ~rows["discontinued"]
    kept = rows[rows["given"] | due]
    return kept.drop(columns="discontinued").reset_index(drop=True)


@derived_once
def scheduled(data: UnblindedTrialData, protocol: Protocol) -> pd.DataFrame:
    """Each infusion of the protocol for each randomized participant.

    An infusion is given if the table of exposures has a row with its number; that of a
    visit that was due, and of which there is no such row, was not given or not recorded.

    Returns:
        One row for each participant and infusion, in that order: ``participant, arm,
        infusion, visit, day, given, expected`` (nullable, of ``attendance``),
        ``discontinued`` (not given, and planned after treatment was discontinued, as
        ``after_event`` compares days), ``drug, dose_mg, weight_kg, due_mg`` (dose that
        the protocol asks for, missing without weight), ``minutes`` (length),
        ``due_minutes``, ``interrupted`` (nullable), ``reason``, ``status``.
    """
    number = {v.id: v.infusion for v in protocol.schedule.visits if v.infusion}
    table = attendance(data, protocol)
    table = table[table["visit"].isin(list(number))]
    table = table[table["participant"].isin(data.arm.index)]
    stopped = data.dispositions[
        data.dispositions["milestone"] == "treatment-discontinued"
    ].dropna(subset="day")
    days = stopped.set_index("participant")["day"].astype(float)
    planned = {v.id: float(v.day) for v in protocol.schedule.visits}
    after = after_event(days, table.assign(day=table["visit"].map(planned)))
    table = table.assign(
        infusion=table["visit"].map(number).astype("Int64"),
        discontinued=after & ~table["held"],
    )
    given = data.exposures[data.exposures["participant"].isin(data.arm.index)]
    minutes = (given["stopped_at"] - given["started_at"]).dt.total_seconds() / 60
    given = given.assign(minutes=minutes, given=True).drop(columns="visit")
    plan = table.drop(columns="reason").merge(
        table[["participant", "infusion", "reason"]].rename(
            columns={"reason": "why_missed"}
        ),
        on=["participant", "infusion"],
    )
    both = plan.merge(given, on=["participant", "infusion"], how="outer")
    both["given"] = both["given"].eq(True).fillna(False).astype(bool)
    both["reason"] = both["reason"].fillna(both["why_missed"])
    both["arm"] = both["participant"].map(data.arm)
    both["discontinued"] = both["discontinued"].eq(True).fillna(False).astype(bool)
    both = both.sort_values(["participant", "infusion"], ignore_index=True)
    return both.assign(**_due(protocol, both)).drop(columns=["why_missed", "held"])


def _due(protocol: Protocol, rows: pd.DataFrame) -> dict[str, list[float]]:
    """Dose and length that the protocol asks for; NaN where it asks for none."""
    of = {arm.id: protocol.infused(arm.id) for arm in protocol.arms}
    doses, lengths = [], []
    for arm, weight in zip(rows["arm"], rows["weight_kg"], strict=True):
        plan = of[str(arm)]
        dose = None if plan is None else plan.dose
        absent = dose is None or (dose.unit != "mg" and not weight > 0)
        doses.append(
            np.nan
            if absent or plan is None
            else plan.dose_mg(weight if weight > 0 else 1.0)
        )
        length = None if plan is None else plan.infusion
        lengths.append(np.nan if length is None else float(length.value))
    return {"due_mg": doses, "due_minutes": lengths}


def dosing(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    """Other treatments, doses and lengths outside the tolerance, interruptions."""
    drugs = _drugs(protocol)
    stated = any(kind.dose is not None for kind in protocol.interventions)
    for row in infusions(data, protocol).to_dict("records"):
        if not row["given"]:
            continue
        person, where = str(row["participant"]), f"Infusion {row['infusion']}"
        other = _other_drug(row, drugs)
        if other is not False:
            what = "drug not recorded" if other is None else f"{row['drug']} was given"
            yield Deviation(person, "treatment", where, what, other is not None)
        if stated and other is not True:
            yield from _dose(row, person, where)
        yield from _length(row, person, where)
        yield from _interruption(row, person, where)


def dosing_unknown(protocol: Protocol, data: UnblindedTrialData) -> dict[str, str]:
    """For each kind that the protocol knows, why the data cannot show it."""
    given = data.exposures
    none = "" if collected(data, "exposures") else NOT_COLLECTED["exposures"]
    timed = (given["stopped_at"].notna() & given["started_at"].notna()).any()

    def column(name: str, what: str) -> str:
        return none or ("" if given[name].notna().any() else f"the data hold no {what}")

    found = {}
    if any(kind.drug is not None for kind in protocol.interventions):
        found["treatment"] = column("drug", "name of the drug given")
    if any(kind.dose is not None for kind in protocol.interventions):
        found["dose"] = column("dose_mg", "dose given")
    if any(kind.infusion is not None for kind in protocol.interventions):
        absent = "the data hold no start and end of infusions"
        found["duration"] = none or ("" if timed else absent)
    if any(visit.infusion for visit in protocol.schedule.visits):
        found["infusion"] = column("interrupted", "record of interruptions")
        found["infusion-missed"] = none
        if protocol.vital_rules():
            measured = collected(data, "measurements")
            found["rule"] = none or ("" if measured else NOT_COLLECTED["measurements"])
    return found


def not_given(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    """Infusions that were due and of which there is no record that they were given.

    Infusions after treatment was discontinued are part of the disposition, not here.
    """
    rows = infusions(data, protocol)
    for row in rows[~rows["given"]].to_dict("records"):
        known, reason = pd.notna(row["expected"]), row["reason"]
        what = "no record of the infusion"
        if row["status"] == "missed":
            what = f"missed: {'no reason recorded' if pd.isna(reason) else reason}"
        if not known:
            what = "whether it was due is not known"
        where = f"Infusion {row['infusion']}"
        yield Deviation(
            str(row["participant"]), "infusion-missed", where, what, bool(known)
        )


def rules(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    """Safety rules that were met although the infusion was given or continued.

    An infusion at which a value that a rule needs was not measured gives a row with
    ``known`` False.
    """
    if not protocol.vital_rules():
        return
    for broken in broken_rules(protocol, data):
        yield Deviation(
            broken.participant,
            "rule",
            f"Infusion {broken.infusion}",
            broken.text,
            broken.went_on is not None,
        )
    given = infusions(data, protocol)
    for row, what in unmeasured(protocol, data, given[given["given"]]):
        where = f"Infusion {row['infusion']}"
        yield Deviation(str(row["participant"]), "rule", where, what, known=False)


def _drugs(protocol: Protocol) -> dict[str, str | None]:
    infused = {arm.id: protocol.infused(arm.id) for arm in protocol.arms}
    return {arm: kind.drug if kind else None for arm, kind in infused.items()}


def _other_drug(row: dict[Any, Any], drugs: dict[str, str | None]) -> bool | None:
    """Whether another drug than that of the arm was given; None if not recorded.

    An arm without a drug has no infusion: any drug is another treatment.
    """
    if pd.isna(row["drug"]):
        return None
    return bool(row["drug"] != drugs[str(row["arm"])])


def _dose(row: dict[Any, Any], person: str, where: str) -> Iterator[Deviation]:
    given, due = row["dose_mg"], row["due_mg"]
    if pd.isna(given):
        yield Deviation(person, "dose", where, "dose not recorded", known=False)
    elif pd.isna(due):
        yield Deviation(person, "dose", where, "weight not recorded", known=False)
    elif abs(given - due) > TOLERANCE * due:
        what = f"{fixed(given, 1)} mg given, {fixed(due, 1)} mg planned"
        yield Deviation(person, "dose", where, what)


def _length(row: dict[Any, Any], person: str, where: str) -> Iterator[Deviation]:
    given, due = row["minutes"], row["due_minutes"]
    if pd.isna(due):
        return
    if pd.isna(given):
        yield Deviation(person, "duration", where, "length not recorded", known=False)
    elif abs(given - due) > TOLERANCE * due:
        what = f"{fixed(given, 0)} min, {fixed(due, 0)} min planned"
        yield Deviation(person, "duration", where, what)


def _interruption(row: dict[Any, Any], person: str, where: str) -> Iterator[Deviation]:
    if pd.isna(row["interrupted"]):
        what = "interruption not recorded"
        yield Deviation(person, "infusion", where, what, known=False)
    elif row["interrupted"]:
        reason = row["reason"]
        what = "no reason recorded" if pd.isna(reason) else str(reason)
        yield Deviation(person, "infusion", where, what)
