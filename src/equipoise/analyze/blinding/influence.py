"""Does a guess, or the acute effect behind it, carry the effect on the outcome?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from equipoise.analyze.acute.course import rated, summarized
from equipoise.analyze.blinding.e_value import e_value
from equipoise.analyze.continuous import continuous, model_frame
from equipoise.analyze.mmrm import mmrm
from equipoise.analyze.plan import formula, visits
from equipoise.analyze.result import Estimate
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol

CAUTION = (
    "a guess comes after the outcome began and may follow from it: an estimate that "
    "shrinks does not show that the blind made the effect, one that stays does not show "
    "that it held"
)
KINDS = {
    "belief": "held fixed: the arm that was guessed",
    "correct": "held fixed: whether the guess was right",
    "acute": "held fixed: mean peak of {score} over the infusions",
}


def influence(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    guess: pd.Series[Any],
) -> list[Estimate]:
    """The effect on an endpoint with and without a guess held fixed, and E-values.

    The model of that endpoint, in who guessed, with a further covariate that may act
    differently at each visit: the guessed arm; whether it was right; the mean peak of
    the acute effect.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: of type blinding.
        guess: by participant.

    Returns:
        ``unadjusted`` (in the same participants) and ``adjusted-…``; ``e-value`` of the
        planned estimate and of the end of its interval. Notes say what they can show.

    Source: VanderWeele and Ding 2017, Ann Intern Med 167:268-274.
    """
    target = protocol.endpoint(str(endpoint.variable.effect_on))
    arm = data.arm.reindex(guess.index)
    covariates: dict[str, pd.Series[Any]] = {
        "belief": guess,
        "correct": (guess == arm).map({True: "right", False: "wrong"}),
    }
    covariates["correct"] = covariates["correct"].mask(
        guess == "don't know", "don't know"
    )
    if endpoint.variable.score is not None:
        peaks = summarized(rated(protocol, data, endpoint))
        covariates["acute"] = peaks.groupby("participant")["peak"].mean()
    made = [_fitted(protocol, data, endpoint, target, None, None, guess.index)]
    for name, covariate in covariates.items():
        who = guess.index if name != "acute" else covariate.index
        made.append(_fitted(protocol, data, endpoint, target, name, covariate, who))
    return [*made, *_e_values(protocol, data, endpoint, target)]


def _fitted(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    target: Endpoint,
    name: str | None,
    covariate: pd.Series[Any] | None,
    who: pd.Index[Any],
) -> Estimate:
    note = f"{target.label}, participants who guessed, nothing held fixed"
    if name is not None:
        words = KINDS[name].format(score=endpoint.variable.score)
        note = f"{target.label}, {words}; {CAUTION}"
    named = _named(endpoint, "unadjusted" if name is None else f"adjusted-{name}")
    try:
        row, n = _difference(protocol, data, target, covariate, who)
    except AnalysisError as refusal:
        why = refusal.problems[0].what
        return Estimate(**named, note=f"cannot be estimated: {why}")
    if np.isnan(row["estimate"]):
        why = "the covariate and the arm cannot be told apart"
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
            f"not both arms have somebody with a guess and a rating at {at}",
            where=f"endpoint {target.id}",
            mend="look for missing guesses",
        )
    order = visits(protocol, target)
    text = formula(target, len(order))
    if covariate is not None:
        frame["held"] = frame["participant"].map(covariate)
        if frame["held"].dtype == object:
            frame["held"] = pd.Categorical(frame["held"].astype("string"))
        if frame["held"].nunique() > 1:
            head, mark, tail = text.rpartition(" + ")
            more = "held + held:visit" if len(order) > 1 else "held"
            text = f"{head} + {more}{mark}{tail}"
    fit = mmrm(text, frame, df=how.df, vcov=how.vcov)
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
    point, near = e_value(size.estimate, error)
    note = (
        "risk ratio that an unmeasured cause, such as expectancy, would need with both "
        "the arm and the outcome to explain the effect; the lower end is that for the "
        "interval"
    )
    return [
        Estimate(**named, estimate=point, lower=near, level=0.95, n=size.n, note=note)
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
