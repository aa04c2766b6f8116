"""Estimates of continuous endpoints: mixed model for repeated measures (MMRM)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.analysis_sets import members
from equipoise.analyze.continuous.effect_sizes import effect_sizes, pooled_baseline_sd
from equipoise.analyze.continuous.later_means import later_means
from equipoise.analyze.continuous.mixed_model import EndpointModel, endpoint_model
from equipoise.analyze.continuous.model_tests import average_difference, term_tests
from equipoise.analyze.continuous.observed_means import observed_means
from equipoise.analyze.intercurrent_events import reached
from equipoise.analyze.observed import rated, ratings
from equipoise.analyze.plan import column_of, visits
from equipoise.analyze.result import Estimate
from equipoise.dataset.memoization import derived_once
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.mmrm import MmrmFit

HOPELESS = ("EQ404", "EQ405", "EQ406")  # the data cannot answer; nothing is wrong


@derived_once
def continuous(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Differences, adjusted means and effect size, and means as observed.

    The estimate at the visit of the endpoint comes first. If the model cannot be
    fitted or does not converge, that estimate has no number and its note gives the reason.

    Source: Mallinckrodt et al. 2008, Drug Inf J 42:303-319; ``equipoise.stats.mmrm``.
    """
    frame = model_frame(protocol, data, endpoint)
    names = [column_of(name) for name in endpoint.analysis.covariates]
    complete = frame.dropna(subset=["outcome", *names])
    left_out: tuple[str, ...] = ()
    try:
        model = planned_model(protocol, data, endpoint)
        left_out = model.notes
        fit = model.fit(endpoint)
        modelled = _modelled(protocol, endpoint, fit, model)
        modelled += _standardized(protocol, data, endpoint, fit, model, modelled)
        modelled += term_tests(endpoint, fit)
        modelled += average_difference(endpoint, fit)
    except AnalysisError as refusal:
        if refusal.code not in HOPELESS:
            raise
        modelled = [_unanswered(endpoint, refusal)]
    events = reached(protocol, data, endpoint)
    notes = (
        *left_out,
        *_notes(protocol, data, endpoint, frame, complete),
        *_event_notes(protocol, endpoint, events),
    )
    parts = (modelled[0].note, *notes)
    modelled[0] = replace(modelled[0], note="; ".join(p for p in parts if p) or None)
    later = later_means(protocol, data, endpoint)
    return modelled + observed_means(protocol, data, endpoint) + later + events


