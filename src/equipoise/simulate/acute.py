"""What happens within hours of an infusion: dissociation, blood pressure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from equipoise.protocol.model import Protocol
from equipoise.simulate.course import Arms
from equipoise.simulate.draws import Floats, normals
from equipoise.simulate.truth_course import AcuteCourse, Level, MinuteCourse
from equipoise.simulate.world import World


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


def along(
    course: MinuteCourse, occasions: Sequence[Occasion], attenuation: float = 1.0
) -> Floats:
    """How far from rest (0) to peak (1) each occasion is, shape (occasions,)."""
    share = [
        0.0
        if at.minute is None or at.infusion is None
        else float(np.interp(at.minute, course.minutes, course.share))
        * attenuation ** (at.infusion - 1)
        for at in occasions
    ]
    return np.array(share)


def acute_scores(
    world: World,
    stated: AcuteCourse,
    occasions: Sequence[Occasion],
    arms: Arms,
    people: Sequence[str],
) -> Floats:
    """Whole scores at every occasion, (1 − s) · rest + s · peak.

    Returns:
        (people, occasions) inside the range of the score.
    """
    low, high = world.protocol.scales[stated.instrument].scores[stated.score].range
    z = normals(world.seed, people, f"acute {stated.instrument}", len(occasions) + 1, 2)
    stable = stated.stable.value
    z = np.sqrt(stable) * z[:, :1] + np.sqrt(1 - stable) * z[:, 1:]
    rest = _gamma(stated.rest, low, z[..., 0])
    peak = rest.copy()
    for level in stated.peaks:
        own = arms == world.arm[level.arm]
        peak[own] = _gamma(level, low, z[own][..., 1])
    share = along(stated.course, occasions, stated.attenuation.value)
    return np.clip(np.rint((1 - share) * rest + share * peak), low, high)


def vital_signs(
    world: World, arms: Arms, people: Sequence[str]
) -> dict[str, tuple[tuple[Occasion, ...], Floats]]:
    """Every vital sign of the truth at its occasions.

    Returns:
        Name -> occasions, and values of shape (people, occasions).
    """
    truth, seed = world.truth, world.seed
    names = [vital.name for vital in truth.vitals]
    mixing: Floats = np.eye(len(names))
    if truth.between_vitals is not None:
        order = [truth.between_vitals.names.index(name) for name in names]
        matrix = truth.between_vitals.matrix()[np.ix_(order, order)]
        mixing = np.asarray(np.linalg.cholesky(matrix), dtype=float)
    own, rise = np.moveaxis(
        normals(seed, people, "vitals", 2, len(names)) @ mixing.T, 1, 0
    )
    result = {}
    for k, vital in enumerate(truth.vitals):
        occasions = measuring_occasions(world.protocol, vital.name)
        passing = normals(seed, people, f"vital {vital.name}", len(occasions))
        up = np.zeros(len(people))
        for level in vital.rises:
            here = arms == world.arm[level.arm]
            up[here] = level.mean + level.sd * rise[here, k]
        values = (
            (vital.rest.mean + vital.rest.sd * own[:, k])[:, None]
            + up[:, None] * along(vital.course, occasions)
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
