"""What a trial with looks found: p-value, interval and estimate by stage-wise order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.design.requirements import check_fractions, check_positive, out_of_range
from equipoise.design.root import expanding_root
from equipoise.design.sequential.plan import Sequential
from equipoise.design.sequential.recursion import crossing
from equipoise.errors import DesignError

MOST_Z = 30.0  # a z beyond any trial


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
        DesignError: EQ801, a number is out of range; EQ804, there is no such look, or z
            would not have stopped there; EQ808, no effect has this probability.

    Source: stage-wise ordering, Tsiatis, Rosner and Mehta 1984, Biometrics 40:797-803;
    Jennison and Turnbull 2000, 8.4 and 8.5; gsDesign::gsBoundSummary, rpact
    getFinalConfidenceInterval.
    """
    check_positive(information=information)
    check_fractions(level=level)
    if not abs(z) <= MOST_Z:
        raise DesignError(out_of_range("z", z, f"from -{MOST_Z:g} to {MOST_Z:g}"))
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
        found = expanding_root(
            lambda drift: higher(drift) - probability,
            z / float(np.sqrt(part[-1])),
            4.0,
            what=f"no effect reaches this result with probability {probability:g}",
        )
        return found / scale

    tail = (1 - level) / 2
    return Stopped(higher(0.0), at(0.5), at(tail), at(1 - tail))


def _low(design: Sequential, look: int) -> float:
    return float(design.lower[look - 1]) if design.binding else -np.inf
