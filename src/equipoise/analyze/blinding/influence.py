"""Influence of unblinding: effects adjusted for guesses and acute effects, E-values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from equipoise.analyze.acute.effect_by_timepoint import rated, summarized
from equipoise.analyze.continuous.estimates import continuous, model_frame
from equipoise.analyze.continuous.mixed_model import endpoint_model
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.blinding import e_value
from equipoise.stats.mmrm import mmrm

DONT_KNOW = "don't know"
CAUTION = (
    "a guess is made after the outcome has started to change and may follow from it: an "
    "estimate that shrinks does not show that unblinding caused the effect, and one that "
    "does not shrink does not show that blinding was maintained"
)
KINDS = {
    "belief": "adjusted for the arm that was guessed",
    "correct": "adjusted for whether the guess was correct",
    "acute": "adjusted for the mean peak of {score} over the infusions",
}


def influence(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    guess: pd.Series[Any],
) -> list[Estimate]:
    """The effect on an endpoint, unadjusted and adjusted for a guess, and E-values.

    The model of that endpoint in the participants whose allocation was asked for, with
    a further covariate that may act differently at each visit: the guessed arm, where
    "did not know" is a level of its own; whether the guess was right, likewise; the mean
    peak of the acute effect, in all participants with one.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: of type blinding.
        guess: by participant.

    Returns:
        ``unadjusted`` in all whose allocation was asked for, ``unadjusted-named`` in
        those for whom an arm was named, ``adjusted-…``; ``e-value`` of the planned
        estimate and of the end of its interval. ``n`` counts the participants of each
        model; notes say who they are and what the estimate can show.

    Source: VanderWeele and Ding 2017, Ann Intern Med 167:268-274.
    """
    target = protocol.endpoint(str(endpoint.variable.effect_on))
    arm = data.arm.reindex(guess.index)
    covariates: dict[str, pd.Series[Any]] = {
        "belief": guess,
        "correct": (guess == arm).map({True: "right", False: "wrong"}),
    }
    unknown = guess == DONT_KNOW
    covariates["correct"] = covariates["correct"].mask(unknown, DONT_KNOW)
    if endpoint.variable.score is not None:
        peaks = summarized(rated(protocol, data, endpoint))
        covariates["acute"] = peaks.groupby("participant")["peak"].mean()
    did_not_know = int((unknown & arm.notna()).sum())
    asked = f"participants asked, of whom {did_not_know} did not know"
    if endpoint.variable.guesses == "rater":
        asked = f"participants whose rater was asked; did not know: {did_not_know}"
    estimates = [
        _fitted(
            protocol, data, endpoint, target, "unadjusted", None, guess.index, asked
        ),
        _fitted(
            protocol,
            data,
            endpoint,
            target,
            "unadjusted-named",
            None,
            guess.index[~unknown],
            "participants for whom an arm was named",
        ),
    ]
    for name, covariate in covariates.items():
        who = guess.index if name != "acute" else covariate.index
        people = asked if name != "acute" else "participants with an acute rating"
        row = f"adjusted-{name}"
        estimates.append(
            _fitted(protocol, data, endpoint, target, row, covariate, who, people)
        )
    return [*estimates, *_e_values(protocol, data, endpoint, target)]


def _fitted(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    target: Endpoint,
    name: str,
    covariate: pd.Series[Any] | None,
    who: pd.Index[Any],
    people: str,
) -> Estimate:
    note = f"{target.label}; {people}; not adjusted for the guess"
    if covariate is not None:
        kind = KINDS[name.removeprefix("adjusted-")]
        words = kind.format(score=endpoint.variable.score)
        note = f"{target.label}; {people}; {words}; {CAUTION}"
    named = _named(endpoint, name)
    try:
        row, n = _difference(protocol, data, target, covariate, who)
    except AnalysisError as refusal:
        why = refusal.problems[0].what
        return Estimate(**named, note=f"cannot be estimated: {why}")
    if np.isnan(row["estimate"]):
        why = "the data cannot separate the covariate from the arm"
        return Estimate(**named, n=n, note=f"cannot be estimated: {why}")
    return Estimate(
        **named,
        estimate=float(row["estimate"]),
        std_error=float(row["std_error"]),
        df=float(row["df"]),
        lower=float(row["lower"]),
        upper=float(row["upper"]),
        level=target.analysis.level,
        statistic=float(row["t"]),
        p=float(row["p"]),
        n=n,
        converged=True,
        note=note,
    )


def _difference(
    protocol: Protocol,
    data: UnblindedTrialData,
    target: Endpoint,
    covariate: pd.Series[Any] | None,
    who: pd.Index[Any],
) -> tuple[dict[Any, Any], int]:
    frame = model_frame(protocol, data, target)
    frame = frame[frame["participant"].isin(who)].copy()
    pair, at, how = target.estimand.treatment, target.variable.at, target.analysis
    if set(frame.loc[frame["visit"] == at, "arm"].dropna()) < {pair.arm, pair.versus}:
        raise AnalysisError.single(
            "EQ404",
            "no participant of one arm has both a guess and a rating at the visit of "
            "the estimate",
            where=f"endpoint {target.id}",
            fix="check for missing guesses",
        )
    more = 0
    if covariate is not None:
        frame["guess"] = frame["participant"].map(covariate)
        if frame["guess"].dtype == object:
            frame["guess"] = pd.Categorical(frame["guess"].astype("string"))
            more = frame["guess"].nunique() - 1
        else:
            more = int(frame["guess"].nunique() > 1)
        frame = frame[frame["guess"].notna()]
    model = endpoint_model(protocol, target, frame, more_slopes=more)
    text = model.formula
    if more:
        head, mark, tail = text.rpartition(" + ")
        own = "guess + guess:visit" if len(model.visits) > 1 else "guess"
        text = f"{head} + {own}{mark}{tail}"
    fit = mmrm(text, model.frame, df=how.df, vcov=how.vcov)
    by = "visit" if len(fit.visits) > 1 else None
    table = fit.contrasts("arm", by=by, reference=pair.versus, level=how.level)
    rows = table[table["contrast"] == f"{pair.arm} - {pair.versus}"]
    if by is not None:
        rows = rows[rows["visit"] == at]
    return rows.to_dict("records")[0], fit.n_subjects


def _e_values(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint, target: Endpoint
) -> list[Estimate]:
    found = {e.id: e for e in continuous(protocol, data, target)}
    size = found.get(f"{target.id}.effect-size.{target.variable.at}")
    named = _named(endpoint, "e-value")
    if size is None or size.estimate is None:
        return [Estimate(**named, note="cannot be estimated: no effect size")]
    error = None
    if size.lower is not None and size.upper is not None and size.level is not None:
        z = float(special.ndtri((1 + size.level) / 2))
        error = (size.upper - size.lower) / (2 * z)
    result = e_value(size.estimate, error)
    limit = ""
    if result.limit is not None and result.limit <= 1:
        limit = "; 1 for the interval, because it includes no difference"
    note = (
        "approximate risk ratio that an unmeasured factor, such as expectancy, would need "
        "both with the arm and with the outcome, beyond the covariates of the model, to "
        "explain the whole effect, from the standardized difference (model SD); the lower "
        f"end is the E-value of the limit of the interval nearest to no difference{limit}"
    )
    return [
        Estimate(
            **named,
            estimate=result.estimate,
            lower=result.limit,
            level=size.level,
            n=size.n,
            note=note,
        )
    ]


def _named(endpoint: Endpoint, name: str) -> dict[str, Any]:
    pair = endpoint.estimand.treatment
    return {
        "id": f"{endpoint.id}.{name}",
        "endpoint": endpoint.id,
        "analysis": name,
        "population": endpoint.estimand.population,
        "visit": endpoint.variable.at,
        "contrast": f"{pair.arm} - {pair.versus}",
    }
