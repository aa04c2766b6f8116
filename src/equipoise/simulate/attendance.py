"""The status of each visit, and the days of discontinuation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.model import Protocol
from equipoise.protocol.schedule import decided_at
from equipoise.simulate.context import Context
from equipoise.simulate.random_draws import Floats, choices, uniforms
from equipoise.simulate.scenario_participants import Departure, NewTreatment
from equipoise.simulate.screening import Cohort

NEVER = float("inf")
NOT_DUE, DONE, MISSED, NOT_APPLICABLE = range(4)
STATUS = np.array(["", "done", "missed", "not applicable"], dtype=object)


@dataclass(frozen=True)
class Discontinuations:
    """When people stop or change treatment; ``NEVER`` for who does not.

    Attributes:
        treatment: (people,) day from which no infusion is given.
        study: (people,) day from which there is no visit.
        way: (people,) index into ``scenario.conduct.departures``; -1 for none.
        new: (people,) day of a new treatment.
        new_way: (people,) index into ``scenario.conduct.new_treatments``; -1 for none.
    """

    treatment: Floats
    study: Floats
    way: NDArray[np.intp]
    new: Floats
    new_way: NDArray[np.intp]


@dataclass(frozen=True)
class Attended:
    """The status of each visit.

    Attributes:
        code: (people, visits) ``DONE``, ``MISSED``, ``NOT_APPLICABLE``; ``NOT_DUE`` for
            a visit that an excluded person was never due.
        why: (people, visits) index into ``texts`` of why it was missed; -1 for none.
        texts: reasons.
    """

    code: NDArray[np.int8]
    why: NDArray[np.intp]
    texts: tuple[str, ...]

    @property
    def done(self) -> NDArray[np.bool_]:
        """(people, visits) whether the visit happened."""
        return np.asarray(self.code == DONE)

    @cached_property
    def status(self) -> NDArray[np.object_]:
        """(people, visits) ``done``, ``missed``, ``not applicable`` or empty."""
        return np.asarray(STATUS[self.code])

    @cached_property
    def reason(self) -> NDArray[np.object_]:
        """(people, visits) reason of a missed visit, else an empty text."""
        return np.array([*self.texts, ""], dtype=object)[self.why]


def draw_discontinuations(context: Context, cohort: Cohort) -> Discontinuations:
    """Draws new treatments, and the departures that depend on nothing."""
    conduct = context.scenario.conduct
    way, day = _drawn(context, cohort, "departure", conduct.departures)
    new_way, new = _drawn(context, cohort, "new treatment", conduct.new_treatments)
    stays = np.array([*map(ends_treatment_only, conduct.departures), True])[way]
    return Discontinuations(day, np.where(stays, NEVER, day), way, new, new_way)


def ends_treatment_only(departure: Departure) -> bool:
    """Whether who departs so still comes to visits."""
    return departure.milestone == "treatment-discontinued"


def missing_rates(context: Context) -> Floats:
    """Probability that each visit is missed by chance, (visits,)."""
    attendance = context.scenario.conduct.attendance
    infusion = np.array([visit.infusion or 0 for visit in context.visits])
    rates = np.where(infusion > 0, attendance.missed_infusion, attendance.missed_visit)
    # The first infusion is day 0 of the calendar: it is only missed by who has left.
    after = np.arange(len(infusion)) > context.baseline
    return np.where(after & (infusion != 1), rates, 0.0)


def decision_visit(protocol: Protocol, definition_id: str, v: int) -> int:
    """Index of the visit at which it is decided who has visit ``v``.

    Raises:
        ValueError: there is no such visit.
    """
    visits = protocol.schedule.visits
    at = decided_at(protocol, definition_id, visits[v].id)
    if at is None:
        score = protocol.definition(definition_id).score
        raise ValueError(f"no visit before {visits[v].id} rates {score}")
    return visits.index(protocol.schedule.visit(at))


def _drawn(
    context: Context,
    cohort: Cohort,
    purpose: str,
    ways: Sequence[Departure | NewTreatment],
) -> tuple[NDArray[np.intp], Floats]:
    """Which way each person goes (-1 for none), and on which day."""
    u = uniforms(cohort.people, purpose, 2)
    way = np.full(len(cohort.people), -1, dtype=np.intp)
    day = np.full(len(cohort.people), NEVER)
    for arm, a in context.arm.items():
        own = [
            i
            for i, stated in enumerate(ways)
            if stated.arm == arm and getattr(stated, "depends", None) is None
        ]
        drawn = choices(u[:, 0], [ways[i].probability for i in own])
        for position, i in enumerate(own):
            who = (cohort.arms == a) & (drawn == position)
            first, last = ways[i].days
            way[who] = i
            day[who] = np.floor(first + u[who, 1] * (last - first + 1))
    return way, day
