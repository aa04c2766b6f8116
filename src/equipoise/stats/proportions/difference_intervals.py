"""Intervals of the difference of two proportions that have a formula or a short search.

Source: Newcombe 1998, Stat Med 17:873-890; SAS PROC FREQ, RISKDIFF(CL=).
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
from scipy import special

from equipoise.stats.proportions.exact_difference import (
    agresti_min,
    chan_zhang,
    santner_snell,
)
from equipoise.stats.proportions.one_proportion import proportion
from equipoise.stats.proportions.score import inverted, score_variance, standardized

Limits = tuple[float, float]


def mee(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Differences that the score test without N / (N - 1) does not reject.

    Source: Mee 1984, Biometrics 40:1175-1176; its test: Farrington and Manning 1990.
    """
    a, m, b, n = (np.array([float(value)]) for value in (x1, n1, x2, n2))
    estimate = x1 / n1 - x2 / n2

    def score(difference: float) -> float:
        variance = float(score_variance(a, m, b, n, difference, unbiased=False)[0])
        return standardized(estimate - difference, variance)

    return inverted(score, estimate, level)


def newcombe(
    x1: int, n1: int, x2: int, n2: int, level: float, correct: bool = False
) -> Limits:
    """Hybrid of two Wilson intervals, with or without correction for continuity."""
    method = "wilson-cc" if correct else "wilson"
    first = proportion(x1, n1, level, method)  # type: ignore[arg-type]
    second = proportion(x2, n2, level, method)  # type: ignore[arg-type]
    p1, p2 = first.estimate, second.estimate
    below = sqrt((p1 - first.lower) ** 2 + (second.upper - p2) ** 2)
    above = sqrt((first.upper - p1) ** 2 + (p2 - second.lower) ** 2)
    return p1 - p2 - below, p1 - p2 + above


def newcombe_cc(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Newcombe's method 11."""
    return newcombe(x1, n1, x2, n2, level, correct=True)


def wald(x1: int, n1: int, x2: int, n2: int, level: float, more: float = 0.0) -> Limits:
    """Estimate and 1.96 standard errors, plus a correction for continuity."""
    p1, p2 = x1 / n1, x2 / n2
    z = float(special.ndtri((1 + level) / 2))
    half = z * sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) + more
    return p1 - p2 - half, p1 - p2 + half


def wald_cc(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Wald's interval, longer by half the sum of 1 / n on each side."""
    return wald(x1, n1, x2, n2, level, (1 / n1 + 1 / n2) / 2)


def agresti_caffo(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Wald's interval of the tables with one more in each cell.

    Source: Agresti and Caffo 2000, Am Stat 54:280-288.
    """
    return wald(x1 + 1, n1 + 2, x2 + 1, n2 + 2, level)


def hauck_anderson(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Wald's interval with n - 1 in the variance and a correction for continuity.

    Source: Hauck and Anderson 1986, Am Stat 40:318-322.
    """
    p1, p2 = x1 / n1, x2 / n2
    z = float(special.ndtri((1 + level) / 2))
    variance = p1 * (1 - p1) / max(n1 - 1, 1) + p2 * (1 - p2) / max(n2 - 1, 1)
    half = z * sqrt(variance) + 1 / (2 * min(n1, n2))
    return p1 - p2 - half, p1 - p2 + half


INTERVALS: dict[str, Callable[[int, int, int, int, float], Limits]] = {
    "mee": mee,
    "newcombe": newcombe,
    "newcombe-cc": newcombe_cc,
    "wald": wald,
    "wald-cc": wald_cc,
    "agresti-caffo": agresti_caffo,
    "hauck-anderson": hauck_anderson,
    "exact-score": chan_zhang,
    "exact-agresti-min": agresti_min,
    "exact": santner_snell,
}
