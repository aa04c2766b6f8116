"""The part of a scenario that says how a benefit comes and goes: from dose to symptoms."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.instruments.provenance import Identifier, Part, Sourced

OpenShare = Annotated[float, Field(gt=0, lt=1)]


class Pharmacokinetics(Sourced):
    """The concentration model that an arm's drug follows.

    Attributes:
        arm: whose intervention is given.
        drug: id of a drug file, of the library or of ``[[drugs]]`` in the scenario.
        model: id of one of its models; None for its default.
        intervention: whose dose and length are given; None for that of the arm.
        reference_kg: weight of the typical person, against whom others are measured.
    """

    arm: Identifier
    drug: Identifier
    model: Identifier | None = None
    intervention: Identifier | None = None
    reference_kg: float = Field(default=70.0, gt=0)


class BuildUp(Sourced):
    """Share of the benefit still to be had that one typical infusion brings."""

    share: OpenShare


class HalfLife(Sourced):
    """Days in which half of the benefit is lost, between infusions and afterwards."""

    days: float = Field(gt=0)


class Sensitivity(Sourced):
    """How people differ in what the drug does for them: log-normal with mean 1."""

    log_sd: float = Field(ge=0, le=2)


class PlaceboCourse(Sourced):
    """Days in which 63% of the response to being treated at all has come."""

    days: float = Field(gt=0)


class SessionsCourse(Sourced):
    """The response to a psychotherapy: from when, and in which days 63% of it has come.

    It stays once it has come, also after the last session and without an infusion.

    Attributes:
        start: day of the first session, day 0 being that of the first infusion.
        days: after which 63% of the response has come.
    """

    start: float
    days: float = Field(gt=0)


class Belief(Sourced):
    """What participants believe to have got, from how they felt at the first infusion.

    Attributes:
        instrument: an acute one, of the highest score of the first infusion.
        arm: the arm that is believed in.
        at_rest: probability of that belief at the lowest score.
        odds: factor on the odds of that belief for each further point.
    """

    instrument: Identifier
    arm: Identifier
    at_rest: OpenShare
    odds: float = Field(gt=0, le=10)


class Response(Part):
    """The time course of benefit, which all courses with ``effects`` share.

    The benefit A of a person, from 0 to 1, falls by half in each half-life, and an
    infusion with r times the typical peak concentration leaves of what is missing to 1
    the share (1 − build-up)^r, so that two half exposures are one whole.
    """

    build_up: BuildUp
    half_life: HalfLife
    sensitivity: Sensitivity
    placebo: PlaceboCourse
    sessions: SessionsCourse | None = None
    belief: Belief | None = None


class Effect(Sourced):
    """Points that a course changes by, in one arm, from what.

    Attributes:
        drug: at full benefit, in a person of mean sensitivity.
        placebo: once the response to being treated has come.
        expectancy: further, in who believes to be in the arm of ``belief``.
        sessions: once the response to the psychotherapy of the arm has come.
    """

    arm: Identifier
    drug: float = 0.0
    placebo: float = 0.0
    expectancy: float = 0.0
    sessions: float = 0.0


class Drive(Sourced):
    """Concentration above which an effect begins; linear in what is above it.

    Attributes:
        arm: whose drug it is.
        threshold: ng/mL; below the peak of the typical person.
    """

    arm: Identifier
    threshold: float = Field(ge=0)
