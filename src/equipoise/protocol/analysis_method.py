"""Analysis of an endpoint: its method, sensitivity analyses and subgroups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.protocol.milestone import Milestone
from equipoise.protocol.supporting_methods import SupportingName
from equipoise.stats.options import (
    Covariance,
    CoxTies,
    DfMethod,
    StrategyName,
    SurvivalInterval,
    Vcov,
    WorkingCorrelation,
)

DegreesOfFreedom = DfMethod
CoefficientCovariance = Vcov
Planned = Literal["unstratified", "stratified", "fleming-harrington", "max-combo"]
Inference = Literal["jackknife", "bootstrap", "rubin"]
REFERENCE_BASED = ("JR", "CR", "CIR")  # here the two kinds of inference differ


class Analysis(Part):
    """Estimation of the estimand.

    Attributes:
        covariates: ``baseline``, ids of characteristics or ``site``, as main effects.
        by_visit: those of ``covariates`` whose effect may differ by visit.
        covariance: structure of the repeated measurements.
        df: denominator degrees of freedom; ``kenward-roger-linear`` is DDFM=KR of SAS
            for an unstructured covariance. Kenward-Roger needs ``model``.
        vcov: covariance of the coefficients.
        missing: for a binary endpoint, handling of participants without a value.
        level: coverage of the confidence interval.
        interval: transformation behind the intervals of a Kaplan-Meier curve.
        strata: ids of characteristics, or ``site``, that stratify the tests of a binary or
            time-to-event endpoint; by default those of the randomization, none for ``[]``.
        planned: ``stratified``: the planned test of such an endpoint is the one in these
            strata (Cochran-Mantel-Haenszel, stratified log-rank), not the other, and the
            risk difference and its interval are those in these strata too; for a time to
            an event also ``fleming-harrington`` or ``max-combo``, which must be in
            ``supporting``, with the strata if there are any.
        supporting: names of supporting methods, each reported as one more estimate.
        ties: of the Cox regressions among them.
        rho: of the Fleming-Harrington weights S(t-)^rho (1 - S(t-))^gamma: the default,
            rho 0 and gamma 1, gives late differences more weight.
        gamma: likewise.
        correlation: working correlation of estimating equations.
        horizon: for a time to an event, days since time zero up to which mean times are
            compared; by default the last day at which both arms were observed, which
            depends on the data.
        margin: non-inferiority margin, the largest loss of benefit that is accepted: for a
            continuous endpoint in the unit of the difference, for a binary endpoint a
            difference of proportions (0.1 for 10 percentage points). ``arm`` is
            non-inferior to ``versus`` if the interval of ``level`` excludes the margin: a
            one-sided test with error (1 - ``level``) / 2. None to test for a difference.
    """

    method: Literal[
        "mmrm",
        "risk-difference",
        "kaplan-meier",
        "mixed-trend",
        "gee",
        "descriptive",
        "blinding-index",
    ]
    covariates: tuple[Identifier, ...] = ()
    by_visit: tuple[Identifier, ...] = ()
    covariance: Covariance = "us"
    df: DegreesOfFreedom = "satterthwaite"
    vcov: CoefficientCovariance = "model"
    missing: Literal["failure", "excluded"] = "failure"
    level: float = Field(default=0.95, gt=0.5, lt=1)
    interval: SurvivalInterval = "log-log"
    strata: tuple[Identifier, ...] | None = None
    planned: Planned = "unstratified"
    supporting: tuple[SupportingName, ...] = ()
    ties: CoxTies = "efron"
    rho: float = Field(default=0.0, ge=0, le=10)
    gamma: float = Field(default=1.0, ge=0, le=10)
    correlation: WorkingCorrelation = "exchangeable"
    horizon: float | None = Field(default=None, gt=0)
    margin: float | None = Field(default=None, gt=0)


class Sensitivity(Sourced):
    """The same estimand under another assumption about missing data.

    Attributes:
        method: ``reference-based``: outcomes are imputed by the strategy.
        strategy: what is expected of a participant after one of ``milestones``: missing
            at random (MAR), jump to reference (JR), copy reference (CR), copy increments
            in reference (CIR), last mean carried forward (LMCF).
        milestones: events from whose day the strategy holds; ratings after them count
            under MAR only.
        inference: the primary one: ``jackknife`` or ``bootstrap`` around conditional
            means, as R rbmi method_condmean, or ``rubin``: multiple imputations, combined
            by Rubin's rules, as SAS PROC MIANALYZE and rbmi's Bayesian methods.
        draws: bootstrap samples, or imputations, of the primary inference.
        supporting: a second inference, reported below the primary one, or ``none``. By
            default JR, CR and CIR have the other of ``rubin`` and ``jackknife``, unless
            another analysis of the endpoint differs only in that; MAR and LMCF have none.
        supporting_draws: its imputations or bootstrap samples.
        seed: of the draws.
        delta: points added to each imputed outcome of the arm of interest.
    """

    id: Identifier
    label: Text
    method: Literal["reference-based"] = "reference-based"
    strategy: StrategyName
    milestones: tuple[Milestone, ...] = ()
    inference: Inference = "jackknife"
    draws: int = Field(default=1000, ge=20, le=100_000)
    supporting: Inference | Literal["none"] | None = None
    supporting_draws: int = Field(default=200, ge=20, le=100_000)
    seed: int = Field(default=1, ge=0)
    delta: float = 0.0


def supporting_inference(
    part: Sensitivity, others: Sequence[Sensitivity]
) -> Inference | None:
    """The second inference of a sensitivity analysis; None if there is none.

    Args:
        part: the analysis.
        others: all sensitivity analyses of its endpoint, in any order.
    """
    if part.supporting == "none":
        return None
    if part.supporting is not None or part.strategy not in REFERENCE_BASED:
        return part.supporting
    rubin = part.inference == "rubin"
    for other in others:
        same = (part.strategy, set(part.milestones), part.delta) == (
            other.strategy,
            set(other.milestones),
            other.delta,
        )
        if same and (other.inference == "rubin") != rubin:
            return None
    return "jackknife" if rubin else "rubin"


class Subgroup(Sourced):
    """A subgroup analysis of the endpoint.

    Attributes:
        by: id of a characteristic, or ``baseline`` for the score of the endpoint.
        cuts: for a number, the limits between groups, ascending: a value at a limit
            belongs to the group above it. Empty for a category.
    """

    id: Identifier
    label: Text
    by: Identifier
    cuts: tuple[float, ...] = ()
