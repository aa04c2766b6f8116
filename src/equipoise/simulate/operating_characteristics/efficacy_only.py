"""Simulated trials as far as their efficacy is concerned: scores, visits, departures.

The same people as in ``simulate``, without forms, tables and safety, many trials at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.counter import key_of
from equipoise.simulate.calendar import actual_days, arrivals, first_days
from equipoise.simulate.context import World
from equipoise.simulate.dispositions import stay
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.screening import screen
from equipoise.simulate.visit_by_visit import unfold


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


def briefs(world: World, seeds: tuple[int, ...], n: int) -> list[Brief]:
    """The trials that ``simulate`` gives for the protocol and scenario of the world.

    Args:
        world: what is done, and what people are like.
        seeds: of the trials; none depends on the others.
        n: randomized in each.

    Raises:
        SimulationError: EQ622, hardly anybody is eligible.
    """
    schedule, conduct = world.protocol.schedule, world.scenario.conduct
    cohort = screen(world, seeds, n)
    day0 = first_days(schedule, arrivals(conduct.recruitment, cohort.people))
    days = actual_days(schedule, conduct.attendance, day0, cohort.people)
    became = unfold(world, cohort, days)
    stop, done = became.stop, became.attended.done
    times = stay(world, cohort, days, stop, became.attended)
    until = np.fmax(times.left, times.ended)
    new = np.where(stop.new <= until, np.floor(stop.new), np.inf)
    planned = np.array([visit.day for visit in world.visits], dtype=float)
    scores = np.where(done[:, :, None] & world.rated, became.scores, np.nan)
    day = np.where(done, days.astype(float), planned)
    inside = np.flatnonzero(cohort.randomized).reshape(len(seeds), n)
    return [Brief(cohort.arms[i], scores[i], day[i], new[i]) for i in inside]
