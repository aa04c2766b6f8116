"""What a trial with looks found: p-value, interval and estimate by stage-wise order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from equipoise.design.sequential.plan import Sequential
from equipoise.design.sequential.recursion import crossing
from equipoise.errors import DesignError

WIDEST = 15.0  # drifts within which an end of an interval lies


@dataclass(frozen=True, slots=True)
class Stopped:
    """The result of a trial that stopped.

    Attributes:
        p: one-sided, given the looks.
        estimate: median unbiased.
        lower: end of the interval.
        upper: end of the interval.
    """

    p: float
    estimate: float
    lower: float
    upper: float


def stopped(
    design: Sequential, look: int, z: float, information: float, level: float = 0.95
) -> Stopped:
    """Inference for a trial that stopped at a look with this z.

    Args:
        design: as planned; its upper boundary orders the outcomes. Futility boundaries
            count if they bind.
        look: at which it stopped, from 1.
        z: there.
        information: there, in units of 1 / squared effect.
        level: coverage of the interval.

    Returns:
        Effects in their own unit.

    Raises:
        DesignError: EQ804, there is no such look, or z would not have stopped there.

    Source: stage-wise ordering, Tsiatis, Rosner and Mehta 1984, Biometrics 40:797-803;
    Jennison and Turnbull 2000, 8.4 and 8.5; gsDesign::gsBoundSummary, rpact
    getFinalConfidenceInterval.
    """
    last = look == len(design.timing)
    inside = 1 <= look <= len(design.timing)
    if not inside or not (
        last or z >= design.upper[look - 1] or z <= _low(design, look)
    ):
        raise DesignError.single(
            "EQ804",
            f"the trial does not stop at look {look} with z = {z:g}",
            where="design, look",
            fix=f"looks are 1 to {len(design.timing)}; give the z at which it stopped",
        )
    part = design.timing[:look]
    scale = float(np.sqrt(information / part[-1]))  # information of the whole trial

    def higher(drift: float) -> float:
        """Probability of an outcome at least as high."""
        upper = np.append(design.upper[: look - 1], z)
        lower = np.array([_low(design, k + 1) for k in range(look - 1)] + [-np.inf])
        return float(crossing(upper, lower, part, drift).upper.sum())

    def at(probability: float) -> float:
        found = optimize.brentq(
            lambda d: higher(d) - probability, -WIDEST, WIDEST, xtol=1e-12
        )
        return float(found) / scale

    tail = (1 - level) / 2
    return Stopped(higher(0.0), at(0.5), at(tail), at(1 - tail))


def _low(design: Sequential, look: int) -> float:
    return float(design.lower[look - 1]) if design.binding else -np.inf
