"""What an outcome needs for a group sequential trial: fixed size, and its own unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, inf, isfinite, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from equipoise.design.fixed.means import ancova, last_visit_variance, means, mmrm_size
from equipoise.design.fixed.proportions import proportions
from equipoise.design.requirements import Size, Target, check_positive, out_of_range
from equipoise.design.root import root
from equipoise.errors import DesignError

Matrix = NDArray[np.float64]
Boundary = Callable[[float, float, float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An endpoint with its assumptions, for any number of analyses.

    Attributes:
        measure: of the effect, such as ``difference of means``.
        effect: assumed, first arm minus second.
        fixed: participants of a trial with one analysis, before rounding.
        std_error: of the estimate, with so many participants in either arm.
        observed_at: the observed effect with which so many participants in either arm
            have a z (of the side of ``effect``); NaN for a z at infinity.
    """

    measure: str
    effect: float
    fixed: Size
    std_error: Callable[[float, float], float]
    observed_at: Boundary


def of_means(
    difference: float, sd: float, target: Target, *, correlation: float = 0.0
) -> Outcome:
    """A difference of means by a t test, or with a baseline by ANCOVA.

    Args:
        difference: assumed, first arm minus second, not 0.
        sd: within an arm.
        target: error, power and allocation.
        correlation: of baseline and outcome.

    Raises:
        DesignError: EQ801, EQ802.

    Source: sizes as ``means`` and ``ancova``; the boundary on the scale of the outcome is
    the quantile of the t distribution at the nominal P value, as in rpact.
    """
    size = (
        ancova(difference, sd, correlation, target)
        if correlation
        else means(difference, sd, target)
    )
    left = sd * sqrt(1 - correlation**2)
    lost = 3 if correlation else 2
    return _of_t(
        "difference of means", difference, size, lambda: left, lambda n: n - lost
    )


def of_mmrm(
    difference: float, covariance: Matrix, retention: Matrix, target: Target
) -> Outcome:
    """A difference at the last visit by a mixed model, adjusted for the first visit.

    Args:
        difference: assumed, first arm minus second, not 0.
        covariance: of the visits, the first of which is the baseline.
        retention: proportion still in the trial at each visit after baseline.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801; EQ802; EQ803, the matrix is not a covariance.

    Source: as ``mmrm_size``. Participants are those randomized: the model includes the
    visits of participants who leave. An interim analysis includes participants with the
    whole of their planned time.
    """
    size = mmrm_size(difference, covariance, retention, target, baseline=True)
    variance = last_visit_variance(covariance, retention, baseline=True)
    complete = last_visit_variance(covariance, np.ones(len(retention)), baseline=True)
    return _of_t(
        "difference at the last visit",
        difference,
        size,
        lambda: variance**0.5,
        lambda n: n * complete / variance - 3,
    )


def of_proportions(first: float, second: float, target: Target) -> Outcome:
    """A difference of proportions by the score (chi-square) test.

    Args:
        first: assumed proportion of the first arm.
        second: of the second.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801, EQ802.

    Source: sizes as ``proportions``; a boundary is the difference whose score statistic
    (pooled variance) is the boundary while the second arm has its assumed proportion.
    """
    size = proportions(first, second, target)
    effect = first - second

    def std_error(a: float, b: float) -> float:
        return sqrt(first * (1 - first) / a + second * (1 - second) / b)

    def observed_at(z: float, a: float, b: float) -> float:
        if not isfinite(z):
            return float("nan")
        signed = copysign(z, z * effect) if z else 0.0

        def lacking(rate: float) -> float:
            pooled = (a * rate + b * second) / (a + b)
            spread = pooled * (1 - pooled) * (1 / a + 1 / b)
            return (rate - second) / sqrt(spread) - signed if spread > 0 else -signed

        low, high = (second, 1.0) if signed > 0 else (0.0, second)
        if lacking(low) * lacking(high) > 0:
            return float("nan")  # not even 0% or 100% reaches the boundary
        found = root(lacking, low, high, what="no proportion reaches the boundary")
        return found - second

    return Outcome(
        measure="difference of proportions", effect=effect, fixed=size,
        std_error=std_error, observed_at=observed_at,
    )  # fmt: skip


def visit_covariance(
    sd: float, visits: int, correlation: float, *, decay: bool = False
) -> Matrix:
    """A covariance of the baseline and the visits after it.

    Args:
        sd: at each visit.
        visits: after baseline, at least 1.
        correlation: of two visits, or with ``decay`` of neighboring visits.
        decay: whether it is the power of the distance (AR(1)).

    Raises:
        DesignError: EQ801.
    """
    check_positive(sd=sd)
    if not 1 <= visits <= 200:
        raise DesignError(out_of_range("visits", visits, "from 1 to 200"))
    least = -1.0 if decay else -1 / visits
    if not least < correlation < 1:
        needed = f"between {least:g} and 1"
        raise DesignError(out_of_range("correlation", correlation, needed))
    apart = np.abs(np.subtract.outer(np.arange(visits + 1), np.arange(visits + 1)))
    if not decay:
        apart = np.minimum(apart, 1)
    return np.asarray(sd**2 * float(correlation) ** apart, dtype=np.float64)


def _of_t(
    measure: str,
    effect: float,
    size: Size,
    sd: Callable[[], float],
    df: Callable[[float], float],
) -> Outcome:
    def std_error(a: float, b: float) -> float:
        return sd() * sqrt(1 / a + 1 / b)

    def observed_at(z: float, a: float, b: float) -> float:
        freedom = df(a + b)
        if not isfinite(z) or freedom <= 0:
            return float("nan")
        # Tails on the side where they are small keep all digits.
        t = copysign(float(stats.t.isf(special.ndtr(-abs(z)), freedom)), z)
        return copysign(1.0, effect) * t * std_error(a, b) if isfinite(t) else inf

    return Outcome(
        measure=measure, effect=effect, fixed=size, std_error=std_error,
        observed_at=observed_at,
    )  # fmt: skip
