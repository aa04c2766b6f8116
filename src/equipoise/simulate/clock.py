"""At which time of the day simulated participants are seen and randomized."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.calendar import Dates
from equipoise.simulate.context import Context
from equipoise.simulate.random_draws import Floats, Roster, uniforms

# Minutes of the day between which each begins. Times are on the clock of the site.
RATING = 8 * 60 + 30, 13 * 60
INFUSION = 10 * 60, 11 * 60 + 30
RANDOMIZATION = 9 * 60, 16 * 60
STEP = 5  # appointments begin at whole five minutes
RATED_BEFORE = 90  # minutes before an infusion of the same day
RATINGS_TAKE = 50  # minutes from the first instrument of a visit to the last one
BETWEEN = 10  # minutes between instruments, less where a visit has many
TO_RANDOMIZE = 55  # minutes from the first rating on
WAIT = 120  # minutes at most until someone is randomized on the day of baseline


@dataclass(frozen=True)
class Clock:
    """Times of the visits, whether they happen or not.

    Attributes:
        rated: (people, visits) time at which the ratings of the visit as a whole begin.
        zero: (people, visits) minute 0 of an infusion visit.
    """

    rated: Dates
    zero: Dates

    @classmethod
    def of(cls, context: Context, people: Roster, dates: Dates) -> Clock:
        """Draws the times; ratings on the day of an infusion come before it.

        Args:
            context: states which visits have an infusion.
            people: all screened participants.
            dates: (people, visits) dates of the visits.
        """
        u = uniforms(people, "time of the day", len(context.visits), 2)
        day = dates.astype("datetime64[m]")
        zero = day + _between(INFUSION, u[..., 0])
        rated = day + _between(RATING, u[..., 1])
        for v, visit in enumerate(context.visits):
            if visit.infusion is not None:
                same = dates == dates[:, [v]]
                before = zero[:, [v]] - np.timedelta64(RATED_BEFORE, "m")
                rated = np.where(same, before, rated)
        return cls(np.asarray(rated), np.asarray(zero))

    def randomized(self, context: Context, people: Roster, on: Dates) -> Dates:
        """Time of randomization: after the ratings of that day, before an infusion.

        Args:
            context: states the baseline visit and the infusions.
            people: all screened participants.
            on: (people,) date; not-a-time for who is not randomized.
        """
        u = uniforms(people, "time of randomization")
        at = on.astype("datetime64[m]") + _between(RANDOMIZATION, u)
        rated = self.rated[:, context.baseline]
        ready = rated + np.timedelta64(TO_RANDOMIZE, "m")
        at = np.where(_day(rated) == on, ready + _between((0, WAIT), u), at)
        infusions = [v for v, one in enumerate(context.visits) if one.infusion]
        for v in infusions:
            early = self.rated[:, v] + np.timedelta64(TO_RANDOMIZE, "m")
            at = np.where(_day(self.zero[:, v]) == on, early, at)
        return np.asarray(at)


def minutes_into(instruments: int) -> NDArray[np.timedelta64]:
    """Minutes from the first rating of a visit to each of its ratings.

    Args:
        instruments: number of instruments rated at the visit as a whole.

    Examples:
        >>> minutes_into(3).astype(int).tolist()
        [0, 10, 20]
    """
    each = min(BETWEEN, RATINGS_TAKE // max(instruments - 1, 1))
    return each * np.arange(instruments).astype("timedelta64[m]")


def _between(limits: tuple[int, int], u: Floats) -> NDArray[np.timedelta64]:
    """A time between two limits, in steps; both are possible."""
    first, last = limits
    steps = (last - first) // STEP + 1
    minute = first + STEP * np.floor(u * steps)
    return np.asarray(minute.astype("timedelta64[m]"))


def _day(at: Dates) -> Dates:
    return at.astype("datetime64[D]")
