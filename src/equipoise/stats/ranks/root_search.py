"""Brent's search for a root of a falling function, step for step as R's ``uniroot``.

On a step function the result depends on the steps of the search: only the same algorithm
prints the same digits. ``scipy.optimize.brentq`` is another variant.

Source: Brent 1973, Algorithms for Minimization Without Derivatives, chapter 4 (zeroin).
"""

from __future__ import annotations

from collections.abc import Callable

EPSILON = 2.0**-52
MAX_STEPS = 1000


def brent_root(
    function: Callable[[float], float], low: float, high: float, tolerance: float
) -> float:
    """A root of a falling function; an end of the interval where it has no root inside."""
    a, b = low, high
    fa, fb = function(a), function(b)
    if fa <= 0:
        return a
    if fb >= 0:
        return b
    c, fc = a, fa
    for _ in range(MAX_STEPS):
        previous = b - a
        if abs(fc) < abs(fb):
            a, b, c = b, c, b
            fa, fb, fc = fb, fc, fb
        least = 2 * EPSILON * abs(b) + tolerance / 2
        step = (c - b) / 2
        if abs(step) <= least or fb == 0:
            return b
        if abs(previous) >= least and abs(fa) > abs(fb):
            step = _interpolated((a, fa), (b, fb), (c, fc), (previous, least, step))
        if abs(step) < least:
            step = least if step > 0 else -least
        a, fa = b, fb
        b += step
        fb = function(b)
        if (fb > 0) == (fc > 0) and fb != 0 and fc != 0:
            c, fc = a, fa
    return b


def _interpolated(
    before: tuple[float, float],
    best: tuple[float, float],
    other: tuple[float, float],
    steps: tuple[float, float, float],
) -> float:
    """The secant or inverse quadratic step, if it stays inside; otherwise bisection."""
    (a, fa), (b, fb), (c, fc) = before, best, other
    previous, least, bisection = steps
    across = c - b
    if a == c:
        t1 = fb / fa
        p, q = across * t1, 1 - t1
    else:
        q, t1, t2 = fa / fc, fb / fc, fb / fa
        p = t2 * (across * q * (q - t1) - (b - a) * (t1 - 1))
        q = (q - 1) * (t1 - 1) * (t2 - 1)
    if p > 0:
        q = -q
    else:
        p = -p
    inside = p < 0.75 * across * q - abs(least * q) / 2 and p < abs(previous * q / 2)
    return p / q if inside else bisection
