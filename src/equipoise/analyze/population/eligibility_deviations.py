"""Protocol deviations at entry: eligibility criteria and the day of consent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from equipoise.analyze.population.deviation import Deviation
from equipoise.dataset.attendance import attendance
from equipoise.dataset.derive import score_at
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol
from equipoise.protocol.population import Criterion


def eligibility(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    """Criteria with a rule that a randomized participant did not fulfil.

    A criterion whose value is missing gives a row with ``known`` False.
    """
    for criterion in protocol.eligibility:
        if criterion.require is None:
            continue
        values = _values(data, criterion).reindex(data.arm.index)
        for person, value in values.items():
            if pd.isna(value):
                what = f"{criterion.text}: not recorded"
                yield Deviation(
                    str(person), "eligibility", criterion.id, what, known=False
                )
            elif _met(criterion, value) != (criterion.kind == "inclusion"):
                text = f"{value:g}" if isinstance(value, float) else str(value)
                what = f"{reason(criterion)} (recorded: {text})"
                yield Deviation(str(person), "eligibility", criterion.id, what)


def reason(criterion: Criterion) -> str:
    """The criterion as a reason for exclusion, which cannot be read the other way round."""
    if criterion.kind == "inclusion":
        return f"Did not meet: {criterion.text}"
    return f"Met exclusion criterion: {criterion.text}"


def eligibility_unknown(protocol: Protocol, data: UnblindedTrialData) -> str:
    """Why the data cannot show this kind of deviation; empty if they can."""
    rules = [c for c in protocol.eligibility if c.require is not None]
    if not rules:
        return "no criterion of the protocol has a rule that data can show"
    if not any(_values(data, c).notna().any() for c in rules):
        return "the data hold no value of a criterion"
    return ""


def consent(protocol: Protocol, data: UnblindedTrialData) -> Iterator[Deviation]:
    """Consent that was recorded after randomization, or after a visit that was held.

    Whole days are compared: calendar dates, or days of the schedule, of consent and
    randomization; days of the schedule of consent and visits.
    """
    agreed, randomized = _day(data, "consented"), _day(data, "randomized")
    people = data.participants.set_index("participant").loc[data.arm.index]
    dates = people[["consented_at", "randomized_at"]].apply(lambda c: c.dt.normalize())
    late = dates["consented_at"] > dates["randomized_at"]
    dated = dates.notna().all(axis=1)
    first = _first_visit(protocol, data)
    for person in data.arm.index:
        name, day = str(person), agreed.get(person)
        known = dated[person] or (day is not None and person in randomized.index)
        if late[person] or _later(day, randomized.get(person)):
            yield Deviation(name, "consent", "Randomization", "consent afterwards")
        elif not known:
            yield Deviation(name, "consent", "Consent", "not recorded", known=False)
        if _later(day, first.get(person)):
            what = f"held on day {first[person]:.0f}, consent on day {day:.0f}"
            yield Deviation(name, "consent-visit", "First visit", what)
        elif day is None or pd.isna(first.get(person)):
            what = "day of consent or of the visit not recorded"
            yield Deviation(name, "consent-visit", "First visit", what, known=False)


def consent_unknown(data: UnblindedTrialData) -> dict[str, str]:
    """For each kind, why the data cannot show it; empty if they can."""
    days = _day(data, "consented")
    people = data.participants
    dated = people["consented_at"].notna() & people["randomized_at"].notna()
    both = dated.any() or bool(set(days.index) & set(_day(data, "randomized").index))
    none = "the data hold no date of consent and randomization"
    return {
        "consent": "" if both else none,
        "consent-visit": "" if len(days) else "the data hold no day of consent",
    }


def _values(data: UnblindedTrialData, criterion: Criterion) -> pd.Series[Any]:
    rule = criterion.require
    assert rule is not None  # noqa: S101 - the caller has looked
    if rule.characteristic is not None:
        return data.participants.set_index("participant")[rule.characteristic]
    return score_at(data, str(rule.score), str(rule.visit))


def _met(criterion: Criterion, value: object) -> bool:
    rule = criterion.require
    assert rule is not None  # noqa: S101 - the caller has looked
    if rule.one_of:
        return str(value) in rule.one_of
    number = float(str(value))
    return (rule.min is None or number >= rule.min) and (
        rule.max is None or number <= rule.max
    )


def _day(data: UnblindedTrialData, milestone: str) -> pd.Series[Any]:
    rows = data.dispositions[data.dispositions["milestone"] == milestone]
    return rows.dropna(subset="day").set_index("participant")["day"].astype(float)


def _first_visit(protocol: Protocol, data: UnblindedTrialData) -> pd.Series[Any]:
    """Earliest recorded day of a visit that was held; missing if one has no day."""
    table = attendance(data, protocol)
    held = table[table["held"]]
    actual = data.visits.set_index(["participant", "visit"])["actual_day"]
    keys = pd.MultiIndex.from_frame(held[["participant", "visit"]])
    days = actual.reindex(keys).astype(float)
    first = days.groupby(level="participant").min()
    # A visit before the earliest one that has a day could be the first.
    opening = protocol.schedule.visits[0].id
    undated = days[days.isna() & (keys.get_level_values("visit") == opening)]
    return first.mask(first.index.isin(undated.index.get_level_values("participant")))


def _later(day: float | None, other: float | None) -> bool:
    return day is not None and other is not None and not pd.isna(other) and day > other
