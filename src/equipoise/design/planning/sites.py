"""Sites that open at different times and recruit at their own rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from scipy import special

from equipoise.design.requirements import check_positive, out_of_range
from equipoise.design.sequential.recruitment import Recruitment
from equipoise.errors import DesignError

ERROR = 0.05  # on each side of the interval of a time


@dataclass(frozen=True, slots=True)
class Site:
    """A site of a trial.

    Attributes:
        name: unique in the trial.
        rate: participants randomized per unit of time, from its opening on.
        opens: after the first possible randomization, in the same unit, at least 0.

    Raises:
        DesignError: EQ801.
    """

    name: str
    rate: float
    opens: float = 0.0

    def __post_init__(self) -> None:
        check_positive(**{f"rate of {self.name}": self.rate})
        if not 0 <= self.opens < 1e9:
            raise DesignError(
                out_of_range(f"opening of {self.name}", self.opens, "of at least 0")
            )

    def randomized(self, time: float) -> float:
        """Expected participants of this site by a time."""
        return self.rate * max(time - self.opens, 0.0)


def together(sites: Sequence[Site]) -> Recruitment:
    """The recruitment of all sites, which changes where a site opens.

    Args:
        sites: one or more.

    Example:
        >>> together([Site("A", 2), Site("B", 1, 3)]).time_of(12)
        5.0
    """
    times = sorted({0.0, *(site.opens for site in sites)})
    rates = [sum(s.rate for s in sites if s.opens <= time) for time in times]
    spans = [b - a for a, b in pairwise(times)]
    return Recruitment(tuple(rates), tuple(spans))


def interval(recruitment: Recruitment, participants: int) -> tuple[float, float]:
    """The time of recruitment in 90% of trials, if people arrive independently.

    Arrivals are a Poisson process whose rates are those stated: that rates are guesses
    widens the interval further.

    Args:
        recruitment: expected.
        participants: randomized, 1 or more.

    Returns:
        The 5% and 95% quantiles, in the unit of the rates.

    Example:
        >>> low, high = interval(Recruitment((4.0,)), 140)
        >>> print(f"{low:.1f} to {high:.1f}")
        30.3 to 40.0

    Source: Anisimov and Fedorov 2007, Stat Med 26:4958-4975, with known rates: the
    integrated rate until the n-th arrival has a gamma distribution with shape n
    (R: ``qgamma(p, n, rate)``).
    """
    low, high = (
        recruitment.time_of(float(special.gammaincinv(participants, p)))
        for p in (ERROR, 1 - ERROR)
    )
    return low, high
