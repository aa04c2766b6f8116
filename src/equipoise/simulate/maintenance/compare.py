"""Schedules compared over the same people, each outcome with its Monte Carlo error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import SimulationError
from equipoise.simulate.maintenance.assumptions import Assumptions
from equipoise.simulate.maintenance.participants import cohorts
from equipoise.simulate.maintenance.schedule_outcomes import Course, follow_schedule
from equipoise.simulate.maintenance.schedules import (
    Schedule,
    check_schedules,
    read_schedule,
)
from equipoise.simulate.random_draws import Floats

OUTCOMES = {  # name -> heading
    "days_true": "days in response",
    "days_rated": "days in response, as rated",
    "end_true": "in response at the end",
    "infusions": "infusions",
    "burden": "dissociation burden",
    "ratings": "ratings needed",
}
Z = 1.959963984540054
TENTH = 10.0


@dataclass(frozen=True, slots=True)
class Number:
    """A simulated number and its Monte Carlo standard error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class ScheduleResult:
    """What one schedule gives.

    Attributes:
        schedule: as read.
        values: name of ``OUTCOMES`` -> (people,).
        curve: (horizon + 1,) share truly in response by day of maintenance.
        lost: (people,) day of the first assessment out of response, else the horizon.
        seen: (people,) whether there was one.
    """

    schedule: Schedule
    values: dict[str, Floats]
    curve: Floats
    lost: Floats
    seen: NDArray[np.bool_]

    def mean(self, outcome: str) -> Number:
        """The mean over people."""
        return _mean(self.values[outcome])

    def median_loss(self) -> tuple[float, float, float]:
        """Median day of the first loss as rated, with a 95% Monte Carlo interval.

        The interval is that of order statistics. Infinite where it is not reached.
        """
        at = np.sort(np.where(self.seen, self.lost, np.inf))
        n = len(at)
        reach = Z * sqrt(n) / 2
        low, high = int(n / 2 - reach), int(np.ceil(n / 2 + reach))
        places = max(low - 1, 0), -(-n // 2) - 1, min(high, n - 1)
        first, middle, last = (float(at[place]) for place in places)
        return middle, first, last


@dataclass(frozen=True, slots=True)
class Comparison:
    """Schedules over the same people; the first one gives nothing.

    Attributes:
        horizon: days of maintenance.
        assessed: days between assessments.
        confirmed: assessments out of response in a row that make a loss.
        treated: people who had the induction.
        kept: one for each schedule, over the responders.
    """

    horizon: int
    assessed: int
    confirmed: int
    treated: int
    kept: tuple[ScheduleResult, ...]

    @property
    def responders(self) -> int:
        """People who enter maintenance."""
        return len(self.kept[0].lost)

    def gain(
        self, kept: ScheduleResult, outcome: str, versus: ScheduleResult | None = None
    ) -> Number:
        """Mean difference from another schedule over the same people, none if absent."""
        other = versus or self.kept[0]
        return _mean(kept.values[outcome] - other.values[outcome])

    def infusions_per_gain(self, kept: ScheduleResult) -> Number:
        """Infusions for 10 days in response gained over none; NaN where nothing is.

        Its error is that of a ratio of means of the same people (delta method).
        """
        none = self.kept[0]
        days = kept.values["days_true"] - none.values["days_true"]
        given = kept.values["infusions"]
        gained = float(days.mean())
        if gained <= 0 or not given.any():
            return Number(nan, nan)
        ratio = float(given.mean()) / gained
        spread = _mean((given - ratio * days) / gained)
        return Number(TENTH * ratio, TENTH * spread.error)


def compare(
    assumed: Assumptions,
    schedules: Sequence[Schedule],
    *,
    people: int = 5000,
    horizon: int = 182,
    seed: int = 1,
    assessed: int = 7,
    confirmed: int = 1,
    allowed: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Comparison:
    """Follows the same responders under each schedule.

    Args:
        assumed: the assumptions about participants.
        schedules: ``none`` is put first, or added.
        people: who have the induction; only responders enter maintenance.
        horizon: days of maintenance.
        seed: of the random streams.
        assessed: days between the assessments that every schedule has.
        confirmed: assessments out of response in a row that make a loss, at least 1.
        allowed: infusions that one person may have in maintenance.
        progress: called with what is being done.

    Raises:
        SimulationError: EQ671 and EQ672 (schedules), EQ621, EQ622; EQ673, too few
            responders.
    """
    check_schedules(schedules, horizon, allowed)
    check_assessments(assessed, horizon, confirmed)
    others = [s for s in schedules if s.spelling != "none"]
    every = (read_schedule("none"), *others)
    parts: list[list[ScheduleResult]] = [[] for _ in every]
    treated = 0
    for cohort in cohorts(assumed, people, horizon, seed):
        treated += cohort.treated
        if progress:
            progress(f"{treated} of {people} people")
        for place, schedule in enumerate(every):
            course = follow_schedule(cohort, schedule, horizon, assessed)
            parts[place].append(_part(schedule, course, confirmed))
    made = tuple(_joined(p) for p in parts)
    check_responders(len(made[0].lost), treated)
    return Comparison(horizon, assessed, confirmed, treated, made)


def check_assessments(assessed: int, horizon: int, confirmed: int = 1) -> None:
    """Rejects assessments that cannot find a loss within the horizon.

    Raises:
        SimulationError: EQ672.
    """
    if not (1 <= assessed <= horizon and 1 <= confirmed <= horizon // assessed):
        raise SimulationError.single(
            "EQ672",
            f"assessments every {assessed} days, {confirmed} in a row to find a loss, "
            f"a horizon of {horizon} days",
            where="assessments",
            fix="give whole numbers from 1, so many in a row as the horizon has",
        )


def check_responders(responders: int, treated: int) -> None:
    """Rejects fewer than two responders.

    Raises:
        SimulationError: EQ673.
    """
    if responders < 2:
        raise SimulationError.single(
            "EQ673",
            f"{responders} of {treated} people respond to the induction",
            where="maintenance",
            fix="ask for more people, or look at the effects in the scenario",
        )


def variants(assumed: Assumptions) -> dict[str, Assumptions]:
    """The assumptions that matter, each changed alone."""
    share = assumed.build_up
    return {
        "as assumed": assumed,
        "half-life × 0.5": assumed.varied(half_life=assumed.half_life / 2),
        "half-life × 2": assumed.varied(half_life=assumed.half_life * 2),
        "build-up × 0.5": assumed.varied(build_up=share / 2),
        "build-up × 1.5": assumed.varied(build_up=min(1.5 * share, (1 + share) / 2)),
        "people alike in sensitivity": assumed.varied(sensitivity=0.0),
        "sensitivity SD × 1.5": assumed.varied(sensitivity=1.5 * assumed.sensitivity),
    }


def _part(schedule: Schedule, course: Course, confirmed: int) -> ScheduleResult:
    """The result of one chunk; its curve is a number of participants."""
    lost, seen = course.lost(confirmed)
    values = {
        "days_true": course.days_true,
        "days_rated": course.days_rated,
        "end_true": course.true[:, -1].astype(float),
        "infusions": course.infusions.astype(float),
        "burden": course.burden,
        "ratings": course.ratings.astype(float),
    }
    curve = course.true.sum(axis=0, dtype=float)
    return ScheduleResult(schedule, values, curve, lost, seen)


def _joined(parts: Sequence[ScheduleResult]) -> ScheduleResult:
    lost = np.concatenate([p.lost for p in parts])
    return ScheduleResult(
        schedule=parts[0].schedule,
        values={k: np.concatenate([p.values[k] for p in parts]) for k in OUTCOMES},
        curve=np.sum([p.curve for p in parts], axis=0) / max(len(lost), 1),
        lost=lost,
        seen=np.concatenate([p.seen for p in parts]),
    )


def _mean(values: Floats) -> Number:
    return Number(
        float(values.mean()), float(values.std(ddof=1)) / sqrt(max(len(values), 1))
    )
