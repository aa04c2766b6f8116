"""What the trial wants to know: endpoints, each with its estimand and its analysis."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.protocol.quantity import ScoreName

Level = Literal["primary", "key secondary", "secondary", "safety", "exploratory"]
EndpointType = Literal["continuous", "binary", "time-to-event", "incidence"]
Strategy = Literal[
    "treatment policy",
    "hypothetical",
    "composite",
    "while on treatment",
    "principal stratum",
]
Milestone = Literal[
    "screened",
    "excluded",
    "consented",
    "randomized",
    "treatment-started",
    "treatment-discontinued",
    "treatment-completed",
    "new-treatment",
    "study-withdrawn",
    "lost-to-follow-up",
    "study-completed",
    "death",
]


class Definition(Sourced):
    """Response, remission, relapse: a named condition on a participant's scores.

    Attributes:
        rule: ``percent-reduction`` and ``points-reduction`` compare with baseline in
            the direction of benefit; ``at-most`` and ``at-least`` look at the value;
            ``loss-of`` is the first visit after ``at`` where definition ``of`` no
            longer holds, among those for whom it held at ``at``.
        threshold: percent or points; None for ``loss-of``.
        at: for ``loss-of``, the visit that is time zero.
    """

    id: Identifier
    label: Text
    kind: Literal["response", "remission", "relapse"]
    rule: Literal[
        "percent-reduction", "points-reduction", "at-most", "at-least", "loss-of"
    ]
    score: ScoreName | None = None
    threshold: float | None = None
    of: Identifier | None = None
    at: Identifier | None = None


class Variable(Part):
    """The variable of an estimand: what is measured on each participant.

    Attributes:
        score: for a continuous endpoint, ``instrument.score``.
        measure: the value, or its change or percent change from baseline.
        definition: for a binary or time-to-event endpoint, id of a definition.
        events: for an incidence, which adverse events count.
        visits: visits that enter the model; for a binary endpoint empty.
        at: visit of the estimate; None for time to event and incidence.
    """

    score: ScoreName | None = None
    measure: Literal["value", "change", "percent-change"] = "change"
    definition: Identifier | None = None
    events: Literal["all", "serious", "related"] | None = None
    visits: tuple[Identifier, ...] = ()
    at: Identifier | None = None


class IntercurrentEvent(Part):
    """An event after treatment start that affects the meaning of the measurements.

    Attributes:
        event: the event in words.
        milestone: the milestone in ``dispositions`` by which the data know it.
        strategy: ICH E9(R1) A.3.2.
    """

    event: Text
    milestone: Milestone
    strategy: Strategy
    rationale: str | None = None


class Treatment(Part):
    """The treatment condition of interest and the alternative it is compared with."""

    arm: Identifier
    versus: Identifier


class Estimand(Part):
    """Treatment, population, intercurrent events and summary (ICH E9(R1) A.3).

    The fifth attribute, the variable, stands on the endpoint.
    """

    treatment: Treatment
    population: Identifier
    intercurrent: tuple[IntercurrentEvent, ...] = ()
    summary: Literal[
        "difference in means",
        "risk difference",
        "survival function",
    ]


Covariance = Literal["us", "toep", "toeph", "ar1", "ar1h", "cs", "csh", "ad", "adh"]
DegreesOfFreedom = Literal[
    "satterthwaite",
    "kenward-roger",
    "kenward-roger-linear",
    "between-within",
    "residual",
    "asymptotic",
]
CoefficientCovariance = Literal[
    "model", "empirical", "empirical-jackknife", "empirical-bias-reduced"
]


class Analysis(Part):
    """How the estimand is estimated.

    Attributes:
        covariates: ``baseline`` or ids of characteristics, as main effects.
        by_visit: those of ``covariates`` whose effect may differ by visit.
        covariance: structure of the repeated measurements.
        df: denominator degrees of freedom; ``kenward-roger-linear`` is what SAS calls
            DDFM=KR for an unstructured covariance. Kenward-Roger goes with ``model``.
        vcov: covariance of the coefficients.
        missing: for a binary endpoint, what a participant without a value counts as.
        level: coverage of the confidence interval.
    """

    method: Literal["mmrm", "risk-difference", "kaplan-meier"]
    covariates: tuple[Identifier, ...] = ()
    by_visit: tuple[Identifier, ...] = ()
    covariance: Covariance = "us"
    df: DegreesOfFreedom = "satterthwaite"
    vcov: CoefficientCovariance = "model"
    missing: Literal["failure", "excluded"] = "failure"
    level: float = Field(default=0.95, gt=0.5, lt=1)


class Sensitivity(Sourced):
    """The same question under another assumption about what is missing.

    Attributes:
        method: ``reference-based``: conditional-mean imputation with the jackknife.
        strategy: what is expected of a participant after one of ``milestones``: missing
            at random (MAR), jump to reference (JR), copy reference (CR), copy increments
            in reference (CIR), last mean carried forward (LMCF).
        milestones: events from whose day the strategy holds; ratings after them count
            under MAR only.
    """

    id: Identifier
    label: Text
    method: Literal["reference-based"] = "reference-based"
    strategy: Literal["MAR", "JR", "CR", "CIR", "LMCF"]
    milestones: tuple[Milestone, ...] = ()


class Endpoint(Sourced):
    """One question, one variable, one estimand, one analysis, and how far it holds."""

    id: Identifier
    label: Text
    level: Level
    type: EndpointType
    variable: Variable
    estimand: Estimand
    analysis: Analysis
    sensitivity: tuple[Sensitivity, ...] = ()
