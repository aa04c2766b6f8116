"""Rates of events in person-time, with exact intervals."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate or a ratio of rates, with its interval."""

    estimate: float
    lower: float
    upper: float


def rate(events: int, time: float, level: float = 0.95) -> Rate | None:
    """Events in a unit of time, Poisson.

    Args:
        events: at least 0.
        time: person-time, in any unit.
        level: coverage.

    Returns:
        None without person-time.

    Source: Garwood 1936, Biometrika 28:437-442; R poisson.test.
    """
    if not time > 0:
        return None
    tail = (1 - level) / 2
    low = float(stats.chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    high = float(stats.chi2.ppf(1 - tail, 2 * (events + 1))) / 2
    return Rate(events / time, low / time, high / time)


def rate_ratio(
    events1: int, time1: float, events2: int, time2: float, level: float = 0.95
) -> Rate | None:
    """Ratio of two rates, first over second, given the number of events in all.

    Returns:
        None if a group has no events or no person-time: the ratio has no value, or an
        end of its interval has none.

    Source: Clopper and Pearson's interval of the share of the first group; R
    poisson.test with two samples.
    """
    if min(events1, events2) == 0 or min(time1, time2) <= 0:
        return None
    interval = stats.binomtest(events1, events1 + events2).proportion_ci(
        level, method="exact"
    )
    scale = time2 / time1
    ends = (share / (1 - share) * scale for share in (interval.low, interval.high))
    low, high = ends
    return Rate(events1 / events2 * scale, float(low), float(high))
