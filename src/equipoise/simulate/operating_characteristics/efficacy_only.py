"""Simulated trials reduced to efficacy: scores, visits and new treatments.

The same participants as in ``simulate``, without forms, tables and safety data, many
trials together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.philox import key_of
from equipoise.simulate.calendar import actual_days, first_days
from equipoise.simulate.context import Context
from equipoise.simulate.dispositions import participation_times
from equipoise.simulate.operating_characteristics.stratified import planned_factors
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.recruitment import arrivals
from equipoise.simulate.screening import screen
from equipoise.simulate.visit_by_visit import simulate_visits


@dataclass(frozen=True)
class EfficacyData:
    """The data of a trial that its efficacy analysis uses, n randomized participants.

    Attributes:
        arm: index into the arms of the protocol, n.
        scores: integer scores, n x visits x instruments, NaN where not rated.
        day: of each visit, n x visits: the actual day, else the planned day.
        new_treatment: day, n; inf for none.
        randomized: day of randomization, n.
        factors: values of covariates, and of the strata of planned tests, n each.
    """

    arm: NDArray[np.intp]
    scores: Floats
    day: Floats
    new_treatment: Floats
    randomized: Floats
    factors: Mapping[str, NDArray[np.object_]] = field(default_factory=dict)

    def first(self, n: int) -> EfficacyData:
        """The data of the first ``n`` participants."""
        return EfficacyData(
            arm=self.arm[:n],
            scores=self.scores[:n],
            day=self.day[:n],
            new_treatment=self.new_treatment[:n],
            randomized=self.randomized[:n],
            factors={name: values[:n] for name, values in self.factors.items()},
        )


def trial_seed(seed: int, number: int) -> int:
    """Seed of one trial of many; ``simulate`` with it gives the same trial in full."""
    return key_of(seed, "trial", number)[0] >> 1


def simulate_efficacy(
    context: Context, seeds: tuple[int, ...], n: int
) -> list[EfficacyData]:
    """Efficacy data of the trials that ``simulate`` gives for these seeds.

    Args:
        context: protocol and scenario.
        seeds: of the trials; each trial is independent of the others.
        n: participants randomized in each trial.

    Raises:
        SimulationError: EQ622, almost no participant is eligible.
    """
    schedule, conduct = context.protocol.schedule, context.scenario.conduct
    cohort = screen(context, seeds, n)
    day0 = first_days(schedule, arrivals(conduct.recruitment, cohort.people))
    days = actual_days(schedule, conduct.attendance, day0, cohort.people)
    history = simulate_visits(context, cohort, days)
    stop, done = history.stop, history.attended.done
    times = participation_times(context, cohort, day0, days, stop, history.attended)
    until = np.fmax(times.left, times.ended)
    new = np.where(stop.new <= until, np.floor(stop.new), np.inf)
    planned = np.array([visit.day for visit in context.visits], dtype=float)
    scores = np.where(done[:, :, None] & context.rated, history.scores, np.nan)
    day = np.where(done, days.astype(float), planned)
    inside = np.flatnonzero(cohort.randomized).reshape(len(seeds), n)
    randomized = np.floor(times.randomized)
    factors = {
        name: cohort.values[name].astype(object)
        for name in planned_factors(context.protocol)
        if name in cohort.values
    }
    return [
        EfficacyData(
            cohort.arms[i],
            scores[i],
            day[i],
            new[i],
            randomized[i],
            {name: values[i] for name, values in factors.items()},
        )
        for i in inside
    ]
