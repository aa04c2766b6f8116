"""Sensitivity analyses of a continuous endpoint, as its protocol lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.analyze.result import Estimate
from equipoise.analyze.sensitivity.imputation_model import (
    ImputationModel,
    imputation_model,
)
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AnalysisError
from equipoise.numerics.rounding import fixed
from equipoise.protocol.analysis_method import (
    Inference,
    Sensitivity,
    supporting_inference,
)
from equipoise.protocol.estimand import Endpoint
from equipoise.protocol.model import Protocol
from equipoise.stats.imputation.multiple_imputation import ImputedDraws, imputed_draws
from equipoise.stats.imputation.reference_based import (
    ImputedDifferences,
    reference_based,
    reference_based_bootstrap,
)
from equipoise.stats.imputation.strategies import STRATEGIES
from equipoise.stats.imputation.tipping_point import tipping_point

STEPS, BEYOND = 12, 1.5  # of the tipping curve
INFERENCE: Mapping[Inference, str] = {
    "jackknife": "jackknife interval",
    "bootstrap": "bootstrap interval",
    "rubin": "multiple imputation, Rubin's rules",
}
WHOSE: Mapping[Inference, str] = {  # by whom a reader has met an inference
    "jackknife": "conditional mean imputation with the jackknife, as method_condmean of "
    "R rbmi",
    "bootstrap": "conditional mean imputation with the bootstrap, as method_condmean of "
    "R rbmi",
    "rubin": "multiple imputation with Rubin's rules, as SAS PROC MIANALYZE and the "
    "Bayesian methods of R rbmi",
}
NUMBERS = ("estimate", "std_error", "lower", "upper", "p")
Answer = ImputedDifferences | ImputedDraws


def sensitivities(
    protocol: Protocol, data: UnblindedTrialData, endpoint: Endpoint
) -> list[Estimate]:
    """The difference under each assumption about missing outcomes.

    Returns:
        For each analysis ``sensitivity``, the difference at the visit of the endpoint
        with its interval; ``imputed``, missing outcomes imputed at that visit by arm;
        ``set-aside``, outcomes observed after an event and replaced by imputed ones:
        where there are any, the analysis targets another estimand, and is supplementary
        (ICH E9(R1) A.5.3); and ``tipping-point``, the points that the imputed outcomes
        of the treated arm must be worse for the interval to include zero, with ``n`` of
        those outcomes: None, and no ``tipping-curve``, where none is missing. With a
        second inference ``supporting-inference`` and ``supporting-tipping-point`` hold
        the same by it. An analysis that cannot be made states the reason.
    """
    made = []
    for part in endpoint.sensitivity:
        try:
            made += _one(protocol, data, endpoint, part)
        except AnalysisError as refusal:
            made.append(_refused(endpoint, part, "sensitivity", refusal))
    return made


def _refused(
    endpoint: Endpoint, part: Sensitivity, kind: str, refusal: AnalysisError
) -> Estimate:
    why = f"cannot be estimated: {refusal.problems[0].what}"
    return Estimate(**_named(endpoint, part, kind), note=why)


def _one(
    protocol: Protocol,
    data: UnblindedTrialData,
    endpoint: Endpoint,
    part: Sensitivity,
) -> list[Estimate]:
    estimates = imputation_model(protocol, data, endpoint, part)
    notes = [f"{part.label}; {STRATEGIES[part.strategy]}; {INFERENCE[part.inference]}"]
    if part.inference != "jackknife":
        notes.append(f"{part.draws} draws, seed {part.seed}")
    if part.delta:
        treated = protocol.arm(endpoint.estimand.treatment.arm).label
        notes.append(
            f"{part.delta:g} points added to each imputed outcome of {treated}"
        )
    note = "; ".join([*notes, *estimates.notes])
    answer = _answer(part, part.inference, part.draws, estimates)
    rows = [
        _difference(endpoint, part, "sensitivity", answer, estimates, note),
        *_tipping(protocol, endpoint, part, "tipping-point", answer, estimates),
    ]
    rows += _imputed_counts(endpoint, part, estimates)
    return rows + _supporting(protocol, endpoint, part, estimates)


def _supporting(
    protocol: Protocol, endpoint: Endpoint, part: Sensitivity, made: ImputationModel
) -> list[Estimate]:
    """The same difference and tipping point by the second inference, where there is one."""
    second = supporting_inference(part, endpoint.sensitivity)
    if second is None:
        return []
    kind = "supporting-inference"
    try:
        answer = _answer(part, second, part.supporting_draws, made)
    except AnalysisError as refusal:
        return [_refused(endpoint, part, kind, refusal)]
    note = f"{part.label}; supporting inference: {WHOSE[second]}"
    if second != "jackknife":
        note += f"; {part.supporting_draws} draws, seed {part.seed}"
    if isinstance(answer, ImputedDraws):
        error = fixed(answer.monte_carlo_error(made.at), 3)
        note += f"; Monte Carlo standard error of the estimate {error}"
    note += f"; primary inference of the protocol: {WHOSE[part.inference]}"
    return [
        _difference(endpoint, part, kind, answer, made, note),
        *_tipping(protocol, endpoint, part, "supporting-tipping-point", answer, made),
    ]


def _answer(
    part: Sensitivity, inference: Inference, draws: int, made: ImputationModel
) -> Answer:
    """Differences and what their uncertainty follows from, for any points added."""
    if inference == "rubin":
        return imputed_draws(made.incomplete, part.strategy, draws, part.seed)
    if inference == "bootstrap":
        return reference_based_bootstrap(
            made.incomplete, part.strategy, draws, part.seed
        )
    return reference_based(made.incomplete, part.strategy)


def _interval(answer: Answer, at: int, level: float, delta: float) -> dict[str, Any]:
    """Estimate, interval and test at a visit after points were added."""
    if isinstance(answer, ImputedDraws):
        pooled = answer.pooled(at, level, delta)
        return {name: getattr(pooled, name) for name in (*NUMBERS, "df")}
    row = answer.table(level, delta).iloc[at]
    return {name: float(row[name]) for name in NUMBERS}


def _difference(
    endpoint: Endpoint,
    part: Sensitivity,
    kind: str,
    answer: Answer,
    made: ImputationModel,
    note: str,
) -> Estimate:
    level = endpoint.analysis.level
    return Estimate(
        **_named(endpoint, part, kind),
        **_interval(answer, made.at, level, part.delta),
        level=level,
        n=sum(made.analyzed.values()),
        converged=True,
        note=note,
    )


def _tipping(
    protocol: Protocol,
    endpoint: Endpoint,
    part: Sensitivity,
    kind: str,
    answer: Answer,
    made: ImputationModel,
) -> list[Estimate]:
    """The tipping point; for the primary inference also the curve to beyond it."""
    arm, level = endpoint.estimand.treatment.arm, endpoint.analysis.level
    missing, label = made.imputed[arm], protocol.arm(arm).label
    count = missing + made.set_aside[arm] if missing else 0
    delta = tipping_point(answer, made.at, level) if count else None
    row = Estimate(
        **_named(endpoint, part, kind),
        estimate=delta,
        level=level,
        n=count,
        note=f"{part.label}: {_tipping_words(delta, count, label)}",
    )
    if kind != "tipping-point":
        return [row]
    return [row, *_curve(endpoint, part, answer, made.at, delta, count)]


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
    answer: Answer,
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
        row = _interval(answer, at, level, shift)
        named = _named(endpoint, part, "tipping-curve")
        named["id"] += f".{number}"
        estimates.append(
            Estimate(
                **named,
                estimate=row["estimate"],
                lower=row["lower"],
                upper=row["upper"],
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
