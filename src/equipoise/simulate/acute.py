"""What happens within hours of an infusion: dissociation, blood pressure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.protocol.model import Protocol
from equipoise.simulate.characteristics import added
from equipoise.simulate.context import Context
from equipoise.simulate.exposure import Exposure
from equipoise.simulate.random_draws import Floats, normals, uniforms
from equipoise.simulate.response import belief_probability
from equipoise.simulate.scenario_measurements import (
    AcuteCourse,
    ConcentrationCourse,
    Level,
    MinuteCourse,
)
from equipoise.simulate.screening import Cohort


@dataclass(frozen=True)
class Occasion:
    """One time at which something is rated or measured.

    Attributes:
        visit: index of the visit.
        minute: from the start of the infusion; None for a visit as a whole.
        infusion: number of the visit's infusion, None for none.
    """

    visit: int
    minute: int | None
    infusion: int | None


def rating_occasions(protocol: Protocol, instrument: str) -> tuple[Occasion, ...]:
    """Every planned time of one instrument, in the order of the schedule."""
    schedule = protocol.schedule
    return tuple(
        Occasion(v, minute, visit.infusion)
        for v, visit in enumerate(schedule.visits)
        for assessment in schedule.assessments(visit)
        if assessment.instrument == instrument
        for minute in assessment.minutes or (None,)
    )


def measuring_occasions(protocol: Protocol, name: str) -> tuple[Occasion, ...]:
    """Every planned time of one measurement, in the order of the schedule."""
    schedule = protocol.schedule
    return tuple(
        Occasion(v, minute, visit.infusion)
        for v, visit in enumerate(schedule.visits)
        for measurement in schedule.measurements(visit)
        if name in measurement.names
        for minute in measurement.minutes or (None,)
    )


def effect_fraction(
    course: MinuteCourse | ConcentrationCourse,
    occasions: Sequence[Occasion],
    exposed: Exposure,
    attenuation: float = 1.0,
) -> Floats:
    """Position of each participant between rest (0) and peak (1), by occasion.

    Returns:
        (people, occasions), or (1, occasions) where it is the same for all.
    """
    during = np.array([at.infusion or 0 for at in occasions])
    minutes = np.array([-1.0 if o.minute is None else o.minute for o in occasions])
    timed = np.array([o.minute is not None for o in occasions]) & (during > 0)
    factor = np.where(timed, attenuation ** np.maximum(during - 1.0, 0.0), 0.0)
    if isinstance(course, MinuteCourse):
        share = np.interp(minutes, course.minutes, course.share)
        return np.asarray(share[None, :] * factor)
    different, back = np.unique(minutes, return_inverse=True)
    return np.asarray(
        exposed.effect_fraction(course, different)[:, back.reshape(-1)] * factor
    )


def acute_scores(
    context: Context,
    stated: AcuteCourse,
    occasions: Sequence[Occasion],
    cohort: Cohort,
    exposed: Exposure,
) -> Floats:
    """Whole scores at the first occasions, (1 − s) · rest + s · peak.

    Args:
        context: states the range of the score.
        stated: the course of one instrument.
        occasions: of its planned times, from the first one on.
        cohort: all screened participants.
        exposed: their concentrations.

    Returns:
        (people, occasions) inside the range of the score and the stated limits.
    """
    low, high = context.protocol.scales[stated.instrument].scores[stated.score].range
    z = normals(cohort.people, f"acute {stated.instrument}", len(occasions) + 1, 2)
    stable = stated.stable.value
    z = np.sqrt(stable) * z[:, :1] + np.sqrt(1 - stable) * z[:, 1:]
    rest = _gamma(stated.rest, low, z[..., 0])
    peak = rest.copy()
    for level in stated.peaks:
        own = cohort.arms == context.arm[level.arm]
        peak[own] = _gamma(level, low, z[own][..., 1])
    share = effect_fraction(stated.course, occasions, exposed, stated.attenuation.value)
    if stated.limits is not None:
        low, high = max(low, stated.limits.min), min(high, stated.limits.max)
    return np.clip(np.rint((1 - share) * rest + share * peak), low, high)


def beliefs(context: Context, cohort: Cohort, exposed: Exposure) -> NDArray[np.bool_]:
    """Who believes to have got the arm of ``[response.belief]``, (people,).

    It follows from the highest score of the first infusion; without such a statement
    no participant believes anything.
    """
    response = context.scenario.response
    if response is None or response.belief is None:
        return np.zeros(len(cohort.people), dtype=bool)
    belief = response.belief
    stated = next(
        a for a in context.scenario.acute if a.instrument == belief.instrument
    )
    planned = rating_occasions(context.protocol, stated.instrument)
    last = max(i for i, at in enumerate(planned) if at.infusion == 1)
    scores = acute_scores(context, stated, planned[: last + 1], cohort, exposed)
    first = [i for i, at in enumerate(planned[: last + 1]) if at.infusion == 1]
    low = context.protocol.scales[stated.instrument].scores[stated.score].range[0]
    points = scores[:, first].max(axis=1) - low
    chance = belief_probability(points, belief.at_rest, belief.odds)
    return np.asarray(uniforms(cohort.people, "belief") < chance) & cohort.randomized


def vital_signs(
    context: Context, cohort: Cohort, exposed: Exposure
) -> dict[str, tuple[tuple[Occasion, ...], Floats]]:
    """Every vital sign of the scenario at its occasions.

    Returns:
        Name -> occasions, and values of shape (people, occasions).
    """
    scenario, people = context.scenario, cohort.people
    names = [vital.name for vital in scenario.vitals]
    mixing: Floats = np.eye(len(names))
    if scenario.between_vitals is not None:
        order = [scenario.between_vitals.names.index(name) for name in names]
        matrix = scenario.between_vitals.matrix()[np.ix_(order, order)]
        mixing = np.asarray(np.linalg.cholesky(matrix), dtype=float)
    own, rise = np.moveaxis(normals(people, "vitals", 2, len(names)) @ mixing.T, 1, 0)
    result = {}
    for k, vital in enumerate(scenario.vitals):
        occasions = measuring_occasions(context.protocol, vital.name)
        passing = normals(people, f"vital {vital.name}", len(occasions))
        up = np.zeros(len(people))
        for peak in vital.rises:
            here = cohort.arms == context.arm[peak.arm]
            up[here] = peak.mean + peak.sd * rise[here, k]
        level = vital.rest.mean + added(vital.influences, cohort.values)
        values = (
            (level + vital.rest.sd * own[:, k])[:, None]
            + up[:, None] * effect_fraction(vital.course, occasions, exposed)
            + vital.within.sd * passing
        )
        values = np.clip(values, vital.limits.min, vital.limits.max)
        result[vital.name] = (occasions, np.round(values, vital.decimals))
    return result


def _gamma(level: Level, low: float, z: Floats) -> Floats:
    """Gamma distributed above ``low`` with the stated moments, from normal numbers."""
    mean = level.mean - low
    if mean <= 0 or level.sd == 0:
        return np.full(z.shape, level.mean)
    shape = (mean / level.sd) ** 2
    return np.asarray(low + mean / shape * special.gammaincinv(shape, special.ndtr(z)))
