"""A group sequential trial with a time to event: events, participants, calendar times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import exp, isfinite, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.fixed.event_assumptions import (
    EventAssumptions,
    Variance,
    fixed_events,
)
from equipoise.design.requirements import MOST, Target, check_positive, split
from equipoise.design.root import root
from equipoise.design.sequential.boundaries import Rule, check_error, checked
from equipoise.design.sequential.plan import Sequential, sequential
from equipoise.design.sequential.recursion import Crossing
from equipoise.errors import DesignError

SHORTEST = 1e-6  # duration of enrolment


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis of a group sequential trial with a time to event.

    The hazard ratio of a boundary is where the log-rank test with so many events has its
    z: ``exp(-z / sqrt(events * ratio / (1 + ratio)**2))``.

    Attributes:
        information: fraction of the final events.
        events: expected in both arms, under the assumed hazards.
        events_first: in the first arm.
        events_second: in the second arm.
        time: from the first randomization.
        enrolled: participants enrolled by then.
        efficacy_z: boundary; inf for none.
        efficacy_p: the same as a one-sided P value.
        efficacy_hazard_ratio: the same as an observed hazard ratio.
        futility_z: -inf for none.
        futility_p: 1 for none.
        futility_hazard_ratio: NaN for none.
        stops_with_effect: probability of efficacy at this analysis, and of futility.
        stops_without_effect: the same without an effect.
        spent: cumulative one-sided error; a trial that continues past a non-binding
            futility boundary included.
    """

    information: float
    events: float
    events_first: float
    events_second: float
    time: float
    enrolled: float
    efficacy_z: float
    efficacy_p: float
    efficacy_hazard_ratio: float
    futility_z: float
    futility_p: float
    futility_hazard_ratio: float
    stops_with_effect: tuple[float, float]
    stops_without_effect: tuple[float, float]
    spent: float


@dataclass(frozen=True, slots=True)
class EventTrial:
    """A group sequential trial with a time to event.

    Attributes:
        analyses: from the first to the last.
        design: boundaries and drift.
        variance: of the log-rank statistic.
        participants: before rounding.
        first: participants of the first arm.
        second: of the second arm.
        accrual: duration of enrolment.
        duration: to the last analysis.
        fixed_events: of a trial with one analysis and the same power.
        expected_events: with the assumed effect, and without.
        expected_duration: the same.
        expected_participants: the same.
    """

    analyses: tuple[Analysis, ...]
    design: Sequential
    variance: Variance
    participants: float
    first: float
    second: float
    accrual: float
    duration: float
    fixed_events: float
    expected_events: tuple[float, float]
    expected_duration: tuple[float, float]
    expected_participants: tuple[float, float]

    @property
    def power(self) -> float:
        """Probability of efficacy with the assumed effect."""
        return float(self.design.crossing().upper.sum())

    def participants_with(self, assumptions: EventAssumptions) -> float:
        """Participants of the same design with another enrolment or follow-up."""
        design = self.design
        fixed = fixed_events(assumptions, design.alpha, design.power, self.variance)
        return _participants(assumptions, fixed * design.inflation)


def event_trial(
    assumptions: EventAssumptions,
    rule: Rule,
    timing: Sequence[float],
    *,
    alpha: float = 0.025,
    power: float = 0.9,
    futility: Rule | None = None,
    binding: bool = False,
    variance: Variance = "schoenfeld",
) -> EventTrial:
    """Events, participants and analysis times that give the power.

    Args:
        assumptions: hazards, enrolment and follow-up.
        rule: efficacy boundaries, on z of the log-rank test.
        timing: information fractions, rising to 1; 1 alone is a fixed design.
        alpha: one-sided error.
        power: at the assumed hazard ratio.
        futility: spending function of the error of the second kind.
        binding: whether futility must stop the trial.
        variance: of ``fixed_events``: ``schoenfeld`` as East, SAS SEQDESIGN and rpact,
            ``freedman``, or ``lachin-foulkes`` as gsDesign.

    Raises:
        DesignError: EQ801, EQ804, EQ808, EQ809; EQ802, too many participants.

    Example:
        >>> from math import log
        >>> from equipoise.design.fixed.enrolment import Enrolment
        >>> assumptions = EventAssumptions(
        ...     hazard_ratio=0.6, hazard=log(2) / 9.4, loss=-log(0.8) / 12,
        ...     enrolment=Enrolment(duration=24), follow_up=10,
        ... )
        >>> trial = event_trial(
        ...     assumptions, Rule(kind="lan-demets-of"), [0.75, 1], alpha=0.0125,
        ...     power=0.95, futility=Rule(kind="hwang-shih-decani", parameter=-10),
        ... )  # SAS SEQDESIGN: 234.43 events, 396.92 participants, first at 25.3638
        >>> round(trial.analyses[-1].events, 2), round(trial.participants, 2)
        (234.43, 396.92)
        >>> round(trial.analyses[0].time, 4)
        25.3638

    Source: Schoenfeld 1981, Biometrika 68:316-319; Freedman 1982, Stat Med 1:121-129;
    Lachin and Foulkes 1986, Biometrics 42:507-519; SAS PROC SEQDESIGN, SAMPLESIZE
    MODEL=TWOSAMPLESURVIVAL; rpact getSampleSizeSurvival; gsDesign gsSurv.
    """
    design = sequential(rule, timing, alpha, power, futility=futility, binding=binding)
    fixed = fixed_events(assumptions, alpha, power, variance)
    return _trial(assumptions, design, variance, fixed, fixed * design.inflation)


