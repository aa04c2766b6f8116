"""How much worse missing outcomes must be for the interval to include no difference."""

from __future__ import annotations

import numpy as np
from scipy import optimize, special

from equipoise.stats.imputation.multiple_imputation import ImputedDraws
from equipoise.stats.imputation.reference_based import ImputedDifferences
from equipoise.stats.input_checks import (
    checked_count,
    checked_level,
    checked_number,
    impossible,
)


def tipping_point(
    answer: ImputedDifferences | ImputedDraws, visit: int, level: float = 0.95
) -> float | None:
    """Points added to imputed outcomes of the treated arm until the interval includes 0.

    With conditional means the estimate moves in a straight line with delta, and so does
    each replicate: the point is the root of a quadratic equation. By Rubin's rules the
    degrees of freedom depend on delta as well: the point is searched on the same draws.

    Args:
        answer: under any strategy: ``reference_based`` (jackknife), its bootstrap, or
            ``imputed_draws`` (Rubin's rules).
        visit: position of the visit.
        level: coverage of the interval.

    Returns:
        The delta nearest to zero, its sign that of a worse result for the treated arm;
        0 where the interval includes zero already; None where no delta makes it do so,
        as when nothing is imputed.

    Raises:
        AnalysisError: EQ460, EQ462: a level or visit that is impossible.

    Example:
        In the documentation of the package ``equipoise.stats.imputation``.

    Source: Permutt 2016, Stat Med 35:2876-2879; O'Kelly and Ratitch 2014, Clinical
    Trials with Missing Data, chapter 7. By Rubin's rules it is that of PROC MI with MNAR
    ADJUST(SHIFT=) and PROC MIANALYZE, searched instead of stepped.
    """
    if not isinstance(answer, ImputedDifferences | ImputedDraws):
        raise impossible(
            f"answer is a {type(answer).__name__}, not imputed differences",
            "answer",
            "give the result of reference_based or imputed_draws",
        )
    checked_level(level)
    last = np.shape(answer.estimate)[-1] - 1
    checked_number("visit", checked_count("visit", visit), 0, last)
    if isinstance(answer, ImputedDraws):
        return _searched(answer, visit, level)
    z2 = float(special.ndtri((1 + level) / 2)) ** 2
    estimate, slope = float(answer.estimate[visit]), float(answer.slope[visit])
    a = answer.replicates[:, visit] - answer.replicates[:, visit].mean()
    b = answer.replicate_slopes[:, visit] - answer.replicate_slopes[:, visit].mean()
    share = answer.share
    v0, v1, v2 = (share * float(x) for x in (a @ a, a @ b, b @ b))
    # (estimate + delta slope)^2 = z^2 (v0 + 2 delta v1 + delta^2 v2)
    c0, c1, c2 = estimate**2 - z2 * v0, estimate * slope - z2 * v1, slope**2 - z2 * v2
    if c0 <= 0:
        return 0.0
    worse = -np.sign(estimate) * np.sign(slope)  # towards zero
    if worse == 0:
        return None
    roots = np.roots([c2, 2 * c1, c0]) if c2 != 0 else np.array([-c0 / (2 * c1)])
    real = roots[np.abs(np.imag(roots)) < 1e-12].real
    ahead = [float(root) for root in real if np.sign(root) == worse]
    return min(ahead, key=abs) if ahead else None


def _searched(answer: ImputedDraws, visit: int, level: float) -> float | None:
    """The first delta at which the interval of Rubin's rules touches zero."""
    found = answer.pooled(visit, level)
    if found.lower <= 0 <= found.upper:
        return 0.0
    slope = float(answer.slope[visit])
    if abs(slope) <= np.finfo(float).eps:
        return None
    sign = float(np.sign(found.estimate))
    toward = -sign * float(np.sign(slope))  # the direction that moves it towards zero

    def near_limit(size: float) -> float:
        """Limit of the interval nearer to zero, positive while zero is outside."""
        moved = answer.pooled(visit, level, toward * size)
        return moved.lower if sign > 0 else -moved.upper

    zero = abs(found.estimate / slope)  # here the estimate is zero: it is inside
    if near_limit(zero) > 0:
        return None
    return toward * float(optimize.brentq(near_limit, 0.0, zero, xtol=1e-10 * zero))
