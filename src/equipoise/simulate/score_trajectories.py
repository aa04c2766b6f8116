"""Scores over days: a Gaussian over visits and instruments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.model import Protocol
from equipoise.simulate.random_draws import Floats, Roster, normals
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import VisitCorrelation

Arms = NDArray[np.intp]  # index into protocol.arms; -1 for who is not randomized


@dataclass(frozen=True)
class CoursePlan:
    """The distribution of all courses of a scenario under a protocol.

    Attributes:
        instruments: instrument ids, in the order of ``scenario.courses``.
        mean: (visits, instruments) mean without any change.
        change: (arms + 1, visits, instruments) stated mean change; the last row, for
            who is not randomized, is 0, and so are courses with effects.
        drug, placebo, expectancy, sessions: (arms + 1, instruments) effects, 0 without.
        sd: (visits, instruments).
        over_visits: (visits, visits) Cholesky factor of the correlation over time.
        over_instruments: (instruments, instruments) the same for instruments.
        lowest, highest: (instruments,) range of the scores.
    """

    instruments: tuple[str, ...]
    mean: Floats
    change: Floats
    drug: Floats
    placebo: Floats
    expectancy: Floats
    sessions: Floats
    sd: Floats
    over_visits: Floats
    over_instruments: Floats
    lowest: Floats
    highest: Floats

    def untreated(self, z: Floats) -> Floats:
        """Scores before rounding of people to whom nothing is done.

        Args:
            z: (people, visits, instruments) correlated standard normal numbers.
        """
        return np.asarray(self.mean + self.sd * z)

    def scores(self, latent: Floats) -> Floats:
        """Whole points inside the range of each score."""
        return np.clip(np.rint(latent), self.lowest, self.highest)

    def correlated(self, people: Roster) -> Floats:
        """Standard normal numbers with the correlation of the scenario.

        Returns:
            (people, visits, instruments).
        """
        visits, instruments = self.mean.shape
        z = normals(people, "courses", visits, instruments)
        return np.asarray(self.over_visits @ z @ self.over_instruments.T)


def course_plan(scenario: Scenario, protocol: Protocol) -> CoursePlan:
    """The courses of a scenario, for every visit of the protocol.

    Args:
        scenario: checked against the protocol.
        protocol: states visits, arms and the range of scores.
    """
    visits = protocol.schedule.visits
    days = np.array([visit.day for visit in visits], dtype=float)
    baseline = protocol.schedule.visit(protocol.schedule.baseline)
    after = np.arange(len(visits)) > visits.index(baseline)
    names = [course.instrument for course in scenario.courses]
    change = np.zeros((len(protocol.arms) + 1, len(visits), len(names)))
    for k, course in enumerate(scenario.courses):
        for stated in course.changes:
            known = {baseline.day: 0.0} | {
                protocol.schedule.visit(v).day: c for v, c in stated.by_visit.items()
            }
            at = sorted(known)
            arm = protocol.arms.index(protocol.arm(stated.arm))
            change[arm, :, k] = np.interp(days, at, [known[d] for d in at]) * after
    order = [scenario.between_instruments.names.index(name) for name in names]
    between = scenario.between_instruments.matrix()[np.ix_(order, order)]
    ranges = [
        protocol.scales[c.instrument].scores[c.score].range for c in scenario.courses
    ]
    return CoursePlan(
        instruments=tuple(names),
        mean=np.tile([c.baseline.mean for c in scenario.courses], (len(visits), 1)),
        change=change,
        drug=_effects(scenario, protocol, "drug"),
        placebo=_effects(scenario, protocol, "placebo"),
        expectancy=_effects(scenario, protocol, "expectancy"),
        sessions=_effects(scenario, protocol, "sessions"),
        sd=np.where(
            after[:, None],
            [c.after.sd for c in scenario.courses],
            [c.baseline.sd for c in scenario.courses],
        ),
        over_visits=_factor(visit_correlation(scenario.between_visits, days)),
        over_instruments=_factor(between),
        lowest=np.array([low for low, _ in ranges], dtype=float),
        highest=np.array([high for _, high in ranges], dtype=float),
    )


def _effects(scenario: Scenario, protocol: Protocol, name: str) -> Floats:
    """One kind of effect, arms + 1 x instruments."""
    found = np.zeros((len(protocol.arms) + 1, len(scenario.courses)))
    for k, course in enumerate(scenario.courses):
        for stated in course.effects:
            arm = protocol.arms.index(protocol.arm(stated.arm))
            found[arm, k] = getattr(stated, name)
    return found


def visit_correlation(stated: VisitCorrelation, days: Floats) -> Floats:
    """Correlation matrix of visits, ρ(d) = stable + (retest − stable)·exp(−d/days).

    Args:
        stated: the parameters.
        days: (visits,) planned days; two visits of one day correlate by ``retest``.

    Returns:
        (visits, visits), positive definite.
    """
    distance = np.abs(np.subtract.outer(days, days))
    matrix: Floats = stated.stable + (stated.retest - stated.stable) * np.exp(
        -distance / stated.days
    )
    np.fill_diagonal(matrix, 1.0)
    return matrix


def _factor(correlation: Floats) -> Floats:
    """Lower Cholesky factor."""
    return np.asarray(np.linalg.cholesky(correlation), dtype=np.float64)
