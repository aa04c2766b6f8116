"""The probability that a participant of one group has the larger value."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from equipoise.errors import AnalysisError
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.stats.input_checks import Numbers, checked_level, checked_option
from equipoise.stats.options import WIN_INTERVALS, WinInterval
from equipoise.stats.ranks.midranks import midranks
from equipoise.stats.ranks.rank_sum import two_samples
from equipoise.stats.result import Result


@dataclass(frozen=True, slots=True, repr=False)
class WinProbability(Result):
    """A win probability.

    Attributes:
        estimate: probability that a value of the first group is larger than one of the
            second, plus half the probability that both are equal.
        lower: limit.
        upper: limit.
        std_error: of the estimate (Brunner and Munzel).
        df: degrees of freedom; None for Newcombe's interval alone.
        p: two-sided, of the null hypothesis that the probability is one half.
        level: coverage.
        odds: win odds, estimate over 1 minus estimate.
    """

    estimate: float
    lower: float
    upper: float
    std_error: float | None
    df: float | None
    p: float | None
    level: float
    odds: float


def win_probability(
    values: ArrayLike,
    versus: ArrayLike,
    *,
    interval: WinInterval = "logit",
    level: float = 0.95,
) -> WinProbability:
    """The probability that a participant of the first group has the larger value.

    The test and the intervals ``logit`` and ``plain`` do not assume that the groups have
    the same spread. The area under the ROC curve and the probabilistic index are other
    names of the same number.

    Args:
        values: of the first group, finite.
        versus: of the second group.
        interval: ``logit``, Brunner and Munzel's variance on the logit scale, which stays
            between 0 and 1; ``plain``, R ``lawstat::brunner.munzel.test``; ``newcombe``,
            a score interval that exists where one group exceeds the other completely.
        level: coverage of the interval.

    Returns:
        Standard error, df and P value are None where one group exceeds the other
        completely, because their variance cannot be estimated.

    Raises:
        AnalysisError: EQ460, an unknown option; EQ462, no values, or missing ones; EQ469,
            an interval other than ``newcombe`` where there is no variance.

    Example:
        >>> first = [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]
        >>> second = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1]
        >>> win = win_probability(first, second, interval="plain")
        >>> round(win.estimate, 6), round(win.lower, 7), round(win.upper, 7)
        (0.788961, 0.5952169, 0.9827052)

    Source: Brunner and Munzel 2000, Biom J 42:17-25 (the example: shoulder pain; limits
    as R lawstat prints them); Newcombe 2006, Stat Med 25:559-573, method 5; Brunner et
    al. 2021, Stat Biopharm Res 13:484-495 (win odds).
    """
    checked_option("interval", interval, WIN_INTERVALS)
    checked_level(level)
    first, second = two_samples(values, versus)
    estimate, error, df = _brunner_munzel(first, second)
    p = None
    if error:
        p = float(t_two_sided((estimate - 0.5) / error, df))
    odds = estimate / (1 - estimate) if estimate < 1 else float("inf")
    if interval == "newcombe":
        lower, upper = _newcombe(estimate, len(first), len(second), level)
    elif not error:
        raise _no_variance(len(first), len(second))
    elif interval == "plain":
        half = float(t_quantile((1 + level) / 2, df)) * error
        lower, upper = estimate - half, estimate + half
    else:
        half = (
            float(t_quantile((1 + level) / 2, df)) * error / (estimate * (1 - estimate))
        )
        logit = log(estimate / (1 - estimate))
        lower, upper = (float(special.expit(logit + side * half)) for side in (-1, 1))
    return WinProbability(
        estimate, lower, upper, error or None, df if error else None, p, level, odds
    )


def _brunner_munzel(first: Numbers, second: Numbers) -> tuple[float, float, float]:
    """Estimate, standard error (0 where there is none) and degrees of freedom."""
    n1, n2 = len(first), len(second)
    ranks, _ = midranks(np.concatenate([first, second]))
    placements = [
        (ranks[:n1] - midranks(first)[0]) / n2,
        (ranks[n1:] - midranks(second)[0]) / n1,
    ]
    estimate = float(placements[0].mean())
    if min(n1, n2) < 2:
        return estimate, 0.0, 0.0
    parts = [float(p.var(ddof=1)) / len(p) for p in placements]
    total = sum(parts)
    if total <= 0 or not 0 < estimate < 1:
        return estimate, 0.0, 0.0
    df = total**2 / (parts[0] ** 2 / (n1 - 1) + parts[1] ** 2 / (n2 - 1))
    return estimate, sqrt(total), df


def _newcombe(estimate: float, n1: int, n2: int, level: float) -> tuple[float, float]:
    z, n = float(special.ndtri((1 + level) / 2)), (n1 + n2) / 2 - 1

    def square(theta: float) -> float:
        spread = 1 + n * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return z**2 * spread / (n1 * n2)

    def score(theta: float) -> float:  # without the root at an estimate of 0 or 1
        if estimate == 1:
            return (1 - theta) - square(theta) * theta
        if estimate == 0:
            return theta - square(theta) * (1 - theta)
        return (estimate - theta) ** 2 - square(theta) * theta * (1 - theta)

    lower, upper = 0.0, 1.0
    if estimate > 0:
        lower = float(optimize.brentq(score, 0.0, estimate, xtol=1e-14))
    if estimate < 1:
        upper = float(optimize.brentq(score, estimate, 1.0, xtol=1e-14))
    return lower, upper


def _no_variance(n1: int, n2: int) -> AnalysisError:
    why = "a group has one value" if min(n1, n2) < 2 else "one group exceeds the other"
    return AnalysisError.single(
        "EQ469",
        f"the variance of the win probability cannot be estimated: {why}",
        where="interval",
        fix="use interval='newcombe', and rank_sum_test for the P value",
    )
