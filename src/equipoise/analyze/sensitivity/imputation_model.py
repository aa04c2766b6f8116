"""The imputation model of a sensitivity analysis: rows, visits, events, and counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.continuous.estimates import model_frame
from equipoise.analyze.continuous.sparse_visits import VisitRule
from equipoise.analyze.intercurrent_events import day_of_first
from equipoise.analyze.plan import column_of, formula, visits
from equipoise.dataset.attendance import after_event, attendance
from equipoise.dataset.collected import NOT_COLLECTED, collected
from equipoise.dataset.derive import baseline
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.analysis_method import Sensitivity
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.imputation.imputation_model import IncompleteData

NO_EVENTS = f"{NOT_COLLECTED['dispositions']}: who had one of the events is not known"


@dataclass(frozen=True)
class ImputationModel:
    """What one sensitivity analysis imputes, and for whom.

    Attributes:
        incomplete: rows at the visits of the imputation model.
        at: position of the visit of the estimate among them.
        imputed: missing outcomes imputed at that visit, by arm of the comparison.
        set_aside: observed outcomes at that visit that come after an event of the
            analysis and are replaced by imputed ones, by arm.
        analyzed: participants, by arm.
        notes: remarks on the data behind the analysis, for the reader.
    """

    incomplete: IncompleteData
    at: int
    imputed: dict[str, int]
    set_aside: dict[str, int]
    analyzed: dict[str, int]
    notes: tuple[str, ...]


def imputation_model(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    part: Sensitivity,
) -> ImputationModel:
    """The imputation model at the visits that the rule of ``sparse_visits`` allows."""
    frame, lacking = _grid(protocol, data, endpoint)
    after = _after_event(protocol, data, endpoint, part, frame)
    dropped = frame["outcome"].isna() | (after & (part.strategy != "MAR"))
    used = frame[~dropped]
    varying = [
        name
        for name in endpoint.analysis.covariates
        if used[column_of(name)].nunique() > 1
    ]
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    rule = _rule(endpoint, used, varying)
    needs_own = dropped & ~(after & (part.strategy != "MAR"))
    kept, notes = _visits(protocol, endpoint, rule, frame, dropped, needs_own)
    chosen = frame["visit"].isin(kept)
    frame, after = frame[chosen].reset_index(drop=True), after[chosen]
    dropped = dropped[chosen].reset_index(drop=True)
    frame["visit"] = frame["visit"].cat.set_categories(list(kept))
    own = _coded(frame, varying)
    text = formula(
        endpoint,
        len(kept),
        [c for c in endpoint.analysis.covariates if c not in varying],
    )
    at_visit = frame["visit"] == endpoint.variable.at
    missing = frame["outcome"].isna()
    count, aside = (
        frame[at_visit & rows].groupby("arm", observed=False).size()
        for rows in (missing, dropped & ~missing)
    )
    people = frame.drop_duplicates("participant").groupby("arm", observed=False).size()
    first = _first_visit(frame, after.reset_index(drop=True))
    if part.milestones:
        recorded = collected(data, "dispositions")
        notes.append(_reached(protocol, frame, first) if recorded else NO_EVENTS)
    if not int(count.sum()) + int(aside.sum()):
        notes.append(f"no outcome was imputed at {labels[rule.at]}")
    if lacking:
        notes.append(f"participants excluded because a covariate is missing: {lacking}")
    arms = endpoint.estimand.treatment
    return ImputationModel(
        incomplete=IncompleteData(
            formula=text.replace(f" {endpoint.analysis.covariance}(", " us("),
            frame=frame.assign(**own),
            arm="arm",
            treated=arms.arm,
            reference=arms.versus,
            covariates=tuple(own),
            first=first,
            needed=rule.needed(used["arm"].nunique(), len(kept)),
        ),
        at=kept.index(rule.at),
        imputed={arm: int(count[arm]) for arm in (arms.arm, arms.versus)},
        set_aside={arm: int(aside[arm]) for arm in (arms.arm, arms.versus)},
        analyzed={arm: int(people[arm]) for arm in (arms.arm, arms.versus)},
        notes=tuple(notes),
    )


def _rule(endpoint: Endpoint, used: pd.DataFrame, varying: list[str]) -> VisitRule:
    """Of the imputation model; one rating to spare, as participants are left out."""
    columns = {name: len(_coded(used, [name])) for name in varying}
    crossed = sum(n for c, n in columns.items() if c in endpoint.analysis.by_visit)
    return VisitRule(
        at=str(endpoint.variable.at),
        covariance="us",
        slopes=crossed,
        shared=sum(columns.values()) - crossed,
        spare=1,
    )


def _coded(frame: pd.DataFrame, names: list[str]) -> dict[str, pd.Series[Any]]:
    """Columns of covariates for least squares."""
    columns = [column_of(name) for name in names]
    if not columns:
        return {}
    coded = pd.get_dummies(frame[columns], drop_first=True, dtype=float)
    return {f"z{number}": coded[name] for number, name in enumerate(coded.columns)}


def _visits(
    protocol: Protocol,
    endpoint: Endpoint,
    rule: VisitRule,
    frame: pd.DataFrame,
    dropped: pd.Series[Any],
    needs_own: pd.Series[Any],
) -> tuple[tuple[str, ...], list[str]]:
    """Visits of the imputation model, and those excluded, as text.

    Raises:
        AnalysisError: EQ404, the visit of the estimate has too few ratings.
    """
    labels = {visit.id: visit.label for visit in protocol.schedule.visits}
    order, notes = list(visits(protocol, endpoint)), []
    cells = list(zip(frame["visit"], frame["arm"], strict=True))
    rated, own = (
        Counter(cell for cell, is_in in zip(cells, rows, strict=True) if is_in)
        for rows in (~dropped, needs_own)
    )
    for visit in tuple(order):
        lone = [
            protocol.arm(str(arm)).label
            for arm in frame["arm"].cat.categories
            if rated[visit, arm] == 1 or (not rated[visit, arm] and own[visit, arm])
        ]
        total = sum(int(rated[visit, arm]) for arm in frame["arm"].cat.categories)
        if not lone or not total:
            continue
        words = f"fewer than two participants of {' or '.join(lone)} were rated"
        if visit == rule.at:
            raise _too_few(f"{words} at {labels[visit]}", endpoint)
        order.remove(visit)
        notes.append(f"{labels[visit]} was excluded from the imputation model: {words}")
    counted = frame.loc[~dropped, ["participant", "arm", "visit"]]
    kept, left = rule.apply(counted, tuple(order))
    shortage = (
        rule.shortage(counted, kept) if rule.at in kept else "no rating can be used"
    )
    if shortage is not None:
        raise _too_few(
            f"too few participants at {labels[rule.at]}: {shortage}", endpoint
        )
    return kept, [*notes, *(visit.describe(labels) for visit in left)]


def _too_few(what: str, endpoint: Endpoint) -> AnalysisError:
    return AnalysisError.single(
        "EQ404",
        what,
        where=f"endpoint {endpoint.id}, imputation model",
        fix="use fewer covariates, or omit the sensitivity analysis",
    )


def _reached(protocol: Protocol, frame: pd.DataFrame, first: pd.Series[Any]) -> str:
    """How many participants the strategy reaches, by arm."""
    arm = frame.drop_duplicates("participant").set_index("participant")["arm"]
    counts = arm.reindex(first.index).value_counts()
    each = [
        f"{protocol.arm(str(name)).label} {int(counts.get(name, 0))}"
        for name in reversed(arm.cat.categories)
    ]
    return f"participants with a visit after the event: {', '.join(each)}"


@derived_once
def _grid(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> tuple[pd.DataFrame, int]:
    """A row for each participant of the two arms and each visit, rated or not.

    Returns:
        The rows, and how many participants are excluded because a covariate is missing.
    """
    order = list(visits(protocol, endpoint))
    pair = endpoint.estimand.treatment
    arm = members(protocol, data, endpoint.estimand.population)
    arm = arm[arm.isin([pair.arm, pair.versus])]
    index = pd.MultiIndex.from_product(
        [arm.index, order], names=["participant", "visit"]
    )
    seen = model_frame(protocol, data, endpoint)
    outcome = seen.astype({"visit": str}).set_index(["participant", "visit"])["outcome"]
    frame = outcome.reindex(index).rename("outcome").reset_index()
    people = data.participants.set_index("participant")
    start = baseline(data, protocol, endpoint.variable.score or "")
    names = []
    for name in endpoint.analysis.covariates:
        known = start if name == "baseline" else people[name]
        frame[column_of(name)] = frame["participant"].map(known)
        names.append(column_of(name))
    measured = endpoint.variable.measure != "value"
    whole = frame[names].notna().all(axis=1)
    if measured:  # a change has no expectation for who has no baseline
        whole &= frame["participant"].map(start).notna()
    lacking = frame.loc[~whole, "participant"].nunique()
    frame = frame[whole].reset_index(drop=True)
    return (
        frame.assign(
            arm=pd.Categorical(
                frame["participant"].map(arm), categories=[pair.versus, pair.arm]
            ),
            visit=pd.Categorical(frame["visit"], categories=order),
        ),
        int(lacking),
    )


def _after_event(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    part: Sensitivity,
    frame: pd.DataFrame,
) -> pd.Series[Any]:
    """Whether each row of the grid comes after the earliest event of its participant."""
    where = f"endpoint {endpoint.id}, sensitivity {part.id}"
    day = day_of_first(data, part.milestones, where, "record the day")
    planned = attendance(data, protocol)
    later = planned[after_event(day, planned)]
    keys = pd.MultiIndex.from_frame(later[["participant", "visit"]])
    own = pd.MultiIndex.from_frame(frame[["participant", "visit"]].astype(str))
    return pd.Series(own.isin(keys), index=frame.index)


def _first_visit(frame: pd.DataFrame, after: pd.Series[Any]) -> pd.Series[Any]:
    """First visit of the model after the event, by participant; rows in their order."""
    later = frame[after].drop_duplicates("participant").set_index("participant")
    return later["visit"].astype(str)
