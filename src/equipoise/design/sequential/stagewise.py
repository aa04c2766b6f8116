"""Inference after a two-sided group sequential test, by the stage-wise order of outcomes.

With one analysis, P value, estimate and interval are those of that analysis: they are
taken from its own test and interval, and not from a normal approximation of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from scipy import special, stats

from equipoise.design.requirements import check_finite, check_fractions, check_positive
from equipoise.design.root import expanding_root
from equipoise.design.sequential.plan import Sequential
from equipoise.design.sequential.recursion import crossing

Pivot = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class FinalInference:
    """The result of a trial with interim analyses.

    Attributes:
        p: two-sided.
        estimate: median unbiased, in the direction of benefit.
        lower: end of the interval.
        upper: end of the interval.
    """

    p: float
    estimate: float
    lower: float
    upper: float


def stagewise(
    design: Sequential,
    z: float,
    pivot: Pivot,
    information: float,
    *,
    level: float = 0.95,
) -> FinalInference:
    """P value, median-unbiased estimate and interval of a trial that has ended.

    An outcome at an earlier analysis is more extreme than one at a later analysis; of
    two at the same analysis, that with the larger statistic is. A trial stops at a z of
    the size of the efficacy boundary on either side. A futility boundary counts if it is
    binding; a trial may pass one that is not.

    Args:
        design: the analyses of the trial up to its last one, at their actual information.
        z: of the planned test at the last one, positive in the direction of benefit.
        pivot: effect -> z of the test that this is the effect, falling.
        information: at the last one, in units of 1 / squared effect.
        level: coverage of the interval.

    Returns:
        Effects in the direction of benefit. The P value is twice the smaller tail; it is
        at most ``2 * alpha`` exactly if a boundary is crossed (to 1e-7: boundaries count
        one side).

    Raises:
        DesignError: EQ801, a number is out of range; EQ808, no effect has this
            probability.

    Example:
        >>> import numpy as np
        >>> one = Sequential(np.ones(1), np.array([1.96]), np.array([-np.inf]), 0.025,
        ...                  0.9, 3.24, False)
        >>> found = stagewise(one, 2.0, normal_pivot(1.0, 0.5), 4.0)
        >>> round(found.p, 4), found.estimate, round(found.lower, 3)
        (0.0455, 1.0, 0.02)

    Source: Tsiatis, Rosner and Mehta 1984, Biometrics 40:797-803; Jennison and Turnbull
    2000, 8.4 and 8.5; rpact ``getFinalPValue``, ``getFinalConfidenceInterval``.
    """
    check_finite(z=z)
    check_positive(information=information)
    check_fractions(level=level)
    timing = design.timing
    root = sqrt(information)
    scale = root / sqrt(float(timing[-1]))  # drift of a unit effect
    before = len(timing) - 1
    low = np.maximum(-design.upper, design.lower if design.binding else -inf)
    lower = np.append(low[:before], -inf)

    def higher(effect: float, statistic: float) -> float:
        """Probability of an outcome at least as high as this statistic of the test."""
        upper = np.append(design.upper[:before], statistic + effect * root)
        return float(crossing(upper, lower, timing, effect * scale).upper.sum())

    def at(probability: float) -> float:
        return expanding_root(
            lambda effect: higher(effect, pivot(effect)) - probability,
            z / root,
            2.0 / root,
            what=f"no effect reaches this result with probability {probability:g}",
        )

    one = higher(0.0, z)
    tail = (1 - level) / 2
    if before == 0:  # P values far below the accuracy of an integral
        one = float(special.ndtr(-z))
    p = 2 * min(one, 1 - one if before else float(special.ndtr(z)))
    return FinalInference(min(p, 1.0), at(0.5), at(tail), at(1 - tail))


def t_pivot(estimate: float, std_error: float, df: float) -> Pivot:
    """The normal z with the P value of the t test of an effect.

    Args:
        estimate: in the direction of benefit.
        std_error: of it.
        df: of the t distribution, inf for the normal.
    """

    def z(effect: float) -> float:
        t = (estimate - effect) / std_error
        size = min(-special.ndtri(stats.t.sf(abs(t), df)), 37.0)
        return float(np.copysign(size, t))

    return z


def normal_pivot(estimate: float, below: float, above: float | None = None) -> Pivot:
    """Z of an effect with a standard error for smaller effects, and one for larger.

    Args:
        estimate: in the direction of benefit.
        below: standard error for the test of effects below the estimate.
        above: for those above; None for the same.
    """
    larger = below if above is None else above
    return lambda effect: (estimate - effect) / (below if effect < estimate else larger)
