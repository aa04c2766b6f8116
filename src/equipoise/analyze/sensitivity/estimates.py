"""Sensitivity analyses of a continuous endpoint, as its protocol lists them."""

from __future__ import annotations

from typing import Any

from equipoise.analyze.result import Estimate
from equipoise.analyze.sensitivity.imputation_model import (
    ImputationModel,
    imputation_model,
)
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.numerics.rounding import fixed
from equipoise.protocol.analysis_method import Sensitivity
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.imputation.multiple_imputation import multiple_imputation
from equipoise.stats.imputation.reference_based import (
    ImputedDifferences,
    reference_based,
    reference_based_bootstrap,
)
from equipoise.stats.imputation.strategies import STRATEGIES
from equipoise.stats.imputation.tipping_point import tipping_point

STEPS, BEYOND = 12, 1.5  # of the tipping curve
INFERENCE = {
    "jackknife": "jackknife interval",
    "bootstrap": "bootstrap interval",
    "rubin": "multiple imputation, Rubin's rules",
}


def sensitivities(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """The difference under each assumption about missing outcomes.

    Returns:
        For each analysis ``sensitivity``, the difference at the visit of the endpoint
        with its interval; ``imputed``, missing outcomes imputed at that visit by arm;
        ``set-aside``, outcomes observed after an event and replaced by imputed ones:
        where there are any, the analysis targets another estimand, and is supplementary
        (ICH E9(R1) A.5.3); and, unless imputed several times, ``tipping-point``, the
        points that the imputed outcomes of the treated arm must be worse for the
        interval to include zero, with ``n`` of those outcomes: None, and no
        ``tipping-curve``, where none is missing. An analysis that cannot be made states the
        reason.
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
    estimates = imputation_model(protocol, data, endpoint, part)
    n = sum(estimates.analyzed.values())
    notes = [f"{part.label}; {STRATEGIES[part.strategy]}; {INFERENCE[part.inference]}"]
    if part.inference != "jackknife":
        notes.append(f"{part.draws} draws, seed {part.seed}")
    if part.delta:
        treated = protocol.arm(endpoint.estimand.treatment.arm).label
        notes.append(
            f"{part.delta:g} points added to each imputed outcome of {treated}"
        )
    note = "; ".join([*notes, *estimates.notes])
    rows = _imputed_counts(endpoint, part, estimates)
    if part.inference == "rubin":
        return [_rubin(endpoint, part, estimates, n, note), *rows]
    if part.inference == "bootstrap":
        answer = reference_based_bootstrap(
            estimates.incomplete, part.strategy, part.draws, part.seed
        )
    else:
        answer = reference_based(estimates.incomplete, part.strategy)
    return [*_estimates(protocol, endpoint, part, answer, estimates, note), *rows]


def _imputed_counts(
    endpoint: Endpoint, part: Sensitivity, made: ImputationModel
) -> list[Estimate]:
    """Missing outcomes imputed at the visit of the estimate, and observed ones replaced."""
    kinds = (
        (
            "imputed",
            made.imputed,
            "missing outcomes imputed at the visit of the estimate",
        ),
        (
            "set-aside",
            made.set_aside,
            "outcomes observed after an event of the analysis, replaced by imputed ones",
        ),
    )
    return [
        Estimate(
            **{
                **_named(endpoint, part, kind),
                "id": f"{endpoint.id}.{kind}.{part.id}.{arm}",
                "contrast": arm,
            },
            estimate=float(count),
            n=made.analyzed[arm],
            note=f"{text}; n: participants",
        )
        for kind, counts, text in kinds
        for arm, count in counts.items()
    ]


def _rubin(
    endpoint: Endpoint, part: Sensitivity, made: ImputationModel, n: int, note: str
) -> Estimate:
    level = endpoint.analysis.level
    found = multiple_imputation(
        made.incomplete,
        part.strategy,
        made.at,
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


def _estimates(
    protocol: Protocol,
    endpoint: Endpoint,
    part: Sensitivity,
    answer: ImputedDifferences,
    made: ImputationModel,
    note: str,
) -> list[Estimate]:
    level = endpoint.analysis.level
    row = answer.table(level, part.delta).iloc[made.at]
    arm = endpoint.estimand.treatment.arm
    missing, label = made.imputed[arm], protocol.arm(arm).label
    count = missing + made.set_aside[arm] if missing else 0
    delta = tipping_point(answer, made.at, level) if count else None
    return [
        Estimate(
            **_named(endpoint, part, "sensitivity"),
            estimate=float(row["estimate"]),
            std_error=float(row["std_error"]),
            lower=float(row["lower"]),
            upper=float(row["upper"]),
            level=level,
            p=float(row["p"]),
            n=sum(made.analyzed.values()),
            converged=True,
            note=note,
        ),
        Estimate(
            **_named(endpoint, part, "tipping-point"),
            estimate=delta,
            level=level,
            n=count,
            note=f"{part.label}: {_tipping_words(delta, count, label)}",
        ),
        *_curve(endpoint, part, answer, made.at, delta, count),
    ]


def _tipping_words(delta: float | None, count: int, label: str) -> str:
    """What the tipping point depends on, and what it is."""
    if not count:
        return (
            f"no outcome of {label} was missing at the visit of the estimate, so that "
            "there is no tipping point"
        )
    which = f"the {count} imputed outcomes" if count > 1 else "the one imputed outcome"
    if delta is None:
        return f"the interval excludes zero with any number of points on {which} of {label}"
    if delta == 0:
        return f"the interval includes zero without a change of {which} of {label}"
    shifted = f"{fixed(delta, 1)} points added to {which} of {label}"
    return f"with {shifted} the interval includes zero"


def _curve(
    endpoint: Endpoint,
    part: Sensitivity,
    answer: ImputedDifferences,
    at: int,
    delta: float | None,
    count: int,
) -> list[Estimate]:
    """The difference as the imputed outcomes get worse, to beyond the tipping point."""
    if not delta:
        return []
    level, estimates = endpoint.analysis.level, []
    outcomes = "outcomes" if count > 1 else "outcome"
    for number in range(STEPS + 1):
        shift = delta * BEYOND * number / STEPS
        row = answer.table(level, shift).iloc[at]
        named = _named(endpoint, part, "tipping-curve")
        named["id"] += f".{number}"
        estimates.append(
            Estimate(
                **named,
                estimate=float(row["estimate"]),
                lower=float(row["lower"]),
                upper=float(row["upper"]),
                level=level,
                statistic=shift,
                n=count,
                note=f"{part.label}: {fixed(shift, 1)} points added to {count} imputed "
                f"{outcomes}",
            )
        )
    return estimates


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
