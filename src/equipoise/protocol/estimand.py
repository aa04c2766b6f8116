"""Endpoints, each with its estimand and its analysis."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced, Text
from equipoise.protocol.analysis_method import Analysis, Sensitivity, Subgroup
from equipoise.protocol.milestone import Milestone
from equipoise.protocol.quantity import ScoreName

Level = Literal["primary", "key secondary", "secondary", "safety", "exploratory"]
EndpointType = Literal[
    "continuous",
    "binary",
    "time-to-event",
    "incidence",
    "acute",
    "side-effects",
    "vital-signs",
    "blinding",
]
Strategy = Literal[
    "treatment policy",
    "hypothetical",
    "composite",
    "while on treatment",
    "principal stratum",
]


class Definition(Sourced):
    """Response, remission, relapse: a named condition on a participant's scores.

    Attributes:
        rule: ``percent-reduction`` and ``points-reduction`` compare with baseline in
            the direction of benefit; ``at-most`` and ``at-least`` use the value;
            ``loss-of`` is the first visit after ``at`` where definition ``of`` is no
            longer met, among participants who met it at ``at``; ``time-to`` is a time
            from randomization, among all participants: to the first of ``events``, or
            the first visit after randomization at which definition ``of`` is met.
        threshold: percent or points; None for ``loss-of`` and ``time-to``.
        at: for ``loss-of``, the visit at which ``of`` must be met.
        zero: for ``loss-of``, whether time counts from that visit or from the last
            infusion up to it.
        events: for ``time-to``, milestones that are the event, on their day.
        competing: for ``time-to``, milestones after which the event cannot be observed;
            by default withdrawal, loss to follow-up and death, unless in ``events``.
        until: for ``time-to``, days since randomization on which observation ends; by
            default a participant without an event is censored at the last rating of
            ``of``, or without ``of`` on the last day known in the study.
    """

    id: Identifier
    label: Text
    kind: Literal["response", "remission", "relapse", "event"]
    rule: Literal[
        "percent-reduction",
        "points-reduction",
        "at-most",
        "at-least",
        "loss-of",
        "time-to",
    ]
    score: ScoreName | None = None
    threshold: float | None = None
    of: Identifier | None = None
    at: Identifier | None = None
    zero: Literal["visit", "last-infusion"] = "visit"
    events: tuple[Milestone, ...] = ()
    competing: tuple[Milestone, ...] = ()
    until: float | None = Field(default=None, gt=0)


class Variable(Part):
    """The variable of an estimand: what is measured on each participant.

    Attributes:
        score: for a continuous endpoint, ``instrument.score``.
        measure: the value, or its change or percent change from baseline.
        definition: for a binary or time-to-event endpoint, id of a definition.
        events: for an incidence, which adverse events count.
        visits: visits that enter the model; for a binary endpoint empty.
        at: visit of the estimate, or of the treatment guess; None if not applicable.
        measurements: for vital signs, CDISC test codes.
        guesses: for blinding, who guessed the allocation.
        effect_on: for blinding, id of the continuous endpoint whose effect the guess
            might mediate; ``score`` is then an acute effect that might mediate it too.
    """

    score: ScoreName | None = None
    measure: Literal["value", "change", "percent-change"] = "change"
    definition: Identifier | None = None
    events: Literal["all", "serious", "related"] | None = None
    visits: tuple[Identifier, ...] = ()
    at: Identifier | None = None
    measurements: tuple[Identifier, ...] = ()
    guesses: Literal["participant", "rater"] | None = None
    effect_on: Identifier | None = None


class IntercurrentEvent(Part):
    """An event after treatment start that affects the meaning of the measurements.

    Attributes:
        event: the event as text.
        milestone: the milestone in ``dispositions`` that records the event.
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

    The fifth attribute, the variable, is a key of the endpoint.
    """

    treatment: Treatment
    population: Identifier
    intercurrent: tuple[IntercurrentEvent, ...] = ()
    summary: Literal[
        "difference in means",
        "risk difference",
        "survival function",
        "course over infusions",
        "trend over infusions",
        "change after dosing",
        "blinding index",
    ]


class Endpoint(Sourced):
    """One variable, one estimand, one analysis, and its sensitivity analyses."""

    id: Identifier
    label: Text
    level: Level
    type: EndpointType
    variable: Variable
    estimand: Estimand
    analysis: Analysis
    sensitivity: tuple[Sensitivity, ...] = ()
    subgroups: tuple[Subgroup, ...] = ()
