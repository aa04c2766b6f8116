"""A simulated trial as far as its efficacy is concerned: scores, visits, departures.

The same people as in ``simulate``, without forms, tables and safety: thirty times faster.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.counter import key_of
from equipoise.simulate.attendance import attend, stops
from equipoise.simulate.calendar import actual_days, arrivals, first_days
from equipoise.simulate.dispositions import stay
from equipoise.simulate.draws import Floats
from equipoise.simulate.screening import screen
from equipoise.simulate.states import with_relapses
from equipoise.simulate.world import World


@dataclass(frozen=True)
class Brief:
    """What an efficacy analysis sees of a trial, n randomized people.

    Attributes:
        arm: index into the arms of the protocol, n.
        scores: whole scores, n x visits x instruments, NaN where not rated.
        day: of each visit, n x visits: the actual one, else the planned one.
        new_treatment: day, n; inf for none.
    """

    arm: NDArray[np.intp]
    scores: Floats
    day: Floats
    new_treatment: Floats


def trial_seed(seed: int, number: int) -> int:
    """Seed of one trial of many; ``simulate`` with it gives the same trial in full."""
    return key_of(seed, "trial", number)[0] >> 1


def brief(world: World, n: int) -> Brief:
    """The trial that ``simulate`` gives for the protocol, truth and seed of the world.

    Raises:
        SimulationError: EQ622, hardly anybody is eligible.
    """
    schedule, conduct = world.protocol.schedule, world.truth.conduct
    cohort = screen(world, n)
    day0 = first_days(schedule, arrivals(conduct.recruitment, world.seed, cohort.ids))
    days = actual_days(schedule, conduct.attendance, day0, world.seed, cohort.ids)
    latent = world.plan.latent(cohort.z, cohort.arms)
    latent = with_relapses(world, latent, days, cohort.arms, cohort.ids)
    scores = world.plan.scores(latent)
    stop = stops(world, cohort)
    attended = attend(world, cohort, scores, days, stop)
    times = stay(world, cohort, days, stop, attended)
    inside = cohort.randomized
    done = attended.done[inside]
    rated = done[:, :, None] & _planned(world)
    until = np.fmax(times.left, times.ended)
    new = np.where(stop.new <= until, np.floor(stop.new), np.inf)
    planned = np.array([visit.day for visit in world.visits], dtype=float)
    return Brief(
        arm=cohort.arms[inside],
        scores=np.where(rated, scores[inside], np.nan),
        day=np.where(done, days[inside].astype(float), planned),
        new_treatment=new[inside],
    )


def _planned(world: World) -> NDArray[np.bool_]:
    """Whether an instrument is rated at a visit, visits x instruments."""
    schedule = world.protocol.schedule
    rated = [
        {a.instrument for a in schedule.assessments(visit) if not a.minutes}
        for visit in world.visits
    ]
    return np.array(
        [[name in own for name in world.plan.instruments] for own in rated], dtype=bool
    )
