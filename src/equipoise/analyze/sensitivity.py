"""Sensitivity analyses of a continuous endpoint, as its protocol lists them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from equipoise.analyze.continuous import model_frame
from equipoise.analyze.missing.multiple import multiple
from equipoise.analyze.missing.question import Question
from equipoise.analyze.missing.reference_based import (
    Answer,
    bootstrap,
    reference_based,
)
from equipoise.analyze.missing.strategies import STRATEGIES
from equipoise.analyze.missing.tipping import tipping_point
from equipoise.analyze.plan import column_of, formula, visits
from equipoise.analyze.result import Estimate
from equipoise.analyze.sets import members
from equipoise.dataset.derive import baseline, visit_days
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.numerics.rounding import fixed
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.method import Sensitivity
from equipoise.protocol.model import Protocol

STEPS, BEYOND = 12, 1.5  # of the tipping curve
INFERENCE = {
    "jackknife": "jackknife interval",
    "bootstrap": "bootstrap interval",
    "rubin": "multiple imputation, Rubin's rules",
}


def sensitivities(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """The difference under each assumption about what is missing, and how far it holds.

    Returns:
        For each analysis ``sensitivity``, the difference at the visit of the endpoint
        with its interval, and, unless imputed
        several times, ``tipping-point``, the points that the imputed
        outcomes of the treated arm must be worse for the interval to hold zero. An
        analysis that cannot be made says why.
    """
    made = []
    for part in endpoint.sensitivity:
        try:
            made += _one(protocol, data, endpoint, part)
        except AnalysisError as refusal:
            why = f"cannot be estimated: {refusal.problems[0].what}"
            made.append(Estimate(**_named(endpoint, part, "sensitivity"), note=why))
    return made


def _one(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    part: Sensitivity,
) -> list[Estimate]:
    question, lacking = _question(protocol, data, endpoint, part)
    n = int(question.frame["participant"].nunique())
    at = visits(protocol, endpoint).index(str(endpoint.variable.at))
    notes = [f"{part.label}; {STRATEGIES[part.strategy]}; {INFERENCE[part.inference]}"]
    if part.inference != "jackknife":
        notes.append(f"{part.draws} draws, seed {part.seed}")
    if part.delta:
        notes.append(f"{part.delta:g} points added to each imputed outcome")
    if lacking:
        notes.append(f"participants without a covariate, left out: {lacking}")
    note = "; ".join(notes)
    if part.inference == "rubin":
        return [_rubin(endpoint, part, question, at, n, note)]
    if part.inference == "bootstrap":
        answer = bootstrap(question, part.strategy, part.draws, part.seed)
    else:
        answer = reference_based(question, part.strategy)
    return _estimates(endpoint, part, answer, at, n, note)


def _rubin(
    endpoint: Endpoint,
    part: Sensitivity,
    question: Question,
    at: int,
    n: int,
    note: str,
) -> Estimate:
    level = endpoint.analysis.level
    found = multiple(
        question,
        part.strategy,
        at,
        part.draws,
        part.seed,
        delta=part.delta,
        level=level,
    )
    return Estimate(
        **_named(endpoint, part, "sensitivity"),
        estimate=found.estimate,
        std_error=found.std_error,
        df=found.df,
        lower=found.lower,
        upper=found.upper,
        level=level,
        p=found.p,
        n=n,
        converged=True,
        note=note,
    )


def _question(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    part: Sensitivity,
) -> tuple[Question, int]:
    frame, lacking = _grid(protocol, data, endpoint)
    pair, how = endpoint.estimand.treatment, endpoint.analysis
    order = visits(protocol, endpoint)
    text = formula(endpoint, len(order)).replace(f" {how.covariance}(", " us(")
    names = [column_of(name) for name in how.covariates]
    coded = pd.get_dummies(frame[names], drop_first=True, dtype=float)
    own = [f"z{number}" for number in range(coded.shape[1])]
    frame[own] = coded.to_numpy()
    question = Question(
        formula=text,
        frame=frame,
        arm="arm",
        treated=pair.arm,
        reference=pair.versus,
        covariates=tuple(own),
        first=_first_after(protocol, data, endpoint, part),
    )
    return question, lacking


def _grid(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> tuple[pd.DataFrame, int]:
    """A row for each participant of the two arms and each visit, rated or not.

    Returns:
        The rows, and how many participants lack a covariate and are left out.
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


def _first_after(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    part: Sensitivity,
) -> pd.Series[Any]:
    """First visit of the endpoint after the earliest event, by participant."""
    rows = data.dispositions[data.dispositions["milestone"].isin(part.milestones)]
    undated = rows["day"].isna()
    if undated.any():
        raise AnalysisError.single(
            "EQ453",
            f"{int(undated.sum())} events have no day",
            where=f"table dispositions, endpoint {endpoint.id}, sensitivity {part.id}",
            mend="record the day",
            records=rows[undated],
        )
    day = rows.groupby("participant")["day"].min().astype(float)
    order = list(visits(protocol, endpoint))
    days = visit_days(data, protocol)
    days = days[days["visit"].isin(order)]
    later = days[days["day"] > days["participant"].map(day)]
    ranked = later.assign(rank=later["visit"].map(order.index)).sort_values("rank")
    return ranked.drop_duplicates("participant").set_index("participant")["visit"]


def _estimates(
    endpoint: Endpoint, part: Sensitivity, answer: Answer, at: int, n: int, note: str
) -> list[Estimate]:
    level = endpoint.analysis.level
    row = answer.table(level, part.delta).iloc[at]
    delta = tipping_point(answer, at, level)
    if delta is None:
        words = "no number of points takes the finding away"
    elif delta == 0:
        words = "the interval holds zero without any"
    else:
        words = f"with {fixed(delta, 1)} points on each imputed outcome it holds zero"
    return [
        Estimate(
            **_named(endpoint, part, "sensitivity"),
            estimate=float(row["estimate"]),
            std_error=float(row["std_error"]),
            lower=float(row["lower"]),
            upper=float(row["upper"]),
            level=level,
            p=float(row["p"]),
            n=n,
            converged=True,
            note=note,
        ),
        Estimate(
            **_named(endpoint, part, "tipping-point"),
            estimate=delta,
            level=level,
            n=n,
            note=f"{part.label}: {words}",
        ),
        *_curve(endpoint, part, answer, at, delta),
    ]


def _curve(
    endpoint: Endpoint, part: Sensitivity, answer: Answer, at: int, delta: float | None
) -> list[Estimate]:
    """The difference as the imputed outcomes get worse, to beyond the tipping point."""
    if not delta:
        return []
    level, made = endpoint.analysis.level, []
    for number in range(STEPS + 1):
        shift = delta * BEYOND * number / STEPS
        row = answer.table(level, shift).iloc[at]
        named = _named(endpoint, part, "tipping-curve")
        named["id"] += f".{number}"
        made.append(
            Estimate(
                **named,
                estimate=float(row["estimate"]),
                lower=float(row["lower"]),
                upper=float(row["upper"]),
                level=level,
                statistic=shift,
                note=f"{part.label}: {fixed(shift, 1)} points added",
            )
        )
    return made


def _named(endpoint: Endpoint, part: Sensitivity, kind: str) -> dict[str, Any]:
    pair = endpoint.estimand.treatment
    return {
        "id": f"{endpoint.id}.{kind}.{part.id}",
        "endpoint": endpoint.id,
        "analysis": kind,
        "population": endpoint.estimand.population,
        "visit": endpoint.variable.at,
        "contrast": f"{pair.arm} - {pair.versus}",
    }
