"""Supporting effect measures of two proportions: ratios, number needed to treat, tests."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, isnan
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.binary.outcome_labels import OutcomeWords
from equipoise.analyze.result import Estimate
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.numerics.rounding import fixed
from equipoise.protocol.estimand import Endpoint
from equipoise.stats.proportions import (
    Ratio,
    RiskDifference,
    barnard,
    boschloo,
    marginal_risks,
    newcombe,
    no_maximum,
    odds_ratio,
    risk_ratio,
    separating_covariates,
)

MOST = 300_000  # tables of an exact unconditional test: some seconds
TESTS: dict[str, tuple[Callable[[int, int, int, int], float], str]] = {
    "boschloo": (boschloo, "Boschloo's exact test, two-sided"),
    "barnard": (barnard, "Barnard's exact test, two-sided"),
}


def measures(
    endpoint: Endpoint,
    counts: tuple[int, int, int, int],
    difference: RiskDifference,
    shared: dict[str, Any],
    words: OutcomeWords,
) -> list[Estimate]:
    """Newcombe's interval, ratios, number needed to treat, unconditional tests.

    None of them is the planned analysis; each note says ``supporting``.

    Args:
        endpoint: binary or incidence.
        counts: events and participants of the arm, then of the arm of comparison.
        difference: with the interval of Miettinen and Nurminen.
        shared: fields of every estimate: endpoint, population, visit, level.
        words: of the outcome, for the reasons of what cannot be estimated.
    """
    level = float(shared["level"])
    pair = endpoint.estimand.treatment
    common = {
        **shared,
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": counts[1] + counts[3],
    }
    hybrid = newcombe(*counts, level)
    risk = risk_ratio(*counts, level)
    odds = odds_ratio(*counts, level)
    rows = [
        Estimate(
            id=f"{endpoint.id}.newcombe",
            analysis="risk-difference-newcombe",
            estimate=hybrid.estimate,
            lower=hybrid.lower,
            upper=hybrid.upper,
            note="supporting: Newcombe interval, method 10",
            **common,
        ),
        _ratio(endpoint, "risk-ratio", risk, common, counts, words),
        _ratio(endpoint, "odds-ratio", odds, common, counts, words),
        needed(endpoint, difference, common),
    ]
    for name, (test, text) in TESTS.items():
        many = (counts[1] + 1) * (counts[3] + 1) > MOST
        rows.append(
            Estimate(
                id=f"{endpoint.id}.{name}",
                analysis=name,
                p=None if many else test(*counts),
                note=f"supporting: {text}; not computed: the number of tables is above "
                f"{MOST:,}"
                if many
                else f"supporting: {text}",
                **{**common, "level": None},
            )
        )
    return rows


def _ratio(
    endpoint: Endpoint,
    name: str,
    ratio: Ratio,
    common: dict[str, Any],
    counts: tuple[int, int, int, int],
    words: OutcomeWords,
) -> Estimate:
    """A ratio; where it is infinite or not defined, the note gives the reason."""
    notes = ["supporting: score interval of Miettinen and Nurminen"]
    if isnan(ratio.estimate):
        quantity = "no" if counts[0] + counts[2] == 0 else "every"
        notes.append(f"not estimable: {quantity} participant in either arm {words.had}")
    elif not isfinite(ratio.estimate):
        reason = words.none(words.versus) if not counts[2] else words.every(words.arm)
        notes.append(f"infinite: {reason}")
    elif not isfinite(ratio.upper):
        notes.append("upper limit not estimable")
    finite = isfinite(ratio.estimate)
    return Estimate(
        id=f"{endpoint.id}.{name}",
        analysis=name,
        estimate=ratio.estimate if finite else None,
        lower=None if isnan(ratio.estimate) else ratio.lower,
        upper=ratio.upper if isfinite(ratio.upper) else None,
        note="; ".join(notes),
        **common,
    )


def needed(
    endpoint: Endpoint, difference: RiskDifference, common: dict[str, Any]
) -> Estimate:
    """Number needed to treat for one more, or one fewer, to have the outcome.

    Source: Altman 1998, BMJ 317:1309-1312: where the interval of the difference contains
    zero, that of the number runs through infinity, and its ends are of two kinds.
    """
    size = abs(difference.estimate)
    near, far = sorted((abs(difference.lower), abs(difference.upper)), reverse=True)
    crosses = difference.lower <= 0 <= difference.upper
    more = "more" if difference.estimate > 0 else "fewer"
    note = f"participants treated for one {more}"
    if crosses:
        ends = [
            f"{fixed(1 / abs(end), 1)} for one {word}"
            for end, word in ((difference.upper, "more"), (difference.lower, "fewer"))
            if end != 0
        ]
        note += "; the interval runs through infinity: " + ", ".join(ends)
    return Estimate(
        id=f"{endpoint.id}.nnt",
        analysis="number-needed-to-treat",
        estimate=1 / size if size > 0 else None,
        lower=None if crosses else 1 / near,
        upper=None if crosses else 1 / far,
        note=f"supporting: {note}"
        if size > 0
        else "supporting: infinite: the proportions are equal",
        **common,
    )


def adjusted(
    endpoint: Endpoint,
    arm: pd.Series[Any],
    outcome: pd.Series[Any],
    covariates: pd.DataFrame,
    shared: dict[str, Any],
    words: OutcomeWords,
) -> Estimate:
    """Marginal risk difference adjusted for covariates.

    Args:
        endpoint: binary, with covariates.
        arm: arm of each participant.
        outcome: whether each has it, with the same index.
        covariates: a row for each participant, columns named as the note names them;
            texts are coded by level.
        shared: fields of every estimate.
        words: of the outcome, for the reason where there is no estimate.
    """
    pair, level = endpoint.estimand.treatment, float(shared["level"])
    complete = covariates.notna().all(axis=1) & arm.isin([pair.arm, pair.versus])
    common: dict[str, Any] = {
        **shared,
        "id": f"{endpoint.id}.adjusted-risk-difference",
        "analysis": "adjusted-risk-difference",
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": int(complete.sum()),
    }
    treated = (arm[complete] == pair.arm).to_numpy()
    responded = outcome[complete].to_numpy(bool)
    coded = pd.get_dummies(covariates[complete], drop_first=True, dtype=float)
    reason = _extreme_arm(responded, treated, words)
    risks = None
    if reason is None:
        risks = marginal_risks(responded, treated, coded.to_numpy(float))
        if risks is None or not risks.std_error > 0:
            reason = _no_maximum(responded, treated, coded, words)
    if risks is None or reason is not None:
        note = f"supporting: not estimable: {reason}"
        return Estimate(**common, note=note, converged=False)
    names = ", ".join(map(str, covariates.columns))
    notes = [
        f"supporting: adjusted for {names}; logistic regression, standardized over the "
        "participants; robust variance with leverage correction (HC3)"
    ]
    missing = int((~covariates.notna().all(axis=1)).sum())
    if missing:
        notes.append(f"participants excluded because a covariate is missing: {missing}")
    half = float(t_quantile((1 + level) / 2, np.inf)) * risks.std_error
    z = risks.difference / risks.std_error
    return Estimate(
        **common,
        estimate=risks.difference,
        std_error=risks.std_error,
        lower=risks.difference - half,
        upper=risks.difference + half,
        statistic=z,
        p=float(t_two_sided(z, np.inf)),
        converged=True,
        note="; ".join(notes),
    )


def _extreme_arm(
    outcome: np.ndarray[Any, Any], treated: np.ndarray[Any, Any], words: OutcomeWords
) -> str | None:
    """The reason where an arm has no participant, no outcome, or nothing else."""
    reasons = []
    for label, rows in ((words.arm, treated), (words.versus, ~treated)):
        if not rows.any():
            reasons.append(f"no participant in {label} has a value of every covariate")
        elif not outcome[rows].any():
            reasons.append(words.none(label))
        elif outcome[rows].all():
            reasons.append(words.every(label))
    return ", and ".join(reasons) or None


def _no_maximum(
    outcome: np.ndarray[Any, Any],
    treated: np.ndarray[Any, Any],
    coded: pd.DataFrame,
    words: OutcomeWords,
) -> str:
    """Why the logistic regression has no maximum, though both arms vary."""
    matrix = coded.to_numpy(float)
    kind = no_maximum(outcome, treated, matrix)
    if kind == "dependent":
        return "the covariates are collinear with each other or with the arm"
    if kind == "separated":
        alone = separating_covariates(outcome, treated, matrix)
        names = [
            str(name) for name, one in zip(coded.columns, alone, strict=True) if one
        ]
        listed = ", ".join(names or map(str, coded.columns))
        return (
            f"separation by {listed}: the covariate values of participants who "
            f"{words.had.replace('was', 'were')} do not overlap with those of the others"
        )
    return "the logistic regression did not converge"
