"""Roots of monotone functions, in a bracket that is known to hold or is refused."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

from scipy import optimize

from equipoise.errors import DesignError

DOUBLINGS = 60  # of a step: a bracket is at most 1e18 times its first width


def root(
    function: Callable[[float], float],
    low: float,
    high: float,
    *,
    what: str,
    fix: str = "choose less extreme assumptions",
    xtol: float = 1e-13,
) -> float:
    """Where a function changes its sign between two numbers.

    Args:
        function: monotone between ``low`` and ``high``.
        low: one end.
        high: the other end, at which the function has the other sign.
        what: the message if it has not.
        fix: what to do then.
        xtol: absolute tolerance of the answer.

    Raises:
        DesignError: EQ808, both ends are on the same side.
    """
    first, last = function(low), function(high)
    if first == 0:
        return low
    if last == 0:
        return high
    if not (isfinite(first) and isfinite(last)) or (first > 0) == (last > 0):
        raise unsolvable(what, fix)
    return float(optimize.brentq(function, low, high, xtol=xtol, rtol=1e-14))


def expanding_root(
    rising: Callable[[float], float],
    start: float,
    step: float,
    *,
    what: str,
    fix: str = "choose less extreme assumptions",
    xtol: float = 1e-12,
) -> float:
    """Where a rising function of any number is zero; the bracket grows from a start.

    Args:
        rising: not falling anywhere.
        start: a first guess.
        step: first width of the bracket on either side, above 0; it is doubled.
        what: the message if there is no change of sign.
        fix: what to do then.
        xtol: absolute tolerance of the answer.

    Raises:
        DesignError: EQ808.
    """
    low, high = start - step, start + step
    for _ in range(DOUBLINGS):
        if rising(low) <= 0:
            break
        low -= step
        step *= 2
    step = high - start
    for _ in range(DOUBLINGS):
        if rising(high) >= 0:
            break
        high += step
        step *= 2
    return root(rising, low, high, what=what, fix=fix, xtol=xtol)


def unsolvable(what: str, fix: str) -> DesignError:
    """EQ808: no number solves the equation of the design."""
    return DesignError.single("EQ808", what, where="design", fix=fix)
