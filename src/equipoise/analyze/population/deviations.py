"""Departures from the protocol that the data themselves show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from equipoise.analyze.result import Estimate, Listing
from equipoise.dataset.derive import score_at
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.numerics.rounding import fixed
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Criterion

KINDS = {
    "eligibility": "randomized against an eligibility criterion",
    "treatment": "received another treatment than randomized",
    "dose": "dose more than 10 % from that of the protocol",
    "infusion": "infusion interrupted, stopped early or missed",
    "window": "visit out of its window",
    "visit": "visit missed",
}
TOLERANCE = 0.10


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure of one participant."""

    participant: str
    kind: str
    where: str
    what: str


def deviations(protocol: Protocol, data: UnblindedTrialData) -> list[Deviation]:
    """Every departure, by kind and participant.

    Only what a machine can see: criteria with a rule, doses, infusions, windows, visits.

    Source: ICH E3 10.2; CONSORT 2025, item 24.
    """
    found = [
        *_eligibility(protocol, data),
        *_treatment(protocol, data),
        *_infusions(protocol, data),
        *_visits(protocol, data),
    ]
    order = list(KINDS)
    return sorted(found, key=lambda d: (order.index(d.kind), d.participant))


def summary(
    protocol: Protocol, data: UnblindedTrialData, found: list[Deviation]
) -> list[Estimate]:
    """Participants with each kind of deviation, by arm; None where none could show."""
    visible, made = _visible(protocol, data), []
    for kind, label in KINDS.items():
        people = {d.participant for d in found if d.kind == kind}
        for group in protocol.arms:
            mine = set(data.arm.index[data.arm == group.id])
            made.append(
                Estimate(
                    id=f"deviations.{kind}.{group.id}",
                    endpoint="deviations",
                    analysis="count",
                    population="randomized",
                    contrast=group.id,
                    estimate=float(len(mine & people)) if kind in visible else None,
                    n=len(mine),
                    note=label,
                )
            )
    return made


def _visible(protocol: Protocol, data: UnblindedTrialData) -> set[str]:
    """Kinds that the data could show: no record of infusions is no record of none."""
    kinds = set()
    if any(criterion.require is not None for criterion in protocol.eligibility):
        kinds.add("eligibility")
    if data.exposures["drug"].notna().any():
        kinds.add("treatment")
    if data.exposures["dose_mg"].notna().any():
        kinds.add("dose")
    if data.exposures["interrupted"].notna().any() or len(data.visits):
        kinds.add("infusion")
    if data.visits["in_window"].notna().any():
        kinds.add("window")
    if len(data.visits):
        kinds.add("visit")
    return kinds


def listed(
    protocol: Protocol, data: UnblindedTrialData, found: list[Deviation]
) -> Listing:
    """Every deviation as a row."""
    labels = {arm.id: arm.label for arm in protocol.arms}
    rows = tuple(
        (d.participant, labels[data.arm[d.participant]], KINDS[d.kind], d.where, d.what)
        for d in found
    )
    return Listing(
        id="deviations",
        title="Protocol deviations that the data show",
        columns=("Participant", "Randomized to", "Kind", "Where", "What"),
        rows=rows,
        note="Criteria that an investigator attests to are not in the data."
        if rows
        else "None was found.",
    )


def _eligibility(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    people = data.participants.set_index("participant")
    for criterion in protocol.eligibility:
        rule = criterion.require
        if rule is None:
            continue
        if rule.characteristic is not None:
            value = people[rule.characteristic]
        else:
            value = score_at(data, str(rule.score), str(rule.visit))
        for person in data.arm.index:
            own = value.get(person)
            if own is None or pd.isna(own):
                continue
            if _met(criterion, own) != (criterion.kind == "inclusion"):
                yield Deviation(
                    str(person), "eligibility", criterion.id, f"{criterion.text}: {own}"
                )


def _met(criterion: Criterion, value: object) -> bool:
    rule = criterion.require
    assert rule is not None  # noqa: S101 - the caller has looked
    if rule.one_of:
        return str(value) in rule.one_of
    number = float(str(value))
    return (rule.min is None or number >= rule.min) and (
        rule.max is None or number <= rule.max
    )


def _treatment(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    plans = {kind.id: kind for kind in protocol.interventions}
    stated = {arm.id: plans.get(arm.intervention or "") for arm in protocol.arms}
    given = data.exposures[data.exposures["participant"].isin(data.arm.index)]
    for row in given.to_dict("records"):
        plan = stated[data.arm[row["participant"]]]
        person, where = str(row["participant"]), f"infusion {row['infusion']}"
        if plan is None or plan.drug is None:
            continue
        if pd.notna(row["drug"]) and row["drug"] != plan.drug:
            yield Deviation(person, "treatment", where, f"{row['drug']} was given")
        elif plan.dose is not None and pd.notna(row["dose_mg"]):
            if plan.dose.unit != "mg" and pd.isna(row["weight_kg"]):
                continue
            weight = 1.0 if pd.isna(row["weight_kg"]) else float(row["weight_kg"])
            due = plan.dose_mg(weight)
            if abs(row["dose_mg"] - due) > TOLERANCE * due:
                what = f"{fixed(row['dose_mg'], 1)} mg for {fixed(due, 1)} mg"
                yield Deviation(person, "dose", where, what)


def _infusions(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    given = data.exposures[data.exposures["participant"].isin(data.arm.index)]
    for row in given[given["interrupted"].fillna(False).astype(bool)].to_dict(
        "records"
    ):
        reason = row["reason"] if pd.notna(row["reason"]) else "no reason recorded"
        where = f"infusion {row['infusion']}"
        yield Deviation(str(row["participant"]), "infusion", where, str(reason))


def _visits(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    visits = {visit.id: visit for visit in protocol.schedule.visits}
    rows = data.visits[data.visits["participant"].isin(data.arm.index)]
    for row in rows.to_dict("records"):
        visit, person = visits[row["visit"]], str(row["participant"])
        if row["status"] == "missed":
            kind = "infusion" if visit.infusion is not None else "visit"
            reason = row["reason"] if pd.notna(row["reason"]) else "no reason recorded"
            yield Deviation(person, kind, visit.label, f"missed: {reason}")
        elif row["status"] == "done" and _is_false(row["in_window"]):
            low, high = (visit.day + days for days in visit.window)
            what = f"day {row['actual_day']}, window day {low} to {high}"
            yield Deviation(person, "window", visit.label, what)


def _is_false(flag: object) -> bool:
    return flag is not None and not pd.isna(flag) and not bool(flag)  # type: ignore[call-overload]
