"""Which visits happen: missed ones, early departures, visits for some only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.model import Protocol
from equipoise.simulate.calendar import Days
from equipoise.simulate.draws import Floats, choices, uniforms
from equipoise.simulate.screening import Cohort
from equipoise.simulate.states import bound_of
from equipoise.simulate.truth_people import Departure, NewTreatment
from equipoise.simulate.world import World

NEVER = float("inf")


@dataclass(frozen=True)
class Stops:
    """When people stop or change treatment; ``NEVER`` for who does not.

    Attributes:
        treatment: (people,) day from which no infusion is given.
        study: (people,) day from which there is no visit.
        way: (people,) index into ``truth.conduct.departures``; -1 for none.
        new: (people,) day of a new treatment.
        new_way: (people,) index into ``truth.conduct.new_treatments``; -1 for none.
    """

    treatment: Floats
    study: Floats
    way: NDArray[np.intp]
    new: Floats
    new_way: NDArray[np.intp]


@dataclass(frozen=True)
class Attended:
    """What became of each visit.

    Attributes:
        status: (people, visits) ``done``, ``missed``, ``not applicable``; an empty text
            for a visit that an excluded person was never due.
        reason: (people, visits) reason of a missed visit, else an empty text.
    """

    status: NDArray[np.object_]
    reason: NDArray[np.object_]

    @property
    def done(self) -> NDArray[np.bool_]:
        """(people, visits) whether the visit happened."""
        return np.asarray(self.status == "done")


def stops(world: World, cohort: Cohort) -> Stops:
    """Draws departures and new treatments."""
    conduct = world.truth.conduct
    way, day = _drawn(world, cohort, "departure", conduct.departures)
    new_way, new = _drawn(world, cohort, "new treatment", conduct.new_treatments)
    only_treatment = [
        d.milestone == "treatment-discontinued" for d in conduct.departures
    ]
    stays = np.array([*only_treatment, True])[way]
    return Stops(day, np.where(stays, NEVER, day), way, new, new_way)


def attend(
    world: World, cohort: Cohort, scores: Floats, days: Days, stop: Stops
) -> Attended:
    """What becomes of every visit.

    Args:
        world: states the schedule and how often visits are missed.
        cohort: everybody who was screened.
        scores: (people, visits, instruments) whole scores.
        days: (people, visits).
        stop: departures; a visit on or after the day of departure is missed.
    """
    visits, conduct = world.visits, world.truth.conduct
    after = np.arange(len(visits)) > world.baseline
    infusion = np.array([visit.infusion or 0 for visit in visits])
    rates = np.where(
        infusion > 0,
        conduct.attendance.missed_infusion,
        conduct.attendance.missed_visit,
    )
    # The first infusion is day 0 of the calendar: it is only missed by who has left.
    rates = np.where(after & (infusion != 1), rates, 0.0)
    absent = uniforms(world.seed, cohort.ids, "absence", len(visits)) < rates
    left = after & (days >= stop.study[:, None])
    stopped = (infusion > 0) & (days >= stop.treatment[:, None])
    status = np.where(absent | left | stopped, "missed", "done").astype(object)
    why = [d.reason for d in conduct.departures]
    departed = np.array([*why, ""], dtype=object)[stop.way][:, None]
    reason = np.full(status.shape, "", dtype=object)
    reason = np.where(absent, conduct.attendance.reason, reason)
    reason = np.where(left | stopped, departed, reason)
    for v, visit in enumerate(visits):
        if visit.only_if is not None:
            due = _due(world, visit.only_if, v, scores, status)
            status[~due, v], reason[~due, v] = "not applicable", ""
    never_due = np.arange(len(visits)) > cohort.last_visit[:, None]
    status[never_due], reason[never_due] = "", ""
    return Attended(status, reason)


def _due(
    world: World,
    definition_id: str,
    v: int,
    scores: Floats,
    status: NDArray[np.object_],
) -> NDArray[np.bool_]:
    """Whether a visit for some is due: judged at the visit named by ``judged_at``."""
    k, edge = bound_of(world, world.protocol.definition(definition_id), scores)
    at = judged_at(world.protocol, definition_id, v)
    return np.asarray(edge.holds(scores[:, at, k]) & (status[:, at] == "done"))


def judged_at(protocol: Protocol, definition_id: str, v: int) -> int:
    """Index of the last visit before ``v`` that everybody has and that rates the score.

    A definition that compares with baseline is judged after baseline.

    Raises:
        ValueError: there is no such visit.
    """
    definition, schedule = protocol.definition(definition_id), protocol.schedule
    score = definition.score or ""
    baseline = schedule.visits.index(schedule.visit(schedule.baseline))
    first = 0 if definition.rule in {"at-most", "at-least"} else baseline + 1
    candidates = [
        i
        for i, visit in enumerate(schedule.visits[:v])
        if i >= first
        and visit.only_if is None
        and score.partition(".")[0]
        in {assessment.instrument for assessment in schedule.assessments(visit)}
    ]
    if not candidates:
        raise ValueError(f"no visit before {schedule.visits[v].id} rates {score}")
    return candidates[-1]


def _drawn(
    world: World,
    cohort: Cohort,
    purpose: str,
    ways: Sequence[Departure | NewTreatment],
) -> tuple[NDArray[np.intp], Floats]:
    """Which way each person goes (-1 for none), and on which day."""
    u = uniforms(world.seed, cohort.ids, purpose, 2)
    way = np.full(len(cohort.ids), -1, dtype=np.intp)
    day = np.full(len(cohort.ids), NEVER)
    for arm, a in world.arm.items():
        own = [i for i, stated in enumerate(ways) if stated.arm == arm]
        drawn = choices(u[:, 0], [ways[i].probability for i in own])
        for position, i in enumerate(own):
            who = (cohort.arms == a) & (drawn == position)
            first, last = ways[i].days
            way[who] = i
            day[who] = np.floor(first + u[who, 1] * (last - first + 1))
    return way, day
