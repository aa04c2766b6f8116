"""A trend of proportions over ordered groups, such as doses: Cochran and Armitage."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, lgamma, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.requirements import Target, check_fractions, check_positive
from equipoise.errors import DesignError
from equipoise.errors.counted import counted

Floats = NDArray[np.float64]
MOST_STATES = 200_000  # pairs of sums that are enumerated
SAME = 1e-9  # sums of scores this close are equal


def trend_total(
    proportions: Sequence[float],
    scores: Sequence[float] | None = None,
    allocation: Sequence[float] | None = None,
    target: Target | None = None,
) -> float:
    """Participants in all groups for a test of trend, before rounding.

    Args:
        proportions: assumed, one for each group.
        scores: of the groups, such as doses; 0, 1, 2, ... by default.
        allocation: participants in proportion; equal by default.
        target: error, power and sides.

    Raises:
        DesignError: EQ801, a number is out of range; EQ802, there is no trend.

    Example:
        >>> target = Target(alpha=0.05, sides=1)
        >>> rates = [0.10, 0.13, 0.16, 0.19, 0.22]
        >>> total = trend_total(rates, [0, 1, 2, 4, 8], target=target)
        >>> round(total, 2)  # R multiCA power.CA.test: 527
        526.26

    Source: Nam 1987, Biometrics 43:701-705, without continuity correction; R multiCA.
    """
    target = target or Target()
    slope, null, other = _moments(proportions, scores, allocation)
    a, b = target.z
    return ((a * null + b * other) / slope) ** 2


def trend_power(
    total: float,
    proportions: Sequence[float],
    scores: Sequence[float] | None = None,
    allocation: Sequence[float] | None = None,
    target: Target | None = None,
) -> float:
    """Power of the test of trend, normal approximation.

    Args:
        total: participants in all groups.
        proportions: assumed.
        scores: of ``trend_total``.
        allocation: of ``trend_total``.
        target: error and sides.

    Raises:
        DesignError: EQ801, EQ802.

    Source: of ``trend_total``.
    """
    target = target or Target()
    check_positive(total=total)
    slope, null, other = _moments(proportions, scores, allocation)
    return float(special.ndtr((abs(slope) * sqrt(total) - target.z[0] * null) / other))


def exact_trend_power(
    groups: Sequence[int],
    proportions: Sequence[float],
    scores: Sequence[float] | None = None,
    target: Target | None = None,
) -> float:
    """Power of the exact test of trend, given the number of responders, by enumeration.

    Args:
        groups: participants in each group.
        proportions: assumed.
        scores: of ``trend_total``.
        target: error and sides; the test looks towards the assumed trend, with
            ``target.one_sided``.

    Raises:
        DesignError: EQ801, EQ802; EQ807, too many tables.

    Example:
        >>> p = [0.001, 0.0016, 0.0045, 0.0321, 0.6441]  # StatXact: 48%
        >>> target = Target(alpha=0.025, sides=1)
        >>> round(exact_trend_power([10, 10, 10, 5, 2], p, [1, 2, 4, 8, 16], target), 2)
        0.48

    Source: StatXact, PROC SXPOWERBIN, trend test, exact; Corcoran, Mehta and Senchaudhuri
    2000, Stat Med 19:3037-3050.
    """
    target = target or Target()
    for n in groups:
        check_positive(participants=n)
    at = _scores(proportions, scores)
    slope, _, _ = _moments(proportions, at, [float(n) for n in groups])
    direction = 1.0 if slope > 0 else -1.0
    tables = {
        (0, 0.0): (0.0, 1.0)
    }  # responders, sum of scores: log of ways, probability
    for n, p, score in zip(groups, proportions, at, strict=True):
        tables = _added(tables, n, p, direction * score)
    power = 0.0
    by_sum: dict[int, list[tuple[float, float, float]]] = {}
    for (responders, total), (ways, probability) in tables.items():
        by_sum.setdefault(responders, []).append((total, ways, probability))
    for rows in by_sum.values():
        power += _rejected(sorted(rows, reverse=True), target.one_sided)
    return power


def _rejected(rows: list[tuple[float, float, float]], alpha: float) -> float:
    """Probability of the sums that the conditional test rejects, the largest first."""
    largest = max(ways for _, ways, _ in rows)
    total = sum(exp(ways - largest) for _, ways, _ in rows)
    tail = power = 0.0
    for _, ways, probability in rows:
        tail += exp(ways - largest) / total
        if tail > alpha * (1 + SAME):
            break
        power += probability
    return power


def _added(
    tables: dict[tuple[int, float], tuple[float, float]], n: int, p: float, score: float
) -> dict[tuple[int, float], tuple[float, float]]:
    """The sums with one more group."""
    made: dict[tuple[int, float], tuple[float, float]] = {}
    if len(tables) * (n + 1) > 50 * MOST_STATES:
        raise _too_many()
    for count in range(n + 1):
        ways = lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1)
        chance = exp(ways + count * log(p) + (n - count) * log(1 - p))
        for (responders, total), (log_ways, probability) in tables.items():
            key = (responders + count, round(total + count * score, 9))
            before, known = made.get(key, (-inf, 0.0))
            added = np.logaddexp(before, log_ways + ways)
            made[key] = (float(added), known + probability * chance)
    if len(made) > MOST_STATES:
        raise _too_many()
    return made


def _too_many() -> DesignError:
    return DesignError.single(
        "EQ807",
        "the tables of responders in the groups are too many",
        where="design, trend",
        fix="use trend_power, the normal approximation",
    )


def _scores(
    proportions: Sequence[float], scores: Sequence[float] | None
) -> Sequence[float]:
    return scores if scores is not None else [float(i) for i in range(len(proportions))]


def _moments(
    proportions: Sequence[float],
    scores: Sequence[float] | None,
    allocation: Sequence[float] | None,
) -> tuple[float, float, float]:
    """Slope of a participant, and standard deviations without a trend and with it."""
    at = _scores(proportions, scores)
    weights = allocation if allocation is not None else [1.0] * len(proportions)
    if len({len(proportions), len(at), len(weights)}) != 1 or len(proportions) < 2:
        raise DesignError.single(
            "EQ801",
            f"{len(proportions)} proportions, {counted(len(at), 'score')} "
            f"and {len(weights)} groups",
            where="design, trend",
            fix="give one proportion and one score for each of at least two groups",
        )
    for proportion, weight in zip(proportions, weights, strict=True):
        check_fractions(proportion=proportion)
        check_positive(allocation=weight)
    rates, x, w = (np.asarray(v, dtype=float) for v in (proportions, at, weights))
    if not np.isfinite(x).all() or np.ptp(x) == 0:
        raise DesignError.single(
            "EQ801",
            "the scores are equal, or not finite",
            where="design, trend",
            fix="give a score for each group, such as its dose",
        )
    w = w / w.sum()
    x = (x - w @ x) / float(np.ptp(x))
    slope, mean = float(w @ (rates * x)), float(w @ rates)
    if abs(slope) < 1e-12:
        raise DesignError.single(
            "EQ802",
            "the proportions have no trend over the scores",
            where="design, trend",
            fix="assume proportions that rise or fall with the scores",
        )
    null = sqrt(mean * (1 - mean) * float(w @ x**2))
    return slope, null, sqrt(float(w @ (rates * (1 - rates) * x**2)))
