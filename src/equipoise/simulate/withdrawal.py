"""Departures that depend on how people are, as seen or as not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.model import Protocol
from equipoise.simulate.attendance import NEVER, Discontinuations, ends_treatment_only
from equipoise.simulate.context import Context
from equipoise.simulate.random_draws import Floats, uniforms
from equipoise.simulate.scenario_participants import Departure, Dependence
from equipoise.simulate.screening import Cohort


@dataclass
class WithdrawalProcess:
    """The departures of a scenario that depend on a score, for a cohort.

    Attributes:
        cohort: all screened participants.
        ways: index into ``scenario.conduct.departures`` -> that departure.
        draws: the same -> (people, visits) uniform numbers.
        seen: (people, instruments) change from baseline when last rated; 0 before.
        rated: (visits, instruments) whether an instrument is rated at a visit.
    """

    cohort: Cohort
    ways: dict[int, Departure]
    draws: dict[int, Floats]
    seen: Floats
    rated: NDArray[np.bool_]

    @classmethod
    def of(cls, context: Context, cohort: Cohort) -> WithdrawalProcess:
        """Before the first visit: nothing was seen."""
        stated = enumerate(context.scenario.conduct.departures)
        ways = {i: part for i, part in stated if part.depends is not None}
        visits = len(context.visits)
        draws = {i: uniforms(cohort.people, f"departure {i}", visits) for i in ways}
        seen = np.zeros((len(cohort.people), len(context.plan.instruments)))
        return cls(cohort, ways, draws, seen, context.rated)

    def leave(
        self,
        context: Context,
        v: int,
        day: Floats,
        due: NDArray[np.bool_],
        scores: Floats,
        stop: Discontinuations,
    ) -> Discontinuations:
        """Who leaves before a visit, added to who has stopped.

        Args:
            context: states the departures.
            v: index of the visit.
            day: (people,) of the visit, which becomes the day of departure.
            due: (people,) who would have had the visit.
            scores: (people, visits, instruments) so far, those of the visit included.
            stop: as it was.
        """
        if v <= context.baseline:
            return stop
        for i, way in self.ways.items():
            visits = withdrawal_visits(context.protocol, way)
            if v not in visits or way.depends is None:
                continue
            change = self._change(context, v, way.depends, scores)
            chance = _hazard(way, len(visits), change)
            here = self.cohort.arms == context.arm[way.arm]
            there = (day < stop.treatment) & (day < stop.study)
            goes = here & due & there & (self.draws[i][:, v] < chance)
            study = NEVER if ends_treatment_only(way) else day
            stop = replace(
                stop,
                treatment=np.where(goes, day, stop.treatment),
                study=np.where(goes, study, stop.study),
                way=np.where(goes, i, stop.way),
            )
        return stop

    def see(
        self, context: Context, v: int, done: NDArray[np.bool_], scores: Floats
    ) -> None:
        """Notes what was rated at a visit that happened."""
        if not self.ways or v <= context.baseline:
            return
        change = scores[:, v] - scores[:, context.baseline]
        self.seen = np.where(done[:, None] & self.rated[v], change, self.seen)

    def _change(
        self, context: Context, v: int, depends: Dependence, scores: Floats
    ) -> Floats:
        k = context.plan.instruments.index(depends.score.partition(".")[0])
        if depends.on == "observed":
            return np.asarray(self.seen[:, k])
        return np.asarray(scores[:, v, k] - scores[:, context.baseline, k])


def withdrawal_visits(protocol: Protocol, way: Departure) -> list[int]:
    """Indices of the visits before which people may leave this way.

    Conditional visits count as visits of all participants: those without them have fewer
    occasions to withdraw.
    """
    first, last = way.days
    visits = protocol.schedule.visits
    baseline = visits.index(protocol.schedule.visit(protocol.schedule.baseline))
    return [
        v
        for v, visit in enumerate(visits)
        if v > baseline
        and first <= visit.day <= last
        and (visit.infusion is not None or not ends_treatment_only(way))
    ]


def _hazard(way: Departure, visits: int, change: Floats) -> Floats:
    """Probability of leaving before one visit, logistic in the change."""
    if way.depends is None or way.probability in (0.0, 1.0):
        return np.full(len(change), way.probability)
    each = -np.expm1(np.log1p(-way.probability) / visits)
    log_odds = np.log(each / (1 - each)) + np.log(way.depends.odds) * (
        change - way.depends.at
    )
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -700, 700))))
