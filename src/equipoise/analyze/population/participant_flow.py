"""Participant flow and disposition (CONSORT 2025, item 22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from equipoise.analyze.analysis_sets import STARTED, exposed
from equipoise.analyze.population.analyzed import not_analyzed, primary_score
from equipoise.analyze.population.eligibility_deviations import reason
from equipoise.analyze.result import Estimate
from equipoise.dataset.derive import score_at
from equipoise.dataset.randomized import (
    IN_DATA,
    NOT_STATED,
    RANDOMIZED,
    counted_population,
    randomization_recorded,
)
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.model import Protocol

LOST = ("lost-to-follow-up", "study-withdrawn", "death")
WAYS = {
    "lost-to-follow-up": "Lost to follow-up",
    "study-withdrawn": "Withdrew",
    "death": "Died",
}
SCREENING = ("screened", "excluded")
TREATMENT = ("treatment-discontinued", "treatment-completed")
STUDY = (*LOST, "study-completed")
UNRECORDED = "not recorded in the data"
NO_REASON = "Reason not recorded"
FEW = 3  # days that are listed one by one


def flow(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Counts of the participant flow; None where the data do not record a step.

    Returns:
        ``assessed``, ``excluded`` and ``randomized``, then by arm ``allocated``. Where
        the data do not state who was randomized, ``randomized`` and ``allocated`` have no
        number, and ``in-data``, in all and by arm, counts participants of the data.
        By arm also ``received`` the allocated treatment and ``not-received``;
        ``discontinued`` treatment; ``lost`` (or withdrew, or died) and ``completed`` the
        study; ``rated`` at the visit of the first primary endpoint; ``analysed`` for it
        and ``not-analysed``. ``treatment-end-unknown`` and ``study-end-unknown`` are there
        only if no milestone states how treatment or study ended for some participants, but
        for others one does. ``<step>.reason-<k>`` counts a reason; its note is the reason,
        with the days where they are recorded. ``n`` is the number assessed, or in the arm:
        randomized to it, or in the data.

    Source: Hopewell et al. 2025, CONSORT 2025 statement, BMJ 389:e081123.
    """
    arm, milestones = data.arm, data.dispositions
    excluded = milestones[milestones["milestone"] == "excluded"]
    excluded = excluded[~excluded["participant"].isin(arm.index)]
    # Data of the randomized alone do not say how many were assessed.
    screened = len(data.participants) > len(arm) or _any(milestones, SCREENING)
    left_out = len(data.participants) - len(arm)
    recorded, population = randomization_recorded(data), counted_population(data)
    step = _Steps(len(data.participants) if screened else len(arm))
    estimates = [
        step.count("assessed", len(data.participants) if screened else None),
        step.count("excluded", left_out if screened else None),
        *step.reasons("excluded", _why_excluded(protocol, excluded), left_out),
        *_entered("randomized", step, len(arm), recorded),
    ]
    reasons = not_analyzed(protocol, data)
    for group in protocol.arms:
        people = set(arm.index[arm == group.id])
        step = _Steps(len(people), group.id, population)
        estimates += [
            *_entered("allocated", step, len(people), recorded),
            *_treatment(protocol, data, people, step),
            *_study(data, people, step),
            step.count("rated", _rated(protocol, data, people)),
            *_analysis(people, reasons, step),
        ]
    return estimates


@dataclass(frozen=True, slots=True)
class _Steps:
    """Makes the estimates of the trial, or of an arm.

    Attributes:
        size: number assessed, or in the arm.
        population: of counts by arm.
    """

    size: int
    arm: str | None = None
    population: str = RANDOMIZED

    def count(self, step: str, count: int | None, reason: str = "") -> Estimate:
        """A step, or one of its reasons; a reason is stated in ``reason``."""
        name = f"flow.{step}" if self.arm is None else f"flow.{step}.{self.arm}"
        return Estimate(
            id=name,
            endpoint="flow",
            analysis="count",
            population=self.population if self.arm else "assessed",
            contrast=self.arm,
            estimate=None if count is None else float(count),
            n=None if count is None else self.size,
            note=UNRECORDED if count is None else (reason or None),
        )

    def unstated(self, step: str, count: int, recorded: bool) -> list[Estimate]:
        """Participants whose end is not stated, where that of others is."""
        return [self.count(step, count)] if recorded and count else []

    def reasons(
        self, step: str, found: Sequence[tuple[str, float | None]], count: int
    ) -> list[Estimate]:
        """Participants by reason, the most frequent first, all ``count`` of them."""
        texts: dict[str, str] = {}
        days: dict[str, list[float | None]] = {}
        for text, day in found:
            words = " ".join(text.split()).rstrip(".") or NO_REASON
            texts.setdefault(_plain(words), words[0].upper() + words[1:])
            days.setdefault(_plain(words), []).append(day)
        silent = count - sum(map(len, days.values()))
        if silent > 0:
            texts.setdefault(_plain(NO_REASON), NO_REASON)
            days.setdefault(_plain(NO_REASON), []).extend([None] * silent)
        ranked = sorted(days.items(), key=lambda item: (-len(item[1]), item[0]))
        estimates = []
        for number, (key, on) in enumerate(ranked, start=1):
            row = self.count(step, len(on), texts[key] + _on_days(on))
            estimates.append(replace(row, id=f"{row.id}.reason-{number}"))
        return estimates


def _entered(step: str, make: _Steps, count: int, recorded: bool) -> list[Estimate]:
    """Participants who were randomized; if that is not stated, those in the data."""
    if recorded:
        return [make.count(step, count)]
    row = make.count("in-data", count, NOT_STATED)
    return [
        replace(make.count(step, None), note=NOT_STATED),
        replace(row, population=IN_DATA),
    ]


