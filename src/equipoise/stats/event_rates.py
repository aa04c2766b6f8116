"""Rates of events in person-time, with exact intervals."""

from __future__ import annotations

from scipy import stats

from equipoise.stats.input_checks import checked_count, checked_level, checked_number
from equipoise.stats.result import IntervalEstimate


class Rate(IntervalEstimate):
    """A rate or a ratio of rates, with its interval."""

    __slots__ = ()


def event_rate(events: int, time: float, level: float = 0.95) -> Rate | None:
    """Events in a unit of time, Poisson.

    Args:
        events: at least 0.
        time: person-time, in any unit, not negative.
        level: coverage.

    Returns:
        None without person-time.

    Raises:
        AnalysisError: EQ460, EQ462: a level or numbers that are impossible.

    Example:
        >>> event_rate(26, 52.0)  # R poisson.test(26, 52)
        Rate(estimate=0.5, lower=0.3266, upper=0.7326)

    Source: Garwood 1936, Biometrika 28:437-442; R poisson.test.
    """
    checked_count("events", events)
    checked_number("time", time, 0)
    checked_level(level)
    if time == 0:
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

    Raises:
        AnalysisError: EQ460, EQ462: a level or numbers that are impossible.

    Example:
        >>> rate_ratio(26, 52.0, 17, 48.0)  # R poisson.test(c(26, 17), c(52, 48))
        Rate(estimate=1.412, lower=0.7374, upper=2.773)

    Source: Clopper and Pearson's interval of the proportion of the first group; R
    poisson.test with two samples.
    """
    for events, time in ((events1, time1), (events2, time2)):
        checked_count("events", events)
        checked_number("time", time, 0)
    checked_level(level)
    if min(events1, events2) == 0 or min(time1, time2) == 0:
        return None
    interval = stats.binomtest(events1, events1 + events2).proportion_ci(
        level, method="exact"
    )
    scale = time2 / time1
    ends = (share / (1 - share) * scale for share in (interval.low, interval.high))
    low, high = ends
    return Rate(events1 / events2 * scale, float(low), float(high))
