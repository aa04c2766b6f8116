"""How participants passed through the trial (CONSORT 2025, item 22)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.observed import ratings
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import exposed, members
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.model import Protocol

LOST = ("lost-to-follow-up", "study-withdrawn", "death")
SCREENING = ("screened", "excluded")
COURSE = (*LOST, "treatment-discontinued", "treatment-completed", "study-completed")
UNRECORDED = "not recorded in the data"


def flow(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Counts of the participant flow; None where the data do not record a step.

    Source: Hopewell et al. 2025, CONSORT 2025 statement, BMJ 389:e081123.
    """
    arm, milestones = data.arm, data.dispositions
    excluded = milestones[milestones["milestone"] == "excluded"]
    # Data of the randomized alone do not say how many were assessed.
    screened = len(data.participants) > len(arm) or _any(milestones, SCREENING)
    recorded = _any(milestones, COURSE)
    made = [
        _count("assessed", len(data.participants) if screened else None),
        _count("excluded", len(data.participants) - len(arm) if screened else None),
        *_reasons("excluded", excluded),
        _count("randomized", len(arm)),
    ]
    received = exposed(data)
    for group in protocol.arms:
        people = set(arm.index[arm == group.id])
        mine = milestones[milestones["participant"].isin(people)]
        stopped = mine[mine["milestone"] == "treatment-discontinued"]
        lost = mine[mine["milestone"].isin(LOST)].drop_duplicates("participant")
        known = None if received is None else len(people & received)
        made += [
            _count("allocated", len(people), group.id),
            _count("received", known, group.id),
            _count("discontinued", len(stopped) if recorded else None, group.id),
            *_reasons("discontinued", stopped, group.id),
            _count("lost", len(lost) if recorded else None, group.id),
            *_reasons("lost", lost, group.id),
            _count("analysed", _analysed(protocol, data, people), group.id),
        ]
    return made


def exposure(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Infusions received by arm: participants by number of infusions, and the dose."""
    planned = [v for v in protocol.schedule.visits if v.infusion is not None]
    if not planned or data.exposures.empty:
        return []
    given = data.exposures.groupby("participant").size()
    made = []
    for group in protocol.arms:
        people = data.arm.index[data.arm == group.id]
        counts = given.reindex(people).fillna(0)
        for number in range(len(planned) + 1):
            made.append(
                Estimate(
                    id=f"exposure.infusions-{number}.{group.id}",
                    endpoint="exposure",
                    analysis="count",
                    population="randomized",
                    contrast=group.id,
                    estimate=float((counts == number).sum()),
                    n=len(people),
                    note=f"{number} of {len(planned)} infusions",
                )
            )
    return made + _dose(protocol, data)


def _dose(protocol: Protocol, data: UnblindedTrialData) -> list[Estimate]:
    """Mean and standard deviation of the amount per infusion, where it is recorded."""
    given = data.exposures.dropna(subset="dose_mg")
    arm = given["participant"].map(data.arm)
    made = []
    for group in protocol.arms:
        amounts = given.loc[(arm == group.id).fillna(False), "dose_mg"]
        if amounts.empty:
            continue
        sd = float(amounts.std()) if len(amounts) > 1 else None
        for kind, value in (("mean", float(amounts.mean())), ("sd", sd)):
            made.append(
                Estimate(
                    id=f"dose.{kind}.{group.id}",
                    endpoint="dose",
                    analysis=kind,
                    population="randomized",
                    contrast=group.id,
                    estimate=value,
                    n=len(amounts),
                    note="mg per infusion; n counts infusions",
                )
            )
    return made


def _any(milestones: pd.DataFrame, names: tuple[str, ...]) -> bool:
    return bool(milestones["milestone"].isin(names).any())


def _analysed(
    protocol: Protocol, data: UnblindedTrialData, people: set[str]
) -> int | None:
    """Participants of an arm who enter the analysis of the first primary endpoint."""
    primary = next(e for e in protocol.endpoints if e.level == "primary")
    try:
        if primary.type == "continuous":
            table = ratings(protocol, data, primary).dropna(subset="outcome")
            return len(people & set(table["participant"]))
        return len(
            people & set(members(protocol, data, primary.estimand.population).index)
        )
    except AnalysisError:
        return None


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


def _reasons(step: str, rows: pd.DataFrame, arm: str | None = None) -> list[Estimate]:
    texts = rows["reason"].fillna("reason not recorded")
    counts: dict[Any, int] = texts.value_counts().sort_index().to_dict()
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    middle = f".{arm}" if arm else ""
    return [
        Estimate(
            id=f"flow.{step}{middle}.reason-{number}",
            endpoint="flow",
            analysis="count",
            population="randomized" if arm else "assessed",
            contrast=arm,
            estimate=float(count),
            n=count,
            note=str(text),
        )
        for number, (text, count) in enumerate(ranked, start=1)
    ]
