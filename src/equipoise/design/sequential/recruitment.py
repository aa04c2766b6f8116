"""Recruitment over time, and the participants who are recruited before an analysis."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from equipoise.design.requirements import check_positive, out_of_range
from equipoise.errors import DesignError, refuse


@dataclass(frozen=True, slots=True)
class Recruitment:
    """Participants randomized in a unit of time, constant within periods.

    Attributes:
        rates: participants in a unit of time, in each period; at least 0, the last above 0.
        durations: of the periods but the last, which does not end.

    Raises:
        DesignError: EQ801.

    Example:
        >>> Recruitment((3, 6, 9), (2, 2)).randomized(10)  # as gsDesign2: 3x2, 6x2, 9x6
        72.0
    """

    rates: tuple[float, ...]
    durations: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        refuse(
            DesignError,
            [
                *(
                    out_of_range("recruitment", rate, "of at least 0")
                    for rate in self.rates
                    if not 0 <= rate < inf
                ),
                *(
                    out_of_range("duration of a period", duration, "above 0")
                    for duration in self.durations
                    if not 0 < duration < inf
                ),
            ],
        )
        check_positive(last_recruitment=self.rates[-1] if self.rates else 0.0)
        if len(self.durations) != len(self.rates) - 1:
            raise DesignError(
                out_of_range(
                    "periods", len(self.durations), "one less than that of the rates"
                )
            )

    def randomized(self, time: float) -> float:
        """Participants randomized by a time, if recruitment has no end."""
        total, start = 0.0, 0.0
        for rate, duration in zip(self.rates, (*self.durations, inf), strict=True):
            total += rate * min(max(time - start, 0.0), duration)
            start += duration
        return total

    def time_of(self, participants: float) -> float:
        """Time by which so many participants are randomized."""
        total, start = 0.0, 0.0
        for rate, duration in zip(self.rates, self.durations, strict=False):
            if total + rate * duration >= participants and rate > 0:
                return start + (participants - total) / rate
            total += rate * duration
            start += duration
        return start + (participants - total) / self.rates[-1]


@dataclass(frozen=True, slots=True)
class Overrun:
    """Participants at an analysis that waits for outcomes.

    Attributes:
        time: of the analysis, from the first randomization.
        randomized: by then.
        without_outcome: of these, not included in the analysis.
    """

    time: float
    randomized: float
    without_outcome: float


def overrun(
    recruitment: Recruitment, included: float, maximum: float, delay: float
) -> Overrun:
    """The participants who are recruited while an analysis waits for outcomes.

    Args:
        recruitment: of the trial.
        included: randomized participants whose outcomes the analysis includes.
        maximum: participants of the trial; recruitment ends with them.
        delay: from randomization to the outcome, at least 0; the time to clean and analyze
            the data can be added to it.

    Raises:
        DesignError: EQ801.

    Example:
        >>> found = overrun(Recruitment((1.0,)), included=70, maximum=140, delay=12)
        >>> found.time, found.randomized, found.without_outcome
        (82.0, 82.0, 12.0)

    Source: pipeline participants, Hampson and Jennison 2013, J R Stat Soc B 75:3-54.
    """
    if not 0 <= delay < inf:
        raise DesignError(out_of_range("time_to_outcome", delay, "of at least 0"))
    time = recruitment.time_of(included) + delay
    randomized = max(min(recruitment.randomized(time), maximum), included)
    return Overrun(time, randomized, randomized - included)