def _treatment(
    protocol: Protocol, data: UnblindedTrialData, people: set[str], step: _Steps
) -> list[Estimate]:
    """Received the allocated treatment or not, and discontinued it."""
    mine = data.dispositions[data.dispositions["participant"].isin(people)]
    received = allocated_received(protocol, data, str(step.arm))
    got = None if received is None else people & received
    without = None if got is None else people - got
    never = mine[mine["participant"].isin(without or set())]
    never = never[never["milestone"].isin((*LOST, "treatment-discontinued"))]
    never = never.drop_duplicates("participant")
    stopped = mine[mine["milestone"] == "treatment-discontinued"]
    recorded = _any(data.dispositions, TREATMENT)
    ended = set(mine.loc[mine["milestone"].isin(TREATMENT), "participant"])
    return [
        step.count("received", None if got is None else len(got)),
        step.count("not-received", None if without is None else len(without)),
        *step.reasons("not-received", _with_days(never), len(without or ())),
        step.count("discontinued", len(stopped) if recorded else None),
        *step.reasons("discontinued", _with_days(stopped), len(stopped)),
        *step.unstated("treatment-end-unknown", len(people - ended), recorded),
    ]


def _study(data: UnblindedTrialData, people: set[str], step: _Steps) -> list[Estimate]:
    """Left the study, completed it, or nothing says which."""
    mine = data.dispositions[data.dispositions["participant"].isin(people)]
    lost = mine[mine["milestone"].isin(LOST)].drop_duplicates("participant")
    completed = set(mine.loc[mine["milestone"] == "study-completed", "participant"])
    completed -= set(lost["participant"])
    recorded = _any(data.dispositions, STUDY)
    whole = _any(data.dispositions, ("study-completed",))
    unknown = len(people) - len(lost) - len(completed)
    return [
        step.count("lost", len(lost) if recorded else None),
        *step.reasons("lost", _with_days(lost, ways=True), len(lost)),
        step.count("completed", len(completed) if whole else None),
        *step.unstated("study-end-unknown", unknown, recorded),
    ]


def allocated_received(
    protocol: Protocol, data: UnblindedTrialData, arm: str
) -> set[str] | None:
    """Participants who received the drug of an arm; None if no treatment is recorded.

    An infusion whose drug is not recorded counts, as does a start of treatment of a
    participant without an infusion.
    """
    everybody = exposed(data)
    if everybody is None:
        return None
    infused = protocol.infused(arm)
    drug = infused.drug if infused else None
    given = data.exposures
    right = given["drug"].isna() | (given["drug"] == drug)
    started = data.dispositions["milestone"] == STARTED
    begun = set(data.dispositions.loc[started, "participant"])
    recorded = set(given["participant"])
    return set(given.loc[right.astype(bool), "participant"]) | (begun - recorded)


def _rated(
    protocol: Protocol, data: UnblindedTrialData, people: set[str]
) -> int | None:
    """Participants of an arm with the score at the visit of the primary endpoint."""
    _, score, visit = primary_score(protocol)
    if score is None or visit is None:
        return None
    return len(people & set(score_at(data, score, visit).index))


def _analysis(
    people: set[str], reasons: dict[str, str] | None, step: _Steps
) -> list[Estimate]:
    """Participants of an arm who enter the analysis of the primary endpoint, or do not."""
    if reasons is None:
        return [
            step.count("analysed", None),
            step.count("not-analysed", None),
        ]
    out = [(reasons[person], None) for person in sorted(people & set(reasons))]
    return [
        step.count("analysed", len(people) - len(out)),
        step.count("not-analysed", len(out)),
        *step.reasons("not-analysed", out, len(out)),
    ]


def _any(milestones: pd.DataFrame, names: tuple[str, ...]) -> bool:
    return bool(milestones["milestone"].isin(names).any())


def _why_excluded(
    protocol: Protocol, rows: pd.DataFrame
) -> list[tuple[str, float | None]]:
    """Reasons of exclusion; the text or id of a criterion says whether it was met."""
    stated = {}
    for criterion in protocol.eligibility:
        for name in (criterion.id, criterion.text):
            stated[_plain(name)] = reason(criterion)
    texts = [NO_REASON if pd.isna(text) else str(text) for text in rows["reason"]]
    return [(stated.get(_plain(text), text), None) for text in texts]


def _with_days(
    rows: pd.DataFrame, ways: bool = False
) -> list[tuple[str, float | None]]:
    """Reasons with their days; with the way of leaving in front if wanted."""
    found = []
    for row in rows.to_dict("records"):
        text = "" if pd.isna(row["reason"]) else str(row["reason"])
        way = WAYS.get(str(row["milestone"]), "") if ways else ""
        if way and text:
            text = way if _plain(text) == _plain(way) else f"{way}: {text}"
        day = None if pd.isna(row["day"]) else float(row["day"])
        silent = f"{way}: reason not recorded" if way else NO_REASON
        found.append((text or silent, day))
    return found


def _plain(text: str) -> str:
    """A reason as it is compared: spaces, capitals and the full stop do not count."""
    return " ".join(text.split()).rstrip(".").casefold()


def _on_days(days: list[float | None]) -> str:
    known = sorted(day for day in days if day is not None)
    if not known:
        return ""
    if len(known) == 1:
        return f" (day {known[0]:g})"
    if len(known) <= FEW:
        return f" (days {', '.join(f'{day:g}' for day in known)})"
    return f" (days {known[0]:g} to {known[-1]:g})"
