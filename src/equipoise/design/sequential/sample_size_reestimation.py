"""A size that is looked at again: blinded variance, and the promising zone."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.fixed.means import means
from equipoise.design.requirements import (
    Size,
    Target,
    check_finite,
    check_positive,
    out_of_range,
)
from equipoise.design.root import expanding_root, root
from equipoise.design.sequential.boundaries import check_error
from equipoise.errors import DesignError

Zone = Literal["unfavourable", "promising", "favourable"]


def blinded(
    outcomes: NDArray[np.float64], difference: float, target: Target | None = None
) -> Size:
    """The size by the variance of all outcomes together, arms unknown.

    The variance of the mixture is used unchanged: it contains the assumed effect too, which
    errs towards too many and keeps the error of the test.

    Args:
        outcomes: of all participants rated so far, at least 3.
        difference: assumed at the start.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801, fewer than 3 outcomes, or they do not vary.

    Source: Kieser and Friede 2003, Stat Med 22:3571-3581 (one-sample variance).
    """
    check_positive(outcomes=len(outcomes) - 2)
    return means(difference, float(np.std(outcomes, ddof=1)), target)


@dataclass(frozen=True, slots=True)
class Decision:
    """What an unblinded look does to the second stage.

    Attributes:
        zone: where the conditional power lies.
        conditional_power: at the trend so far, with the planned size.
        factor: final information as a multiple of the planned one.
    """

    zone: Zone
    conditional_power: float
    factor: float


def promising_zone(
    z: float,
    timing: float,
    *,
    alpha: float = 0.025,
    target: float = 0.9,
    most: float = 2.0,
) -> Decision:
    """Whether a second stage is made larger, with the final test unchanged.

    Args:
        z: at the interim look.
        timing: its information fraction, between 0 and 1.
        alpha: one-sided error of the final test.
        target: conditional power that is aimed for.
        most: largest final information, as a multiple of the planned one, above 1.

    Raises:
        DesignError: EQ801, EQ804.

    Source: Mehta and Pocock 2011, Stat Med 30:3267-3284; the least conditional power
    from which the plain test keeps its error, Gao, Ware and Mehta 2008, J Biopharm Stat
    18:1184-1196.
    """
    check_finite(z=z)
    check_error(alpha)
    if not alpha < target < 1 - 1e-12:
        raise DesignError(out_of_range("target", target, "between the error and 1"))
    if not 0 < timing < 1 or not 1 < most < inf:
        raise DesignError.single(
            "EQ804",
            f"a look at {timing:g} with at most {most:g} times the information",
            where="design, promising zone",
            fix="look between 0 and 1, and allow more than 1",
        )
    now = _power(z, timing, 1.0, alpha)
    if now >= target:
        return Decision("favourable", now, 1.0)
    if z <= 0 or now < least_power(timing, alpha, target, most):
        return Decision("unfavourable", now, 1.0)
    return Decision("promising", now, _enough(z, timing, alpha, target, most))


def least_power(timing: float, alpha: float, target: float, most: float) -> float:
    """Conditional power from which the final test may keep its critical value.

    It is where the critical value that would keep the error exactly, after the size has
    been changed as it will be, comes down to the planned one.
    """
    critical = float(-special.ndtri(alpha))

    def excess(z: float) -> float:
        final = _enough(z, timing, alpha, target, most)
        return _exact(z, timing, final, critical) - critical

    top = expanding_root(
        lambda z: _power(z, timing, 1.0, alpha) - target,
        5.0,
        10.0,
        what=f"no z at the interim analysis has a conditional power of {target:g}",
        xtol=2e-12,
    )
    grid = np.linspace(1e-6, top, 400)
    bad = [z for z in grid if excess(float(z)) > 1e-12]
    if not bad:
        return _power(1e-6, timing, 1.0, alpha)
    worst = float(max(bad))
    if worst >= top - 1e-9:
        return target
    step = float(grid[1] - grid[0])
    edge = root(excess, worst, min(worst + step, top), what="no edge", xtol=1e-10)
    return _power(edge, timing, 1.0, alpha)


def _exact(z: float, timing: float, final: float, critical: float) -> float:
    """Critical value that keeps the conditional error once the end is at ``final``."""
    left = (critical - z * np.sqrt(timing)) / np.sqrt(1 - timing)
    return float(
        (z * np.sqrt(timing) + left * np.sqrt(final - timing)) / np.sqrt(final)
    )


def _power(z: float, timing: float, final: float, alpha: float) -> float:
    """Conditional power at the current trend, the end at ``final`` information."""
    critical = float(-special.ndtri(alpha))
    trend = z / np.sqrt(timing)
    mean = z * np.sqrt(timing) + trend * (final - timing)
    need = critical * np.sqrt(final)
    return float(special.ndtr((mean - need) / np.sqrt(final - timing)))


def _enough(z: float, timing: float, alpha: float, target: float, most: float) -> float:
    """Final information at which conditional power reaches its target, or the most."""
    if _power(z, timing, most, alpha) <= target:
        return most
    if _power(z, timing, 1.0, alpha) >= target:
        return 1.0
    return root(
        lambda final: _power(z, timing, final, alpha) - target,
        1.0,
        most,
        what=f"no final information has a conditional power of {target:g}",
        xtol=1e-12,
    )
