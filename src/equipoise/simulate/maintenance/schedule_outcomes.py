"""A schedule followed day by day: who is in response, what is given, what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.maintenance.participants import Cohort
from equipoise.simulate.maintenance.schedules import APART, Schedule, Trigger
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.response import after_infusion, decayed

Bools = NDArray[np.bool_]
Counts = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Course:
    """The course of each participant under one schedule.

    Attributes:
        true: (people, horizon + 1) in response without the error of a rating, by day of
            maintenance; day 0 is its start. Infusions come after the day's ratings.
        rated: (people, assessments) in response at the assessments.
        assessments: their days.
        infusions: (people,) given in maintenance.
        burden: (people,) dissociation above rest at the peaks, added up, points.
        ratings: (people,) that the schedule itself needed.
        benefit: (people,) at the end.
        switched: (people,) who switched to the second schedule.
    """

    true: Bools
    rated: Bools
    assessments: tuple[int, ...]
    infusions: Counts
    burden: Floats
    ratings: Counts
    benefit: Floats
    switched: Bools

    @property
    def days_true(self) -> Floats:
        """(people,) days in response, the days after the start."""
        return np.asarray(self.true[:, 1:].sum(axis=1), dtype=float)

    @property
    def days_rated(self) -> Floats:
        """(people,) the same by ratings: each one speaks for the days up to it."""
        gaps = np.diff((0, *self.assessments))
        return np.asarray(self.rated @ gaps, dtype=float)

    def lost(self, confirmed: int = 1) -> tuple[Floats, Bools]:
        """When response is first lost by ratings.

        Args:
            confirmed: assessments out of response in a row that make a loss; it counts
                from the last of them.

        Returns:
            (people,) day of that assessment, the last assessment where there is none;
            and whether there is one.
        """
        out = ~self.rated
        run = out.copy()
        for back in range(1, confirmed):
            run[:, back:] &= out[:, :-back]
            run[:, :back] = False
        seen: Bools = np.asarray(run.any(axis=1))
        at = np.where(seen, run.argmax(axis=1), run.shape[1] - 1)
        return np.asarray(self.assessments, dtype=float)[at], seen


@dataclass(frozen=True, slots=True)
class Switch:
    """Participants rated out of response on a day switch to another schedule.

    Attributes:
        day: of maintenance.
        second: the other schedule, whose days count from then.
    """

    day: int
    second: Schedule


class _Giver:
    """One schedule for some people, from one day on."""

    def __init__(self, schedule: Schedule, start: int, horizon: int, n: int) -> None:
        self.start = start
        self.planned = frozenset(schedule.planned(horizon - start))
        self.rates = frozenset(schedule.ratings(horizon - start))
        self.trigger: Trigger | None = schedule.trigger
        self.ordered = np.zeros((n, horizon + 1), dtype=bool)
        self.boosts = np.zeros(n, dtype=np.intp)

    def rates_on(self, day: int) -> bool:
        return day - self.start in self.rates

    def order(self, day: int, lost: Bools, last: Floats) -> None:
        """Orders boosters for who has lost response and may have one."""
        trigger = self.trigger
        if trigger is None:
            return
        waits = self.ordered[:, day:].any(axis=1)
        may = lost & (day - last >= trigger.least) & ~waits
        for number in range(trigger.infusions):
            on = day + trigger.within + APART * number
            if on >= self.ordered.shape[1] - 1:
                break
            some = may
            if trigger.most is not None:
                some = may & (self.boosts < trigger.most)
            self.ordered[some, on] = True
            self.boosts += some

    def gives(self, day: int) -> Bools:
        return np.asarray(self.ordered[:, day] | (day - self.start in self.planned))


def follow_schedule(
    cohort: Cohort,
    schedule: Schedule,
    horizon: int,
    assessed: int,
    switch: Switch | None = None,
) -> Course:
    """The course of a cohort under a schedule.

    Args:
        cohort: responders; drawn for at least ``horizon`` days.
        schedule: from the start of maintenance.
        horizon: days of maintenance.
        assessed: days between the assessments that every schedule has; the last one is
            at the horizon.
        switch: to another schedule for who has lost response.
    """
    n = len(cohort.who)
    assumed, acute = cohort.assumed, cohort.assumed.dissociation
    first = _Giver(schedule, 0, horizon, n)
    second = _Giver(switch.second, switch.day, horizon, n) if switch else first
    days = (*range(assessed, horizon, assessed), horizon)
    state = _State(cohort)
    true = np.empty((n, horizon + 1), dtype=bool)
    rated = np.empty((n, len(days)), dtype=bool)
    switched = np.zeros(n, dtype=bool)
    for day in range(horizon + 1):
        true[:, day] = cohort.truly(day, state.benefit)
        now = cohort.rated(day, state.benefit)
        if day in days:
            rated[:, days.index(day)] = now
        if switch and day == switch.day:
            switched = ~now
        for giver, own in ((first, ~switched), (second, switched)):
            if giver.rates_on(day):
                state.ratings += own
                giver.order(day, own & ~now, state.last)
        if day < horizon:
            given = np.where(switched, second.gives(day), first.gives(day))
            state.give(given, day)
        state.pass_day(assumed.half_life, acute.recovery, last=day == horizon)
    return Course(
        true, rated, days, state.given, state.burden(), state.ratings, state.benefit,
        switched,
    )  # fmt: skip


class _State:
    """Benefit, attenuation and counts of people, as they are today."""

    def __init__(self, cohort: Cohort) -> None:
        n, assumed = len(cohort.who), cohort.assumed
        self.cohort = cohort
        self.benefit = cohort.benefit.copy()
        self.worn = np.full(n, _worn(cohort))
        before = [d for d in assumed.induction if d < assumed.start]
        self.last = np.full(n, float((before or [0])[-1] - assumed.start))
        self.given: Counts = np.zeros(n, dtype=np.intp)
        self.ratings: Counts = np.zeros(n, dtype=np.intp)
        self.shares: list[tuple[Bools, Floats, Counts]] = []

    def give(self, given: Bools, day: int) -> None:
        """An infusion for some."""
        if not given.any():
            return
        assumed = self.cohort.assumed
        share = assumed.dissociation.attenuation**self.worn
        self.shares.append((given, share, self.given.copy()))
        more = after_infusion(self.benefit, assumed.build_up, self.cohort.exposure)
        self.benefit = np.where(given, more, self.benefit)
        self.worn = self.worn + given
        self.last = np.where(given, float(day), self.last)
        self.given = self.given + given

    def pass_day(self, half_life: float, recovery: float, *, last: bool) -> None:
        """Night falls, except on the last day."""
        if not last:
            one = np.ones_like(self.benefit)
            self.benefit = decayed(self.benefit, half_life, one)
            self.worn = decayed(self.worn, recovery, one)

    def burden(self) -> Floats:
        """Dissociation of all infusions, points above rest at the peak."""
        total = np.zeros(len(self.benefit))
        most = int(self.given.max(initial=0))
        peaks = self.cohort.peaks(most)
        rows = np.arange(len(total))
        for given, share, number in self.shares:
            at = np.minimum(number, most - 1)
            total += np.where(given, share * peaks[rows, at], 0.0)
        return total


def _worn(cohort: Cohort) -> float:
    """Infusions that still attenuate the next one, at the start of maintenance."""
    assumed = cohort.assumed
    before = [d for d in assumed.induction if d < assumed.start]
    halves = [(assumed.start - d) / assumed.dissociation.recovery for d in before]
    return float(sum(2.0**-h for h in halves))
