"""Everything that a comparison of maintenance schedules assumes, as numbers with units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Any

from equipoise.errors import Problem, SimulationError, refuse
from equipoise.protocol.estimand import Definition
from equipoise.protocol.model import Protocol

RESPONSE = Definition(
    id="response", label="Response", kind="response", rule="percent-reduction",
    threshold=30, assumed=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissociation:
    """What an infusion does for an hour or two, in points of its scale.

    Attributes:
        lowest: possible score.
        rest, rest_sd: mean and SD of the score without an effect.
        peak, peak_sd: of the score at the peak of the first infusion.
        attenuation: factor of the peak from each infusion to the next, 0 to 1.
        stable: correlation of one person's values between infusions, 0 to 1.
        recovery: days in which half of the attenuation is lost without infusion. It is
            not known; infinity, the default, is that of the scenario file: never.
    """

    lowest: float = 0.0
    rest: float = 1.5
    rest_sd: float = 2.5
    peak: float = 7.7
    peak_sd: float = 9.2
    attenuation: float = 0.85
    stable: float = 0.6
    recovery: float = inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What people are like, how a benefit comes and goes, and what response is.

    Attributes:
        induction: days of the infusions that all participants have.
        start: day of the visit at which responders enter maintenance.
        baseline_day: day of the baseline rating.
        entry_day: day of the rating that decides who is let in; None for no such rule.
        entry_least, entry_most: score at that rating that lets a person in.
        rule: the definition of response.
        better: direction of benefit of the score, ``lower`` or ``higher``.
        lowest, highest: range of the score.
        baseline, baseline_sd: points, up to the baseline visit.
        after_sd: SD of scores after it, points.
        drug: points at full benefit in a person of mean sensitivity; negative for a
            fall.
        placebo: points once the response to being treated has come.
        expectancy: further points in who believes to have got the drug.
        build_up: share of the benefit still to be had that one infusion brings.
        half_life: days in which half of the benefit is lost.
        sensitivity: SD of the logarithm of a person's factor on ``drug``, whose mean
            is 1.
        exposure: SD of the logarithm of a person's peak concentration over the typical
            one; 0 gives all participants the typical one.
        placebo_days: time constant of the response to being treated.
        retest, stable, days: ρ(d) = stable + (retest − stable) · exp(−d / days), the
            correlation of one person's scores d days apart.
        belief_at_rest, belief_odds: of the belief, logistic in the points of the first
            infusion above the lowest score of the dissociation scale.
        dissociation: of an infusion.
    """

    induction: tuple[int, ...] = (0, 2, 4, 7, 9, 11)
    start: int = 14
    baseline_day: int = -3
    entry_day: int | None = None
    entry_least: float = -inf
    entry_most: float = inf
    rule: Definition = RESPONSE
    better: str = "lower"
    lowest: float = 0.0
    highest: float = 80.0
    baseline: float = 41.0
    baseline_sd: float = 8.0
    after_sd: float = 12.0
    drug: float = -16.0
    placebo: float = -6.4
    expectancy: float = 0.0
    build_up: float = 0.4
    half_life: float = 45.0
    sensitivity: float = 0.5
    exposure: float = 0.0
    placebo_days: float = 5.0
    retest: float = 0.78
    stable: float = 0.45
    days: float = 14.0
    belief_at_rest: float = 0.5
    belief_odds: float = 1.0
    dissociation: Dissociation = Dissociation()

    @classmethod
    def of(
        cls,
        protocol: Protocol,
        scenario: Any,
        arm: str = "ketamine",
        definition: str = "relapse",
        dissociation: str = "cadss",
        recovery: float = inf,
    ) -> Assumptions:
        """The assumptions that a scenario states for one arm.

        Args:
            protocol: checked.
            scenario: written for it, with ``response`` and with ``effects`` of the course
                whose score the definition looks at.
            arm: whose drug is given in maintenance.
            definition: id of a loss of response, or of a response, which then counts at
                the visit of the primary endpoint.
            dissociation: instrument of the acute effects.
            recovery: days in which half of their attenuation is lost.

        Raises:
            SimulationError: EQ611, protocol or scenario has no such definition or arm;
                EQ612, the scenario does not say how a benefit comes and goes.
        """
        state, start = _state(protocol, definition)
        instrument, _, score = (state.score or "").partition(".")
        course, effect, acute = _stated(scenario, instrument, score, arm, dissociation)
        response, between = scenario.response, scenario.between_visits
        low, high = protocol.scales[instrument].scores[score].range
        belief = response.belief
        made = cls(
            induction=tuple(
                v.day for v in protocol.schedule.visits if v.infusion is not None
            ),
            start=start,
            baseline_day=protocol.schedule.visit(protocol.schedule.baseline).day,
            rule=state,
            better=protocol.better(state.score or ""),
            lowest=low,
            highest=high,
            baseline=course.baseline.mean,
            baseline_sd=course.baseline.sd,
            after_sd=course.after.sd,
            drug=effect.drug,
            placebo=effect.placebo,
            expectancy=effect.expectancy if belief else 0.0,
            build_up=response.build_up.share,
            half_life=response.half_life.days,
            sensitivity=response.sensitivity.log_sd,
            placebo_days=response.placebo.days,
            retest=between.retest,
            stable=between.stable,
            days=between.days,
            belief_at_rest=belief.at_rest if belief else 0.5,
            belief_odds=belief.odds if belief else 1.0,
            dissociation=_dissociation(protocol, acute, arm, recovery),
        )
        return _with_entry(made, protocol, state.score or "")

    def varied(self, **changes: float) -> Assumptions:
        """The same with some numbers changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def _state(protocol: Protocol, name: str) -> tuple[Definition, int]:
    """The definition of the state, and the day on which it must hold."""
    known = {d.id: d for d in protocol.definitions}
    if name not in known:
        raise SimulationError.single(
            "EQ611",
            f"the protocol has no definition {name}",
            where="definition",
            fix=f"name one of {', '.join(known)}",
        )
    definition = known[name]
    if definition.rule == "loss-of":
        at = definition.at or ""
        definition = known[definition.of or ""]
    else:
        primary = next(e for e in protocol.endpoints if e.level == "primary")
        at = primary.variable.at or protocol.schedule.baseline
    return definition, protocol.schedule.visit(at).day


def _stated(
    scenario: Any, instrument: str, score: str, arm: str, dissociation: str
) -> tuple[Any, Any, Any]:
    """Course, effect of the arm and acute course, all of which must be there."""
    course = next(
        (c for c in scenario.courses if (c.instrument, c.score) == (instrument, score)),
        None,
    )
    effects = getattr(course, "effects", ())
    effect = next((e for e in effects if e.arm == arm), None)
    acute = next((a for a in scenario.acute if a.instrument == dissociation), None)
    if getattr(effect, "sessions", 0.0) != 0:
        raise SimulationError.single(
            "EQ612",
            f"the maintenance model has no response to sessions, and {arm} has one",
            where="scenario file, courses.effects.sessions",
            fix="state a scenario of maintenance without sessions",
        )
    wanted = {
        "[response]: how a benefit builds up and decays": getattr(
            scenario, "response", None
        ),
        f"effects of {arm} on {instrument}.{score}": effect,
        f"an acute course of {dissociation}, with a peak for {arm}": acute
        and next((p for p in acute.peaks if p.arm == arm), None),
    }
    refuse(
        SimulationError,
        [
            Problem(
                code="EQ612",
                what=f"the scenario does not state {what}",
                where="scenario file",
                fix="state it, or name a scenario that does with --scenario",
            )
            for what, found in wanted.items()
            if found is None
        ],
    )
    return course, effect, acute


def _dissociation(
    protocol: Protocol, acute: Any, arm: str, recovery: float
) -> Dissociation:
    peak = next(p for p in acute.peaks if p.arm == arm)
    low, _ = protocol.scales[acute.instrument].scores[acute.score].range
    return Dissociation(
        lowest=low,
        rest=acute.rest.mean,
        rest_sd=acute.rest.sd,
        peak=peak.mean,
        peak_sd=peak.sd,
        attenuation=acute.attenuation.value,
        stable=acute.stable.value,
        recovery=recovery,
    )


def _with_entry(made: Assumptions, protocol: Protocol, score: str) -> Assumptions:
    """With the first criterion that asks for this score, if there is one."""
    for criterion in protocol.eligibility:
        target = criterion.require
        if criterion.kind == "exclusion" or target is None or target.visit is None:
            continue
        if target.score == score:
            return replace(
                made,
                entry_day=protocol.schedule.visit(target.visit).day,
                entry_least=-inf if target.min is None else target.min,
                entry_most=inf if target.max is None else target.max,
            )
    return made
