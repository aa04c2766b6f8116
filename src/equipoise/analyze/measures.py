"""Every measure of two proportions that a reader may ask for, each by its name."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, isnan
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.proportions import RiskDifference
from equipoise.analyze.ratios import (
    Ratio,
    barnard,
    boschloo,
    newcombe,
    odds_ratio,
    risk_ratio,
)
from equipoise.analyze.result import Estimate
from equipoise.analyze.standardization import marginal_risks
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.numerics.rounding import fixed
from equipoise.protocol.estimand import Endpoint

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
) -> list[Estimate]:
    """Newcombe's interval, ratios, number needed to treat, unconditional tests.

    Args:
        endpoint: binary or incidence.
        counts: events and participants of the arm, then of the arm of comparison.
        difference: with the interval of Miettinen and Nurminen.
        shared: fields of every estimate: endpoint, population, visit, level.
    """
    level = float(shared["level"])
    pair = endpoint.estimand.treatment
    common = {
        **shared,
        "contrast": f"{pair.arm} - {pair.versus}",
        "n": counts[1] + counts[3],
    }
    hybrid = newcombe(*counts, level)
    made = [
        Estimate(
            id=f"{endpoint.id}.newcombe",
            analysis="risk-difference-newcombe",
            estimate=hybrid.estimate,
            lower=hybrid.lower,
            upper=hybrid.upper,
            note="interval of Newcombe, method 10",
            **common,
        ),
        _ratio(endpoint, "risk-ratio", risk_ratio(*counts, level), common),
        _ratio(endpoint, "odds-ratio", odds_ratio(*counts, level), common),
        needed(endpoint, difference, common),
    ]
    for name, (test, words) in TESTS.items():
        many = (counts[1] + 1) * (counts[3] + 1) > MOST
        made.append(
            Estimate(
                id=f"{endpoint.id}.{name}",
                analysis=name,
                p=None if many else test(*counts),
                note=f"{words}; not computed for so many participants"
                if many
                else words,
                **{**common, "level": None},
            )
        )
    return made


def _ratio(
    endpoint: Endpoint, name: str, found: Ratio, common: dict[str, Any]
) -> Estimate:
    """A ratio; what is infinite or unknown is said in words."""
    notes = ["score interval of Miettinen and Nurminen"]
    if isnan(found.estimate):
        notes.append("cannot be estimated: nobody, or everybody, has it")
    elif not isfinite(found.estimate):
        notes.append("infinite: nobody in the arm of comparison has it")
    elif not isfinite(found.upper):
        notes.append("the interval has no upper end")
    known = isfinite(found.estimate)
    return Estimate(
        id=f"{endpoint.id}.{name}",
        analysis=name,
        estimate=found.estimate if known else None,
        lower=found.lower,
        upper=found.upper if isfinite(found.upper) else None,
        note="; ".join(notes),
        **common,
    )


def needed(
    endpoint: Endpoint, found: RiskDifference, common: dict[str, Any]
) -> Estimate:
    """Number needed to treat for one more, or one fewer, to have the outcome.

    Source: Altman 1998, BMJ 317:1309-1312: where the interval of the difference holds
    zero, that of the number runs through infinity, and its ends are of two kinds.
    """
    size = abs(found.estimate)
    near, far = sorted((abs(found.lower), abs(found.upper)), reverse=True)
    crosses = found.lower <= 0 <= found.upper
    more = "more" if found.estimate > 0 else "fewer"
    note = f"participants treated for one {more}"
    if crosses:
        ends = [
            f"{fixed(1 / abs(end), 1)} for one {word}"
            for end, word in ((found.upper, "more"), (found.lower, "fewer"))
            if end != 0
        ]
        note += "; the interval runs through infinity: " + ", ".join(ends)
    return Estimate(
        id=f"{endpoint.id}.nnt",
        analysis="number-needed-to-treat",
        estimate=1 / size if size > 0 else None,
        lower=None if crosses else 1 / near,
        upper=None if crosses else 1 / far,
        note=note if size > 0 else "infinite: the proportions are equal",
        **common,
    )


def adjusted(
    endpoint: Endpoint,
    arm: pd.Series[Any],
    outcome: pd.Series[Any],
    covariates: pd.DataFrame,
    shared: dict[str, Any],
) -> Estimate:
    """Marginal risk difference adjusted for covariates.

    Args:
        endpoint: binary, with covariates.
        arm: arm of each participant.
        outcome: whether each has it, alike indexed.
        covariates: a row for each participant; texts are coded by level.
        shared: fields of every estimate.
    """
    pair, level = endpoint.estimand.treatment, float(shared["level"])
    common: dict[str, Any] = {
        **shared,
        "id": f"{endpoint.id}.adjusted-risk-difference",
        "analysis": "adjusted-risk-difference",
        "contrast": f"{pair.arm} - {pair.versus}",
    }
    whole = covariates.notna().all(axis=1) & arm.isin([pair.arm, pair.versus])
    if arm[whole].nunique() < 2:
        why = "cannot be estimated: nobody in one arm has every covariate"
        return Estimate(**common, n=int(whole.sum()), note=why)
    coded = pd.get_dummies(covariates[whole], drop_first=True, dtype=float)
    names = ", ".join(map(str, covariates.columns))
    found = marginal_risks(
        outcome[whole].to_numpy(bool),
        (arm[whole] == pair.arm).to_numpy(),
        coded.to_numpy(float),
    )
    lacking = int((~whole).sum())
    notes = [f"standardized over {names}; logistic regression, robust variance"]
    if lacking:
        notes.append(f"participants without a covariate, left out: {lacking}")
    if found is None or not found.std_error > 0:
        why = "cannot be estimated: the covariates separate who has it from who has not"
        return Estimate(**common, n=int(whole.sum()), note=why, converged=False)
    half = float(t_quantile((1 + level) / 2, np.inf)) * found.std_error
    z = found.difference / found.std_error
    return Estimate(
        **common,
        n=int(whole.sum()),
        estimate=found.difference,
        std_error=found.std_error,
        lower=found.difference - half,
        upper=found.difference + half,
        statistic=z,
        p=float(t_two_sided(z, np.inf)),
        converged=True,
        note="; ".join(notes),
    )
