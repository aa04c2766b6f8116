"""Exact unconditional intervals of the difference of two proportions.

A table is as extreme as the observed one by a statistic. The P value at a difference is
the largest probability of such tables over all proportions with this difference; the
interval is the hull of the differences that are not rejected. The largest probability is
searched on a grid and around its best points, so that limits are accurate to about 1e-4
of a proportion, and better than SAS prints.

Source: Santner and Snell 1980, JASA 75:386-394; Chan and Zhang 1999, Biometrics
55:1202-1209; Agresti and Min 2001, Biometrics 57:963-971.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted
from equipoise.stats.proportions.score import score_variance

Numbers = NDArray[np.float64]
Limits = tuple[float, float]
NUISANCE = 201  # values of the second proportion at which a probability is evaluated
STEP = 0.02  # of the first search over differences
FINE = 40  # small steps in a large one
HALVINGS = 20
SAME = 1e-9  # statistics closer than this are equal
LARGEST = 60_000  # tables, above which an exact interval takes minutes


def chan_zhang(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Two one-sided exact tests by the score statistic, each at half of 1 - level.

    SAS: EXACT RISKDIFF(METHOD=SCORE); R: scoreci has no equal.
    """
    return _two_tests(x1, n1, x2, n2, level, _scores)


def santner_snell(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Two one-sided exact tests by the difference itself; SAS: EXACT RISKDIFF."""
    return _two_tests(x1, n1, x2, n2, level, _differences)


def agresti_min(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """One two-sided exact test by the size of the score statistic."""
    tables = _tables(n1, n2)

    def rejected(difference: float) -> bool:
        size = np.abs(_scores(*tables, n1, n2, difference))
        extreme = size >= size[x1, x2] - SAME
        return _largest(extreme, n1, n2, difference) <= 1 - level

    estimate = x1 / n1 - x2 / n2
    return _first(rejected, -1.0, estimate), _first(rejected, 1.0, estimate)


def _two_tests(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    level: float,
    statistic: Callable[..., Numbers],
) -> Limits:
    tables = _tables(n1, n2)
    tail = (1 - level) / 2

    def rejected(sign: float) -> Callable[[float], bool]:
        def test(difference: float) -> bool:
            size = sign * statistic(*tables, n1, n2, difference)
            extreme = size >= size[x1, x2] - SAME
            return _largest(extreme, n1, n2, difference) <= tail

        return test

    estimate = x1 / n1 - x2 / n2
    return (
        _first(rejected(1.0), -1.0, estimate),
        _first(rejected(-1.0), 1.0, estimate),
    )


def _tables(n1: int, n2: int) -> tuple[Numbers, Numbers]:
    if (n1 + 1) * (n2 + 1) > LARGEST:
        raise AnalysisError.single(
            "EQ460",
            f"an exact interval of {n1} and {counted(n2, 'participant')} needs "
            f"{counted((n1 + 1) * (n2 + 1), 'table')}",
            where="method",
            fix="use the default method: at this size its coverage is the nominal one",
        )
    return np.arange(n1 + 1.0)[:, None], np.arange(n2 + 1.0)[None]


def _differences(a: Numbers, b: Numbers, n1: int, n2: int, _: float) -> Numbers:
    return np.asarray(a / n1 - b / n2)


def _scores(a: Numbers, b: Numbers, n1: int, n2: int, difference: float) -> Numbers:
    """Score statistics of all tables; without variance by the sign of the distance."""
    sizes = np.array([float(n1)]), np.array([float(n2)])
    variance = score_variance(a, sizes[0], b, sizes[1], difference, unbiased=False)
    distance = a / n1 - b / n2 - difference
    distance = np.where(np.abs(distance) < 1e-12, 0.0, distance)
    flat = variance <= 1e-300
    standard = distance / np.sqrt(np.where(flat, 1.0, variance))
    return np.where(flat, np.sign(distance) * np.where(distance != 0, 1e9, 0), standard)


def _largest(extreme: NDArray[np.bool_], n1: int, n2: int, difference: float) -> float:
    """Largest probability of these tables over the second proportion."""
    low, high = max(0.0, -difference), min(1.0, 1.0 - difference)
    best = 0.0
    points = np.linspace(low, high, NUISANCE)
    for _ in range(3):
        chances = _probabilities(extreme, n1, n2, points, difference)
        at = int(chances.argmax())
        best = max(best, float(chances[at]))
        left, right = points[max(at - 1, 0)], points[min(at + 1, len(points) - 1)]
        points = np.linspace(left, right, 21)
    return best


def _probabilities(
    extreme: NDArray[np.bool_], n1: int, n2: int, p2: Numbers, difference: float
) -> Numbers:
    first = _binomial(n1, np.clip(p2 + difference, 0.0, 1.0))
    second = _binomial(n2, p2)
    return np.asarray((first * (extreme.astype(float) @ second)).sum(axis=0))


def _binomial(n: int, p: Numbers) -> Numbers:
    """Probabilities of 0 to n events, a column for each proportion."""
    k = np.arange(n + 1.0)[:, None]
    ways = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return np.asarray(np.exp(ways + special.xlogy(k, p) + special.xlog1py(n - k, -p)))


def _first(rejected: Callable[[float], bool], end: float, estimate: float) -> float:
    """First difference, from an end of the range, that is not rejected."""
    if not rejected(end):
        return end
    coarse = np.append(np.arange(0, abs(estimate - end), STEP), abs(estimate - end))
    points = end + np.sign(estimate - end) * coarse
    at = next(i for i, d in enumerate(points) if i and not rejected(float(d)))
    # The P value jumps: look again, in small steps, from two large steps further out.
    fine = np.linspace(points[max(at - 2, 0)], points[at], 2 * FINE + 1)
    at = next(i for i, d in enumerate(fine) if i == 2 * FINE or not rejected(float(d)))
    inner, outer = float(fine[at]), float(fine[max(at - 1, 0)])
    for _ in range(HALVINGS):
        middle = (inner + outer) / 2
        inner, outer = (inner, middle) if rejected(middle) else (middle, outer)
    return inner