def event_trial_with(
    assumptions: EventAssumptions,
    rule: Rule,
    events: Sequence[float],
    *,
    alpha: float = 0.025,
    futility: Rule | None = None,
    binding: bool = False,
) -> EventTrial:
    """The same with planned numbers of events: their power is calculated.

    Args:
        assumptions: hazards, enrolment and follow-up.
        rule: efficacy boundaries.
        events: at each analysis, rising; the last is the maximum.
        alpha: one-sided error.
        futility: spending function of the error of the second kind, which is 1 less the
            power of these events.
        binding: whether futility must stop the trial.

    Raises:
        DesignError: EQ801, EQ804, EQ808, EQ809.

    Example:
        >>> from equipoise.design.fixed.enrolment import Enrolment
        >>> assumptions = EventAssumptions(
        ...     hazard_ratio=0.6, hazard=0.0737, enrolment=Enrolment(duration=24),
        ...     follow_up=10,
        ... )
        >>> trial = event_trial_with(
        ...     assumptions, Rule(kind="lan-demets-of"), [176, 235], alpha=0.0125,
        ...     futility=Rule(kind="hwang-shih-decani", parameter=-10),
        ... )
        >>> round(trial.power, 4)  # East 6.5: 0.9505
        0.9505

    Source: Schoenfeld 1981: the drift is the log hazard ratio times the root of the events
    times the allocation proportions.
    """
    check_error(alpha)
    for number in events:
        check_positive(events=number)
    timing = checked([d / events[-1] for d in events] if len(events) else [])
    share = assumptions.share
    drift = abs(log(assumptions.hazard_ratio)) * sqrt(events[-1] * share * (1 - share))
    without = sequential(rule, timing, alpha, 0.9 if alpha < 0.89 else alpha)
    plain = float(replace(without, drift=drift).crossing().upper.sum())
    if not alpha < plain < 1 - 1e-10:
        raise DesignError.single(
            "EQ808",
            f"{events[-1]:g} events have a power of {plain:.6g}",
            where="design, events",
            fix="plan fewer events, or assume a hazard ratio nearer to 1",
        )
    design = replace(without, drift=drift, power=plain)
    if futility is not None:
        design = _reached(rule, timing, alpha, futility, binding, drift, plain)
    elif binding:
        sequential(rule, timing, alpha, binding=True)  # refuses it
    fixed = fixed_events(assumptions, alpha, design.power, "schoenfeld")
    return _trial(assumptions, design, "schoenfeld", fixed, float(events[-1]))


def accrual_at_rate(
    rate: float, ramp: float, participants: Callable[[float], float]
) -> float:
    """Duration of enrolment at a given rate, in which the participants are enrolled.

    Args:
        rate: participants in a unit of time after the start, above 0.
        ramp: length of the start, in which the rate rises from 0.
        participants: how many are needed with a duration of enrolment.

    Raises:
        DesignError: EQ801; EQ810, so many are never enrolled.
    """
    check_positive(rate=rate)

    def lacking(duration: float) -> float:
        return rate * (duration - ramp / 2) - participants(duration)

    low = ramp or SHORTEST
    if lacking(low) >= 0:
        return low
    high = 2 * low
    while lacking(high) < 0:
        high *= 2
        if high > 1e9:
            raise DesignError.single(
                "EQ810",
                f"at {rate:g} participants in a unit of time the trial is never enrolled",
                where="design, rate",
                fix="assume a higher rate, or fewer events",
            )
    return root(lacking, low, high, what="the trial is never enrolled", xtol=1e-10)


