"""The simulation context: a protocol, a scenario and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.calendar import Visit
from equipoise.protocol.model import Protocol
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.score_trajectories import CoursePlan, course_plan


@dataclass(frozen=True)
class Context:
    """Protocol and scenario, with the distributions that follow from them.

    Attributes:
        plan: distribution of the courses at every visit.
    """

    protocol: Protocol
    scenario: Scenario
    plan: CoursePlan

    @classmethod
    def of(cls, protocol: Protocol, scenario: Scenario) -> Self:
        """The context of a scenario that was checked against the protocol."""
        return cls(protocol, scenario, course_plan(scenario, protocol))

    @property
    def visits(self) -> tuple[Visit, ...]:
        """Planned visits, in the order of the schedule."""
        return self.protocol.schedule.visits

    @cached_property
    def arm(self) -> dict[str, int]:
        """Index of each arm."""
        return {arm.id: i for i, arm in enumerate(self.protocol.arms)}

    @cached_property
    def visit(self) -> dict[str, int]:
        """Index of each visit."""
        return {visit.id: i for i, visit in enumerate(self.visits)}

    @cached_property
    def rated(self) -> NDArray[np.bool_]:
        """Whether an instrument is rated at a visit as a whole, visits x instruments."""
        schedule = self.protocol.schedule
        rated = [
            {a.instrument for a in schedule.assessments(visit) if not a.minutes}
            for visit in self.visits
        ]
        names = self.plan.instruments
        return np.array([[name in own for name in names] for own in rated], dtype=bool)

    @property
    def baseline(self) -> int:
        """Index of the baseline visit."""
        return self.visit[self.protocol.schedule.baseline]
