"""How much worse missing outcomes must be for the interval to include no difference."""

from __future__ import annotations

import numpy as np
from scipy import special

from equipoise.stats.imputation.reference_based import ImputedDifferences
from equipoise.stats.input_checks import (
    checked_count,
    checked_level,
    checked_number,
    impossible,
)


def tipping_point(
    answer: ImputedDifferences, visit: int, level: float = 0.95
) -> float | None:
    """Points added to imputed outcomes of the treated arm until the interval includes 0.

    The estimate moves in a straight line with delta, and so does each replicate: the
    point is the root of a quadratic equation, not of a search.

    Args:
        answer: under any strategy.
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
    Trials with Missing Data, chapter 7.
    """
    if not isinstance(answer, ImputedDifferences):
        raise impossible(
            f"answer is a {type(answer).__name__}, not imputed differences",
            "answer",
            "give the result of reference_based",
        )
    checked_level(level)
    checked_number("visit", checked_count("visit", visit), 0, len(answer.estimate) - 1)
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