@derived_once
def planned_model(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> EndpointModel:
    """The model of an endpoint in its analysis set.

    Raises:
        AnalysisError: as ``endpoint_model``.
    """
    return endpoint_model(protocol, endpoint, model_frame(protocol, data, endpoint))


@derived_once
def model_frame(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> pd.DataFrame:
    """The rows of the model, with its covariates.

    Arms and visits are factors in the order of the protocol, except that the arm of
    comparison comes first. Numeric covariates keep their unit.
    """
    versus = endpoint.estimand.treatment.versus
    arms = sorted((arm.id for arm in protocol.arms), key=lambda arm: arm != versus)
    frame = ratings(protocol, data, endpoint).copy()
    people = data.participants.set_index("participant")
    for name in endpoint.analysis.covariates:
        if name != "baseline":
            frame[column_of(name)] = frame["participant"].map(people[name])
    order = list(visits(protocol, endpoint))
    return frame.assign(
        arm=pd.Categorical(frame["arm"], categories=arms),
        visit=pd.Categorical(frame["visit"], categories=order),
    )


def _modelled(
    protocol: Protocol, endpoint: Endpoint, fit: MmrmFit, model: EndpointModel
) -> list[Estimate]:
    pair, at = endpoint.estimand.treatment, endpoint.variable.at
    level = endpoint.analysis.level
    by = "visit" if len(fit.visits) > 1 else None
    differences = fit.contrasts("arm", by=by, reference=pair.versus, level=level)
    means = fit.emmeans("arm", by=by, level=level)
    label = f"{pair.arm} - {pair.versus}"
    rows = differences[differences["contrast"] == label].to_dict("records")
    n = model.complete.groupby(["arm", "visit"], observed=True).size()
    lost = _Lost(protocol, fit, {key: int(count) for key, count in n.items()})
    estimates = [
        _estimate(endpoint, "difference", row, at, lost, label, fit.n_subjects)
        for row in sorted(rows, key=lambda row: row.get("visit", at) != at)
    ]
    known = "; ".join(text for text in fit.warnings if text != fit.unrated_warning)
    estimates[0] = replace(estimates[0], note=estimates[0].note or known or None)
    start = model.complete["baseline"].mean()
    for row in means.to_dict("records"):
        arm, visit = str(row["arm"]), str(row.get("visit", at))
        count = int(n.get((arm, visit), 0))
        estimates.append(_estimate(endpoint, "ls-mean", row, at, lost, arm, count))
        if endpoint.variable.measure == "change":
            estimates.append(_adjusted_score(estimates[-1], float(start)))
    return estimates


def _adjusted_score(change: Estimate, start: float) -> Estimate:
    """The adjusted mean of the score: adjusted change plus mean baseline."""
    note = (
        f"adjusted mean change plus the mean baseline of the rows of the model, "
        f"{start:.4g}, treated as known"
    )
    return replace(
        change,
        id=change.id.replace(".ls-mean.", ".ls-mean-score."),
        analysis="ls-mean-score",
        estimate=None if change.estimate is None else change.estimate + start,
        lower=None if change.lower is None else change.lower + start,
        upper=None if change.upper is None else change.upper + start,
        note=note if change.estimate is not None else change.note,
    )


@dataclass(frozen=True)
class _Lost:
    """Why a mean or a difference cannot be estimated although the model was fitted."""

    protocol: Protocol
    fit: MmrmFit
    rated: dict[Any, int]

    def reason(self, contrast: str, visit: str) -> str:
        label = next(v.label for v in self.protocol.schedule.visits if v.id == visit)
        absent = [
            self.protocol.arm(arm).label
            for arm in contrast.split(" - ")
            if not self.rated.get((arm, visit))
        ]
        if absent:
            return f"no participant of {' or '.join(absent)} was rated at {label}"
        return (
            "the data cannot separate the arms from the covariates (dropped from the "
            f"model: {', '.join(self.fit.aliased)})"
        )


def _estimate(
    endpoint: Endpoint,
    analysis: str,
    row: dict[Any, Any],
    at: str | None,
    lost: _Lost,
    contrast: str,
    n: int,
) -> Estimate:
    visit = str(row.get("visit", at))
    arm = f".{contrast}" if analysis == "ls-mean" else ""
    known = not np.isnan(row["estimate"])  # columns that were dropped may be needed
    return Estimate(
        id=f"{endpoint.id}.{analysis}.{visit}{arm}",
        endpoint=endpoint.id,
        analysis=analysis,
        population=endpoint.estimand.population,
        visit=visit,
        contrast=contrast,
        estimate=float(row["estimate"]) if known else None,
        std_error=float(row["std_error"]) if known else None,
        df=float(row["df"]) if known else None,
        lower=float(row["lower"]) if known else None,
        upper=float(row["upper"]) if known else None,
        level=endpoint.analysis.level,
        statistic=float(row["t"]) if known and "t" in row else None,
        p=float(row["p"]) if known and "p" in row else None,
        n=n,
        converged=True,
        note=None if known else f"cannot be estimated: {lost.reason(contrast, visit)}",
    )


def _standardized(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    fit: MmrmFit,
    model: EndpointModel,
    modelled: list[Estimate],
) -> list[Estimate]:
    people = model.complete.drop_duplicates("participant")["arm"].value_counts()
    counts = {str(arm): int(n) for arm, n in people.items()}
    arm = members(protocol, data, endpoint.estimand.population)
    sd = pooled_baseline_sd(protocol, data, endpoint, arm)
    answers = [row for row in modelled if row.analysis == "difference"]
    return effect_sizes(endpoint, fit, answers, counts, sd)


def _unanswered(endpoint: Endpoint, refusal: AnalysisError) -> Estimate:
    pair, at = endpoint.estimand.treatment, endpoint.variable.at
    return Estimate(
        id=f"{endpoint.id}.difference.{at}",
        endpoint=endpoint.id,
        analysis="difference",
        population=endpoint.estimand.population,
        visit=at,
        contrast=f"{pair.arm} - {pair.versus}",
        converged=False,
        note=f"cannot be estimated: {refusal.problems[0].what}",
    )


def _notes(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    frame: pd.DataFrame,
    complete: pd.DataFrame,
) -> list[str]:
    """Ratings in the data that the model does not use."""
    before = rated(protocol, data, endpoint)["value"].notna().sum()
    after = int(before - frame["value"].notna().sum())
    lacking = int(frame["value"].notna().sum()) - len(complete)
    notes = []
    if after:
        notes.append(f"ratings excluded after an intercurrent event: {after}")
    if lacking:
        notes.append(
            f"ratings excluded because a baseline or a covariate is missing: {lacking}"
        )
    return notes


def _event_notes(
    protocol: Protocol, endpoint: Endpoint, events: list[Estimate]
) -> list[str]:
    """How many participants each intercurrent event reached, where there are any."""
    label = next(
        v.label for v in protocol.schedule.visits if v.id == endpoint.variable.at
    )
    counts: dict[str, float] = {}
    for row in events:
        counts[str(row.note)] = counts.get(str(row.note), 0.0) + (row.estimate or 0.0)
    return [
        f"participants with an intercurrent event before {label}: {n:g}, {words}"
        for words, n in counts.items()
        if n  # without dispositions the estimates say that it is not known
    ]
