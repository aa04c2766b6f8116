"""What is fixed before anybody comes: protocol, truth and seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

from equipoise.protocol.calendar import Visit
from equipoise.protocol.model import Protocol
from equipoise.simulate.course import CoursePlan, course_plan
from equipoise.simulate.truth import Truth


@dataclass(frozen=True)
class World:
    """Protocol, truth and seed, with the distributions that follow from them.

    Attributes:
        plan: distribution of the courses at every visit.
    """

    protocol: Protocol
    truth: Truth
    seed: int
    plan: CoursePlan

    @classmethod
    def of(cls, protocol: Protocol, truth: Truth, seed: int) -> Self:
        """The world of a truth that was checked against the protocol."""
        return cls(protocol, truth, seed, course_plan(truth, protocol))

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

    @property
    def baseline(self) -> int:
        """Index of the baseline visit."""
        return self.visit[self.protocol.schedule.baseline]
