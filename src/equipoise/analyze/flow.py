"""How participants passed through the trial (CONSORT 2025, item 22)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from equipoise.analyze.analyzed import not_analyzed, primary_score
from equipoise.analyze.population.eligibility_deviations import reason
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import STARTED, exposed
from equipoise.dataset.derive import score_at
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
        ``assessed``, ``excluded`` and ``randomized``, then by arm ``allocated``;
        ``received`` the allocated treatment and ``not-received``; ``discontinued``
        treatment; ``lost`` (or withdrew, or died) and ``completed`` the study;
        ``treatment-end-unknown`` and ``study-end-unknown``, only if there are any, whose
        end of treatment or study no milestone states; ``rated`` at the visit of the first primary endpoint and
        ``analysed`` for it, or ``not-analysed``. ``<step>.reason-<k>`` counts a reason; its note is the
        reason, with the days where they are recorded.

    Source: Hopewell et al. 2025, CONSORT 2025 statement, BMJ 389:e081123.
    """
    arm, milestones = data.arm, data.dispositions
    excluded = milestones[milestones["milestone"] == "excluded"]
    excluded = excluded[~excluded["participant"].isin(arm.index)]
    # Data of the randomized alone do not say how many were assessed.
    screened = len(data.participants) > len(arm) or _any(milestones, SCREENING)
    left_out = len(data.participants) - len(arm)
    made = [
        _count("assessed", len(data.participants) if screened else None),
        _count("excluded", left_out if screened else None),
        *_reasons("excluded", _why_excluded(protocol, excluded), left_out),
        _count("randomized", len(arm)),
    ]
    reasons = not_analyzed(protocol, data)
    for group in protocol.arms:
        people = set(arm.index[arm == group.id])
        made += [
            _count("allocated", len(people), group.id),
            *_treatment(protocol, data, people, group.id),
            *_study(data, people, group.id),
            _count("rated", _rated(protocol, data, people), group.id),
            *_analysis(people, reasons, group.id),
        ]
    return made


def _treatment(
    protocol: Protocol, data: UnblindedTrialData, people: set[str], arm: str
) -> list[Estimate]:
    """Received the allocated treatment or not, and discontinued it."""
    mine = data.dispositions[data.dispositions["participant"].isin(people)]
    received = allocated_received(protocol, data, arm)
    got = None if received is None else people & received
    without = None if got is None else people - got
    never = mine[mine["participant"].isin(without or set())]
    never = never[never["milestone"].isin((*LOST, "treatment-discontinued"))]
    never = never.drop_duplicates("participant")
    stopped = mine[mine["milestone"] == "treatment-discontinued"]
    recorded = _any(data.dispositions, TREATMENT)
    ended = set(mine.loc[mine["milestone"].isin(TREATMENT), "participant"])
    return [
        _count("received", None if got is None else len(got), arm),
        _count("not-received", None if without is None else len(without), arm),
        *_reasons("not-received", _with_days(never), len(without or ()), arm),
        _count("discontinued", len(stopped) if recorded else None, arm),
        *_reasons("discontinued", _with_days(stopped), len(stopped), arm),
        *_unstated("treatment-end-unknown", len(people - ended), recorded, arm),
    ]


def _study(data: UnblindedTrialData, people: set[str], arm: str) -> list[Estimate]:
    """Left the study, completed it, or nothing says which."""
    mine = data.dispositions[data.dispositions["participant"].isin(people)]
    lost = mine[mine["milestone"].isin(LOST)].drop_duplicates("participant")
    completed = set(mine.loc[mine["milestone"] == "study-completed", "participant"])
    completed -= set(lost["participant"])
    recorded = _any(data.dispositions, STUDY)
    whole = _any(data.dispositions, ("study-completed",))
    unknown = len(people) - len(lost) - len(completed)
    return [
        _count("lost", len(lost) if recorded else None, arm),
        *_reasons("lost", _with_days(lost, ways=True), len(lost), arm),
        _count("completed", len(completed) if whole else None, arm),
        *_unstated("study-end-unknown", unknown, recorded, arm),
    ]


def _unstated(step: str, count: int, recorded: bool, arm: str) -> list[Estimate]:
    """Participants whose end is not stated, where that of others is."""
    return [_count(step, count, arm)] if recorded and count else []


def allocated_received(
    protocol: Protocol, data: UnblindedTrialData, arm: str
) -> set[str] | None:
    """Participants who received the drug of an arm; None if no treatment is recorded.

    An infusion whose drug is not recorded counts, as does a start of treatment of
    somebody without an infusion.
    """
    everybody = exposed(data)
    if everybody is None:
        return None
    plans = {kind.id: kind.drug for kind in protocol.interventions}
    drug = plans.get(protocol.arm(arm).intervention or "")
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
    people: set[str], reasons: dict[str, str] | None, arm: str
) -> list[Estimate]:
    """Participants of an arm who enter the analysis of the primary endpoint, or do not."""
    if reasons is None:
        return [_count("analysed", None, arm), _count("not-analysed", None, arm)]
    out = [(reasons[person], None) for person in sorted(people & set(reasons))]
    return [
        _count("analysed", len(people) - len(out), arm),
        _count("not-analysed", len(out), arm),
        *_reasons("not-analysed", out, len(out), arm),
    ]


def _any(milestones: pd.DataFrame, names: tuple[str, ...]) -> bool:
    return bool(milestones["milestone"].isin(names).any())


def _count(step: str, count: int | None, arm: str | None = None) -> Estimate:
    name = f"flow.{step}" if arm is None else f"flow.{step}.{arm}"
    return Estimate(
        id=name,
        endpoint="flow",
        analysis="count",
        population="randomized" if arm else "assessed",
        contrast=arm,
        estimate=None if count is None else float(count),
        n=count,
        note=UNRECORDED if count is None else None,
    )


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


def _reasons(
    step: str,
    found: Sequence[tuple[str, float | None]],
    count: int,
    arm: str | None = None,
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
    middle = f".{arm}" if arm else ""
    return [
        Estimate(
            id=f"flow.{step}{middle}.reason-{number}",
            endpoint="flow",
            analysis="count",
            population="randomized" if arm else "assessed",
            contrast=arm,
            estimate=float(len(own)),
            n=len(own),
            note=texts[key] + _on_days(own),
        )
        for number, (key, own) in enumerate(ranked, start=1)
    ]


def _on_days(days: list[float | None]) -> str:
    known = sorted(day for day in days if day is not None)
    if not known:
        return ""
    if len(known) == 1:
        return f" (day {known[0]:g})"
    if len(known) <= FEW:
        return f" (days {', '.join(f'{day:g}' for day in known)})"
    return f" (days {known[0]:g} to {known[-1]:g})"
