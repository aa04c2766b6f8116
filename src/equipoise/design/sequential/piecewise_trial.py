"""A group sequential trial with a time to event whose effect may change over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from equipoise.design.root import root, unsolvable
from equipoise.design.sequential.boundaries import (
    Rule,
    checked,
    cumulative_spending,
    efficacy,
    solve,
)
from equipoise.design.sequential.event_trial import participants_of
from equipoise.design.sequential.piecewise_events import PiecewiseEvents
from equipoise.design.sequential.plan import binding_without_futility, fixed_drift
from equipoise.design.sequential.recursion import (
    BEGIN,
    Crossing,
    State,
    below,
    beyond,
    onward,
)

Vector = NDArray[np.float64]
LARGEST = 64.0  # times the drift of a trial with one analysis


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAnalysis:
    """One analysis of a trial with a time to event.

    Attributes:
        fraction: of the final events.
        events: expected in both arms.
        events_first: in the first arm.
        events_second: in the second arm.
        time: from the first randomization.
        randomized: participants randomized by then.
        information: of the log hazard ratio, without an effect.
        hazard_ratio: geometric mean over the events observed by then, as assumed.
        efficacy_z: boundary; inf for none.
        efficacy_hazard_ratio: the same as an observed hazard ratio; NaN for none.
        futility_z: -inf for none.
        futility_hazard_ratio: NaN for none.
        spent: cumulative one-sided error.
        power: cumulative probability of efficacy with the assumed effect.
        stops_with_effect: probability of efficacy at this analysis, and of futility.
        stops_without_effect: the same without an effect.
        conditional_power: at the futility boundary, with the assumed effect and with the
            observed one; NaN without such a boundary.
    """

    fraction: float
    events: float
    events_first: float
    events_second: float
    time: float
    randomized: float
    information: float
    hazard_ratio: float
    efficacy_z: float
    efficacy_hazard_ratio: float
    futility_z: float
    futility_hazard_ratio: float
    spent: float
    power: float
    stops_with_effect: tuple[float, float]
    stops_without_effect: tuple[float, float]
    conditional_power: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecewiseTrial:
    """A trial with a time to event.

    Attributes:
        analyses: from the first to the last.
        participants: before rounding.
        recruitment_factor: on the assumed recruitment, so that so many are recruited in
            the planned time.
        duration: to the last analysis.
        expected_events: with the assumed effect, and without.
        expected_randomized: the same.
    """

    analyses: tuple[EventAnalysis, ...]
    participants: float
    recruitment_factor: float
    duration: float
    expected_events: tuple[float, float]
    expected_randomized: tuple[float, float]


def piecewise_trial(
    assumed: PiecewiseEvents,
    rule: Rule,
    timing: Sequence[float],
    *,
    alpha: float = 0.025,
    power: float = 0.9,
    futility: Rule | None = None,
    binding: bool = False,
) -> PiecewiseTrial:
    """Events, participants and analysis times that give the power.

    The effect at an analysis is the average hazard ratio of the events by then. With a
    delayed effect an early analysis has a smaller effect than the last: its probability of
    stopping for futility is larger than with proportional hazards.

    Args:
        assumed: recruitment, hazards and hazard ratios.
        rule: efficacy boundaries, on z of the log-rank test.
        timing: fractions of the final events, rising to 1.
        alpha: one-sided error.
        power: with the assumed hazard ratios.
        futility: spending function of the error of the second kind, under the assumed
            effect at each analysis.
        binding: whether futility must stop the trial; efficacy is then spent with it.

    Raises:
        DesignError: EQ801, EQ804, EQ808, EQ810; EQ802, too many participants; EQ809,
            binding without futility.

    Example:
        >>> from equipoise.design.sequential.piecewise_events import delayed
        >>> from equipoise.design.sequential.recruitment import Recruitment
        >>> hazards, ratios, durations = delayed(0.05, 0.6, 3)
        >>> assumed = PiecewiseEvents(
        ...     hazards=hazards, hazard_ratios=ratios, durations=durations,
        ...     recruitment=Recruitment((1.0,)), accrual=14, follow_up=16,
        ... )
        >>> trial = piecewise_trial(assumed, Rule(kind="lan-demets-of"), [0.7, 1])
        >>> [round(a.hazard_ratio, 3) for a in trial.analyses]
        [0.711, 0.675]

    Source: average hazard ratio, Mukhopadhyay et al. 2020, Contemp Clin Trials 99:106191;
    Schoenfeld 1981, Biometrika 68:316-319, for the information without an effect.
    """
    looks = checked(timing)
    if binding and futility is None:
        raise binding_without_futility()
    plain = efficacy(rule, looks, alpha)
    errors = cumulative_spending(rule, looks, alpha) if binding else None
    losses = cumulative_spending(futility, looks, 1 - power) if futility else None
    final = float(np.sum(assumed.observed(assumed.duration)))  # of one participant
    times = [assumed.time_of(t * final) for t in looks[:-1]] + [assumed.duration]
    effects = [assumed.average_log_hazard_ratio(time) for time in times]
    if effects[-1] == 0:
        raise unsolvable("the average hazard ratio is 1", "assume an effect")
    towards = -1.0 if effects[-1] < 0 else 1.0
    unit = assumed.share * (1 - assumed.share)

    def means(scale: float) -> Vector:
        """Mean of the score at each analysis, with so many times the last drift."""
        return np.array(
            [
                towards * e / abs(effects[-1]) * scale * t
                for e, t in zip(effects, looks, strict=True)
            ]
        )

    def lacking(scale: float) -> float:
        made = _stops(plain, losses, errors, looks, means(scale))
        if losses is not None:
            return float(max(made.lower[-1], -LARGEST) - made.upper[-1])
        return float(made.effect.upper.sum()) - power

    low = fixed_drift(alpha, power)
    high = low * 1.5
    while lacking(high) < 0 and high < LARGEST * low:
        high *= 1.5
    scale = root(
        lacking, low * 0.5, high, xtol=1e-10,
        what=f"no number of events gives a power of {power:g}",
    )  # fmt: skip
    made = _stops(plain, losses, errors, looks, means(scale), last=True)
    events = (scale / effects[-1]) ** 2 / unit
    participants = participants_of(events, final)
    return _trial(assumed, made, looks, times, participants, means(scale))


@dataclass(frozen=True, slots=True)
class _Stops:
    """Boundaries, and the probabilities of crossing them."""

    upper: Vector
    lower: Vector
    effect: Crossing
    null: Crossing
    error: Vector


def _stops(
    plain: Vector,
    losses: list[float] | None,
    errors: list[float] | None,
    looks: list[float],
    means: Vector,
    *,
    last: bool = False,
) -> _Stops:
    """Boundaries under means of the score that need not be proportional to time.

    Args:
        plain: efficacy boundaries without futility.
        losses: cumulative error of the second kind for futility.
        errors: of the first kind where futility is binding.
        looks: information fractions.
        means: of the score at each analysis.
        last: whether the last futility boundary is that of efficacy.
    """
    k = len(looks)
    upper, lower = plain.copy(), np.full(k, -inf)
    yes, no, error = np.zeros((2, k)), np.zeros((2, k)), np.zeros(k)
    effect: State = BEGIN
    null: State = BEGIN
    counted: State = BEGIN
    before, mean, lost, spent = 0.0, 0.0, 0.0, 0.0
    for look, now in enumerate(looks):
        theta = float(means[look] - mean) / (now - before)
        if errors is not None:
            upper[look] = solve(counted, now, 0.0, errors[look] - spent)
            spent = errors[look]
        if losses is not None:
            lower[look] = solve(effect, now, theta, losses[look] - lost, lower=True)
            lost = losses[look]
        final = look + 1 == k
        if final and last and losses is not None:
            lower[look] = upper[look]
        b, a = float(upper[look]), float(lower[look])
        for row, state, drift in ((yes, effect, theta), (no, null, 0.0)):
            row[0, look] = beyond(state, b, now, drift) if isfinite(b) else 0.0
            row[1, look] = below(state, a, now, drift) if isfinite(a) else 0.0
        error[look] = beyond(counted, b, now, 0.0) if isfinite(b) else 0.0
        if final:
            break
        if a >= b:  # nothing continues: the drift is too large
            lower[look + 1 :] = LARGEST
            break
        step = looks[look + 1] - now
        effect = onward(effect, a, b, now, theta, step)
        null = onward(null, a, b, now, 0.0, step)
        counted = onward(counted, a if errors is not None else -inf, b, now, 0.0, step)
        before, mean = now, float(means[look])
    return _Stops(upper, lower, Crossing(*yes), Crossing(*no), error)


def _trial(
    assumed: PiecewiseEvents,
    made: _Stops,
    looks: list[float],
    times: list[float],
    participants: float,
    means: Vector,
) -> PiecewiseTrial:
    unit = assumed.share * (1 - assumed.share)
    better = -1.0 if assumed.average_log_hazard_ratio(times[-1]) < 0 else 1.0
    error, power = np.cumsum(made.error), np.cumsum(made.effect.upper)
    analyses = []
    for look, time in enumerate(times):
        arms = [float(part.sum()) * participants for part in assumed.observed(time)]
        information = sum(arms) * unit
        b, a = float(made.upper[look]), float(made.lower[look])
        analyses.append(
            EventAnalysis(
                fraction=looks[look],
                events=sum(arms),
                events_first=arms[0],
                events_second=arms[1],
                time=time,
                randomized=participants * assumed.enrolled(time),
                information=information,
                hazard_ratio=exp(assumed.average_log_hazard_ratio(time)),
                efficacy_z=b,
                efficacy_hazard_ratio=_ratio(better * b, information),
                futility_z=a,
                futility_hazard_ratio=_ratio(better * a, information),
                spent=float(error[look]),
                power=float(power[look]),
                stops_with_effect=made.effect.at(look),
                stops_without_effect=made.null.at(look),
                conditional_power=_conditional(made, looks, means, look),
            )
        )
    null = assumed.without_effect()
    null_times = [null.time_of(a.events / participants) for a in analyses]
    yes, no = made.effect.ends, made.null.ends
    counts = [a.events for a in analyses]
    return PiecewiseTrial(
        analyses=tuple(analyses),
        participants=participants,
        recruitment_factor=participants
        / assumed.recruitment.randomized(assumed.accrual),
        duration=times[-1],
        expected_events=(float(yes @ counts), float(no @ counts)),
        expected_randomized=(
            float(yes @ [a.randomized for a in analyses]),
            float(no @ [participants * null.enrolled(t) for t in null_times]),
        ),
    )


def _conditional(
    made: _Stops, looks: list[float], means: Vector, look: int
) -> tuple[float, float]:
    """Conditional power at the futility boundary; later futility does not stop."""
    a = float(made.lower[look])
    if look + 1 == len(looks) or not isfinite(a):
        return float("nan"), float("nan")
    now, at = looks[look], a * sqrt(looks[look])
    found = []
    for ahead in (means, a / sqrt(now) * np.array(looks)):
        state = State(np.array([at]), np.ones(1), now)
        total, before, mean = 0.0, now, float(ahead[look])
        for k in range(look + 1, len(looks)):
            theta = float(ahead[k] - mean) / (looks[k] - before)
            b = float(made.upper[k])
            total += beyond(state, b, looks[k], theta) if isfinite(b) else 0.0
            if k + 1 < len(looks):
                state = onward(state, -inf, b, looks[k], theta, looks[k + 1] - looks[k])
            before, mean = looks[k], float(ahead[k])
        found.append(total)
    return found[0], found[1]


def _ratio(z: float, information: float) -> float:
    return exp(z / sqrt(information)) if isfinite(z) else float("nan")
