"""Continuous endpoints: a mixed model for repeated measures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.mean import mean_with_interval
from equipoise.analyze.mmrm import MmrmFit, mmrm
from equipoise.analyze.observed import rated, ratings
from equipoise.analyze.plan import column_of, formula, visits
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import members
from equipoise.analyze.standardized import effect_sizes, pooled_baseline_sd
from equipoise.dataset.derive import baseline
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError, listing
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

HOPELESS = ("EQ404", "EQ405", "EQ406")  # the data cannot answer; nothing is wrong


def continuous(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Differences, adjusted means and effect size, and means as observed.

    The estimate at the visit of the endpoint comes first. If the model cannot be
    fitted or does not converge, that estimate is None and its note says why.

    Source: Mallinckrodt et al. 2008, Drug Inf J 42:303-319; ``equipoise.analyze.mmrm``.
    """
    frame = model_frame(protocol, data, endpoint)
    whole = frame.dropna(subset=["outcome", *_covariates(endpoint)])
    try:
        _refuse_unrated(endpoint, whole)
        model = formula(endpoint, whole["visit"].nunique())
        how = endpoint.analysis
        fit = mmrm(model, frame, df=how.df, vcov=how.vcov)
        modelled = _modelled(endpoint, fit, whole)
        modelled += _standardized(protocol, data, endpoint, fit, whole, modelled)
    except AnalysisError as refusal:
        if refusal.code not in HOPELESS:
            raise
        modelled = [_unanswered(endpoint, refusal)]
    notes = _notes(protocol, data, endpoint, frame, whole)
    parts = (modelled[0].note, *notes)
    modelled[0] = replace(modelled[0], note="; ".join(p for p in parts if p) or None)
    return modelled + _observed(protocol, data, endpoint)


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


def _covariates(endpoint: Endpoint) -> list[str]:
    return [column_of(name) for name in endpoint.analysis.covariates]


def _refuse_unrated(endpoint: Endpoint, whole: pd.DataFrame) -> None:
    """Without ratings of both arms at the visit of the estimate there is no answer."""
    pair, at = endpoint.estimand.treatment, endpoint.variable.at
    rated = set(whole.loc[whole["visit"] == at, "arm"])
    nobody = [arm for arm in (pair.versus, pair.arm) if arm not in rated]
    if nobody:
        raise AnalysisError.single(
            "EQ404",
            f"nobody in {listing(nobody)} has all that the model needs at {at}",
            where=f"endpoint {endpoint.id}",
            mend="look for missing ratings, baselines and covariates",
        )


def _modelled(endpoint: Endpoint, fit: MmrmFit, whole: pd.DataFrame) -> list[Estimate]:
    pair, at = endpoint.estimand.treatment, endpoint.variable.at
    level = endpoint.analysis.level
    by = "visit" if len(fit.visits) > 1 else None
    differences = fit.contrasts("arm", by=by, reference=pair.versus, level=level)
    means = fit.emmeans("arm", by=by, level=level)
    label = f"{pair.arm} - {pair.versus}"
    rows = differences[differences["contrast"] == label].to_dict("records")
    made = [
        _estimate(endpoint, "difference", row, at, contrast=label, n=fit.n_subjects)
        for row in sorted(rows, key=lambda row: row.get("visit", at) != at)
    ]
    made[0] = replace(made[0], note="; ".join(fit.warnings) or made[0].note)
    n = whole.groupby(["arm", "visit"], observed=True).size()
    for row in means.to_dict("records"):
        arm, visit = str(row["arm"]), str(row.get("visit", at))
        count = int(n.get((arm, visit), 0))
        made.append(_estimate(endpoint, "ls-mean", row, at, contrast=arm, n=count))
    return made


def _estimate(
    endpoint: Endpoint,
    analysis: str,
    row: dict[Any, Any],
    at: str | None,
    *,
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
        note=None if known else "cannot be estimated: no rows of one arm or level",
    )


def _standardized(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    fit: MmrmFit,
    whole: pd.DataFrame,
    modelled: list[Estimate],
) -> list[Estimate]:
    people = whole.drop_duplicates("participant")["arm"].value_counts()
    counts = {str(arm): int(n) for arm, n in people.items()}
    arm = members(protocol, data, endpoint.estimand.population)
    sd = pooled_baseline_sd(protocol, data, endpoint, arm)
    answers = [row for row in modelled if row.analysis == "difference"]
    return effect_sizes(endpoint, fit, answers, counts, sd)


def _observed(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """Mean of the score by arm at baseline and at each visit of the endpoint.

    Ratings that the estimand leaves out are left out here too.
    """
    score, level = endpoint.variable.score or "", endpoint.analysis.level
    arm = members(protocol, data, endpoint.estimand.population)
    start = baseline(data, protocol, score).rename("value").reset_index()
    start = start.assign(visit=protocol.schedule.baseline)
    start = start.assign(arm=start["participant"].map(arm)).dropna(subset="arm")
    later = ratings(protocol, data, endpoint)
    both = pd.concat([start, later])[["arm", "visit", "value"]].dropna()
    made = []
    for visit in (protocol.schedule.baseline, *visits(protocol, endpoint)):
        for group in protocol.arms:
            chosen = (both["arm"] == group.id) & (both["visit"] == visit)
            values = both.loc[chosen, "value"].to_numpy(float)
            made += _mean(endpoint, visit, group.id, values, level)
    return made


def _mean(
    endpoint: Endpoint, visit: str, arm: str, values: np.ndarray, level: float
) -> list[Estimate]:
    n = len(values)
    shared: dict[str, Any] = {
        "endpoint": endpoint.id,
        "population": endpoint.estimand.population,
        "visit": visit,
        "contrast": arm,
    }
    return [
        Estimate(
            id=f"{endpoint.id}.observed.{visit}.{arm}",
            analysis="observed",
            note=None if n else "nobody was rated",
            **mean_with_interval(values, level),
            **shared,
        ),
        Estimate(
            id=f"{endpoint.id}.observed-sd.{visit}.{arm}",
            analysis="observed-sd",
            estimate=float(values.std(ddof=1)) if n > 1 else None,
            n=n,
            note=None if n > 1 else "fewer than two values",
            **shared,
        ),
    ]


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
    whole: pd.DataFrame,
) -> list[str]:
    """What the data hold and the model does not use."""
    before = rated(protocol, data, endpoint)["value"].notna().sum()
    after = int(before - frame["value"].notna().sum())
    lacking = int(frame["value"].notna().sum()) - len(whole)
    notes = []
    if after:
        notes.append(f"ratings left out after an intercurrent event: {after}")
    if lacking:
        notes.append(
            f"ratings left out for lack of a baseline or a covariate: {lacking}"
        )
    return notes
