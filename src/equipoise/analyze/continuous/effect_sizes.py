"""Effect sizes of a continuous endpoint: Cohen's d and Hedges' g, by definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from equipoise.analyze.result import Estimate
from equipoise.dataset.derive import baseline
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.effect_size import cohens_d, cohens_d_from_t, hedges_g, pooled_sd
from equipoise.stats.mmrm import MmrmFit

DEFINITIONS = {  # suffix of the analysis -> in words
    "": "divided by the model's standard deviation at that visit",
    "-baseline": "divided by the pooled standard deviation at baseline",
    "-t": "2 t / sqrt(df)",
}


def effect_sizes(
    endpoint: Endpoint,
    fit: MmrmFit,
    answers: list[Estimate],
    people: Mapping[str, int],
    baseline_sd: float | None,
) -> list[Estimate]:
    """Cohen's d and Hedges' g of each difference, by each definition.

    Args:
        endpoint: continuous.
        fit: its model.
        answers: differences, one for each visit.
        people: participants of the model by arm.
        baseline_sd: pooled over the two arms; None where it is not known.

    Returns:
        ``effect-size``, ``effect-size-baseline``, ``effect-size-t``, and the same of
        ``hedges-g``; those that cannot be estimated state the reason.
    """
    estimates = []
    for answer in answers:
        for suffix, words in DEFINITIONS.items():
            d, sd = _size(fit, answer, suffix, baseline_sd)
            note = words if sd is None else f"{words}, {sd:.4g}"
            for name, law in (("effect-size", cohens_d), ("hedges-g", hedges_g)):
                shared: dict[str, Any] = {
                    "id": f"{endpoint.id}.{name}{suffix}.{answer.visit}",
                    "endpoint": endpoint.id,
                    "analysis": f"{name}{suffix}",
                    "population": answer.population,
                    "visit": answer.visit,
                    "contrast": answer.contrast,
                }
                n = [people.get(arm, 0) for arm in str(answer.contrast).split(" - ")]
                if d is None or min(n) < 1 or sum(n) < 3:
                    why = f"cannot be estimated: {words}"
                    estimates.append(Estimate(**shared, note=why))
                    continue
                found = law(d, n[0], n[1], endpoint.analysis.level)
                estimates.append(
                    Estimate(
                        **shared,
                        estimate=found.estimate,
                        lower=found.lower,
                        upper=found.upper,
                        level=endpoint.analysis.level,
                        n=sum(n),
                        converged=True,
                        note=note,
                    )
                )
    return estimates


def _size(
    fit: MmrmFit, answer: Estimate, suffix: str, baseline_sd: float | None
) -> tuple[float | None, float | None]:
    """The difference and the standard deviation behind it."""
    if answer.estimate is None or answer.statistic is None or answer.df is None:
        return None, None
    if suffix == "-t":
        usable = np.isfinite(answer.df) and answer.df > 0
        return (cohens_d_from_t(answer.statistic, answer.df) if usable else None), None
    sd = baseline_sd
    if not suffix:
        position = [str(visit) for visit in fit.visits].index(str(answer.visit))
        sd = float(np.sqrt(fit.covariance.to_numpy(float)[position, position]))
    if sd is None or sd <= 0:
        return None, None
    return answer.estimate / sd, sd


def pooled_baseline_sd(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    arm: pd.Series[Any],
) -> float | None:
    """Of the score of the endpoint in its two arms; None with fewer than two values.

    Args:
        protocol: of the trial.
        data: of the trial.
        endpoint: continuous.
        arm: by participant of the population.
    """
    values = baseline(data, protocol, endpoint.variable.score or "").reindex(arm.index)
    pair = endpoint.estimand.treatment
    groups = [values[arm == name].dropna() for name in (pair.arm, pair.versus)]
    n1, n2 = map(len, groups)
    if min(n1, n2) < 2:
        return None
    return pooled_sd(n1, float(groups[0].std()), n2, float(groups[1].std()))