def _reached(
    rule: Rule,
    timing: list[float],
    alpha: float,
    futility: Rule,
    binding: bool,
    drift: float,
    plain: float,
) -> Sequential:
    """The design with futility whose drift is given, by its power."""

    def surplus(logit: float) -> float:
        power = float(special.expit(logit))
        made = sequential(
            rule, timing, alpha, power, futility=futility, binding=binding
        )
        return made.drift - drift

    high = float(special.logit(min(plain + 1e-3 * (1 - plain), 1 - 1e-10)))
    low = float(special.logit(alpha + 0.5 * (min(plain, 0.5) - alpha)))
    while surplus(low) > 0 and low > special.logit(alpha) + 1e-6:
        low = float((low + special.logit(alpha)) / 2)
    logit = root(
        surplus,
        low,
        high,
        what="no power belongs to these events with this futility boundary",
        fix="plan more events, or spend less on futility",
        xtol=1e-11,
    )
    power = float(special.expit(logit))
    return sequential(rule, timing, alpha, power, futility=futility, binding=binding)


def _participants(assumptions: EventAssumptions, events: float) -> float:
    of_one = sum(assumptions.observed(assumptions.duration))
    return participants_of(events, of_one)


def participants_of(events: float, of_one: float) -> float:
    """Participants in whom so many events are expected.

    Args:
        events: of the trial.
        of_one: expected events of one participant by the end.

    Raises:
        DesignError: EQ802, too many participants.
    """
    participants = events / of_one
    if not participants <= MOST:
        raise DesignError.single(
            "EQ802",
            f"{events:.4g} events need more than {MOST:g} participants",
            where="design, events",
            fix="follow longer, or assume higher hazards or a smaller hazard ratio",
        )
    return participants


def _trial(
    assumptions: EventAssumptions,
    design: Sequential,
    variance: Variance,
    fixed: float,
    events: float,
) -> EventTrial:
    participants = _participants(assumptions, events)
    null = assumptions.without_effect()
    counts = [float(t) * events for t in design.timing]
    times = [assumptions.time_of(d / participants) for d in counts]
    null_times = [null.time_of(d / participants) for d in counts]
    enrol = assumptions.enrolment.enrolled
    stopping = design.crossing(1.0), design.crossing(0.0), design.errors()
    yes, no = stopping[0].ends, stopping[1].ends
    halves = split(participants, Target(ratio=assumptions.ratio))
    return EventTrial(
        analyses=tuple(
            _analysis(assumptions, design, stopping, look, events, participants, time)
            for look, time in enumerate(times)
        ),
        design=design,
        variance=variance,
        participants=participants,
        first=halves.first,
        second=halves.second,
        accrual=assumptions.enrolment.duration,
        duration=times[-1],
        fixed_events=fixed,
        expected_events=(_mean(yes, counts), _mean(no, counts)),
        expected_duration=(_mean(yes, times), _mean(no, null_times)),
        expected_participants=(
            participants * _mean(yes, [enrol(t) for t in times]),
            participants * _mean(no, [enrol(t) for t in null_times]),
        ),
    )


def _analysis(
    assumptions: EventAssumptions,
    design: Sequential,
    stopping: tuple[Crossing, Crossing, NDArray[np.float64]],
    look: int,
    events: float,
    participants: float,
    time: float,
) -> Analysis:
    now = float(design.timing[look]) * events
    q, better = assumptions.share, 1.0 if assumptions.hazard_ratio < 1 else -1.0
    z, a = float(design.upper[look]), float(design.lower[look])
    yes, no, errors = stopping
    both = assumptions.observed(time)
    unit = better * sqrt(now * q * (1 - q))
    return Analysis(
        information=float(design.timing[look]),
        events=now,
        events_first=participants * both[0],
        events_second=participants * both[1],
        time=time,
        enrolled=participants * assumptions.enrolment.enrolled(time),
        efficacy_z=z,
        efficacy_p=float(special.ndtr(-z)),
        efficacy_hazard_ratio=exp(-z / unit) if isfinite(z) else float("nan"),
        futility_z=a,
        futility_p=float(special.ndtr(-a)),
        futility_hazard_ratio=exp(-a / unit) if isfinite(a) else float("nan"),
        stops_with_effect=yes.at(look),
        stops_without_effect=no.at(look),
        spent=float(errors[: look + 1].sum()),
    )


def _mean(probabilities: NDArray[np.float64], values: Sequence[float]) -> float:
    return float(sum(p * v for p, v in zip(probabilities, values, strict=True)))
