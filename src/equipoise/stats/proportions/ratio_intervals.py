"""Intervals of risk ratios and odds ratios in addition to those of Miettinen and Nurminen.

Source: SAS PROC FREQ, RELRISK(CL=) and OR(CL=); Fagerland, Lydersen and Laake 2015, Stat
Methods Med Res 24:224-254.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from equipoise.errors import AnalysisError

Limits = tuple[float, float]
EDGE = 25.0  # logarithm of a ratio beyond which it is zero or infinite


def wald_risk_ratio(
    x1: int, n1: int, x2: int, n2: int, level: float, more: float = 0.0
) -> Limits:
    """Logarithm of the ratio and 1.96 standard errors."""
    if min(x1, x2) + more == 0:
        raise _without_events("risk ratio")
    a, m, c, n = x1 + more, n1 + more, x2 + more, n2 + more
    return _around(log(a / m / (c / n)), 1 / a - 1 / m + 1 / c - 1 / n, level)


def wald_modified_risk_ratio(
    x1: int, n1: int, x2: int, n2: int, level: float
) -> Limits:
    """Wald's interval with 1/2 more in each number."""
    return wald_risk_ratio(x1, n1, x2, n2, level, 0.5)


def wald_odds_ratio(
    x1: int, n1: int, x2: int, n2: int, level: float, more: float = 0.0
) -> Limits:
    """Woolf's interval: logarithm of the ratio and 1.96 standard errors."""
    cells = [value + more for value in (x1, n1 - x1, x2, n2 - x2)]
    if min(cells) == 0:
        raise _without_events("odds ratio")
    a, b, c, d = cells
    return _around(log(a * d / (b * c)), sum(1 / cell for cell in cells), level)


def wald_modified_odds_ratio(
    x1: int, n1: int, x2: int, n2: int, level: float
) -> Limits:
    """Gart's: Wald's interval with 1/2 more in each cell."""
    return wald_odds_ratio(x1, n1, x2, n2, level, 0.5)


def likelihood_risk_ratio(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Ratios whose profile likelihood is within half the chi-square quantile."""

    def constrained(ratio: float) -> tuple[float, float]:
        b = n1 * ratio + x1 + n2 + x2 * ratio
        root = sqrt(max(b * b - 4 * (n1 + n2) * ratio * (x1 + x2), 0.0))
        p2 = min(2 * (x1 + x2) / (b + root), 1.0, 1 / ratio)
        return min(ratio * p2, 1.0), p2

    return _profile(constrained, (x1, n1, x2, n2), x1 * n2, x2 * n1, level)


def likelihood_odds_ratio(x1: int, n1: int, x2: int, n2: int, level: float) -> Limits:
    """Likewise of odds ratios."""

    def constrained(ratio: float) -> tuple[float, float]:
        def excess(log_odds: float) -> float:
            p1, p2 = special.expit(log_odds + log(ratio)), special.expit(log_odds)
            return float(n1 * p1 + n2 * p2 - x1 - x2)

        at = float(optimize.brentq(excess, -80.0, 80.0, xtol=1e-13))
        return float(special.expit(at + log(ratio))), float(special.expit(at))

    top, bottom = x1 * (n2 - x2), x2 * (n1 - x1)
    return _profile(constrained, (x1, n1, x2, n2), top, bottom, level)


def conditional_odds_ratio(
    x1: int, n1: int, x2: int, n2: int, level: float, mid_p: bool = False
) -> tuple[float, float, float]:
    """Estimate and interval of the odds ratio given all margins of the table.

    Source: Cornfield 1956; R fisher.test (estimate and interval); SAS EXACT OR.
    """
    total, tail = x1 + x2, (1 - level) / 2
    k = np.arange(max(0, total - n2), min(n1, total) + 1)
    ways = _log_choose(n1, k) + _log_choose(n2, total - k)
    if len(k) == 1:
        return float("nan"), 0.0, inf

    def law(log_ratio: float) -> NDArray[np.float64]:
        weight = ways + k * log_ratio
        chance = np.exp(weight - weight.max())
        return np.asarray(chance / chance.sum())

    def above(log_ratio: float) -> float:
        chance = law(log_ratio)
        return float(
            chance[k > x1].sum() + chance[k == x1].sum() * (0.5 if mid_p else 1)
        )

    def below(log_ratio: float) -> float:
        chance = law(log_ratio)
        return float(
            chance[k < x1].sum() + chance[k == x1].sum() * (0.5 if mid_p else 1)
        )

    def root(function: Callable[[float], float]) -> float:
        return exp(float(optimize.brentq(function, -EDGE, EDGE, xtol=1e-13)))

    if x1 == k[0]:
        return 0.0, 0.0, root(lambda t: below(t) - tail)
    if x1 == k[-1]:
        return inf, root(lambda t: above(t) - tail), inf
    estimate = root(lambda t: float((k * law(t)).sum()) - x1)
    return estimate, root(lambda t: above(t) - tail), root(lambda t: below(t) - tail)


def _profile(
    constrained: Callable[[float], tuple[float, float]],
    counts: tuple[int, int, int, int],
    top: int,
    bottom: int,
    level: float,
) -> Limits:
    x1, n1, x2, n2 = counts
    if top == bottom == 0:
        return 0.0, inf
    limit = float(special.chdtri(1, 1 - level))
    best = _log_likelihood(counts, x1 / n1, x2 / n2)

    def distance(log_ratio: float) -> float:
        found = _log_likelihood(counts, *constrained(exp(log_ratio)))
        return float(np.clip(2 * (best - found) - limit, -1e6, 1e6))

    middle = EDGE if bottom == 0 else (-EDGE if top == 0 else log(top / bottom))
    lower = 0.0 if top == 0 or distance(-EDGE) <= 0 else None
    upper = inf if bottom == 0 or distance(EDGE) <= 0 else None
    if lower is None:
        lower = exp(float(optimize.brentq(distance, -EDGE, middle, xtol=1e-13)))
    if upper is None:
        upper = exp(float(optimize.brentq(distance, middle, EDGE, xtol=1e-13)))
    return lower, upper


def _log_likelihood(counts: tuple[int, int, int, int], p1: float, p2: float) -> float:
    x1, n1, x2, n2 = counts
    terms = special.xlogy([x1, x2], [p1, p2]) + special.xlog1py(
        [n1 - x1, n2 - x2], [-p1, -p2]
    )
    return float(terms.sum())


def _around(middle: float, variance: float, level: float) -> Limits:
    half = float(special.ndtri((1 + level) / 2)) * sqrt(max(variance, 0.0))
    return exp(middle - half), exp(middle + half)


def _log_choose(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(
        special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    )


def _without_events(name: str) -> AnalysisError:
    return AnalysisError.single(
        "EQ467",
        f"Wald's interval of the {name} does not exist with an empty cell",
        where="method",
        fix="use method = 'miettinen-nurminen' or 'wald-modified'",
    )


RISK_RATIOS: dict[str, Callable[[int, int, int, int, float], Limits]] = {
    "wald": wald_risk_ratio,
    "wald-modified": wald_modified_risk_ratio,
    "likelihood": likelihood_risk_ratio,
}
ODDS_RATIOS: dict[str, Callable[[int, int, int, int, float], Limits]] = {
    "wald": wald_odds_ratio,
    "wald-modified": wald_modified_odds_ratio,
    "likelihood": likelihood_odds_ratio,
}
