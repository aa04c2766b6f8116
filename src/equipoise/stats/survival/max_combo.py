"""The max-combo test: the largest of several weighted log-rank statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.stats.input_checks import (
    checked_count,
    checked_groups,
    checked_number,
    checked_option,
    checked_survival,
    float_array,
    impossible,
)
from equipoise.stats.options import EVENT_ALTERNATIVES, EventAlternative
from equipoise.stats.result import Result
from equipoise.stats.survival.columns import as_frame, column, strata_codes
from equipoise.stats.survival.rank_scores import fleming_harrington, rank_scores
from equipoise.stats.survival.ties import with_ties

Matrix = NDArray[np.float64]
WEIGHTS = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0))
POINTS = 2**17  # of the integration: p is right to 3e-4 of itself
FLAT = 1e-10  # relative size of an eigenvalue that is 0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MaxCombo(Result):
    """A max-combo test of two groups.

    Attributes:
        z: the statistic of largest size; negative where the treated have fewer events
            than expected.
        p: adjusted for the choice among the statistics.
        alternative: ``two-sided``, ``fewer`` or ``more`` events among the treated.
        tests: ``weights, z, p``, a row for each statistic; p not adjusted.
        correlation: of the statistics.
    """

    z: float
    p: float
    alternative: str
    tests: pd.DataFrame
    correlation: Matrix


def max_combo(
    time: ArrayLike | str,
    event: ArrayLike | str,
    treated: ArrayLike | str,
    strata: Any = None,
    *,
    weights: Sequence[tuple[float, float]] = WEIGHTS,
    alternative: EventAlternative = "two-sided",
    data: Any = None,
) -> MaxCombo:
    """Largest of several Fleming-Harrington statistics, for hazards not proportional.

    Args:
        time: N, not negative.
        event: N, True for an event.
        treated: N, True for the group of interest.
        strata: N, or a frame of columns; as in ``log_rank``.
        weights: pairs (rho, gamma): the weight is S^rho (1 - S)^gamma.
        alternative: ``two-sided``; ``fewer`` events among the treated, so that a late
            harm cannot be reported as an effect; or ``more``.
        data: frame in which the other arguments name columns.

    Returns:
        p is the probability that the largest of correlated normal statistics is at
        least as extreme. The correlation is estimated, with the hypergeometric
        variance, and may be singular: the weights (0, 1) and (1, 0) add up to (0, 0).

    Raises:
        AnalysisError: EQ460, an unknown alternative or column; EQ461, times or events
            are impossible; EQ462, lengths differ, a group is empty, there are no
            weights, or a statistic has variance 0.

    Example:
        >>> time, event = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
        >>> test = max_combo(time, event, [True] * 5 + [False] * 5)
        >>> round(test.z, 3), round(test.p, 2), len(test.tests)
        (-1.294, 0.32, 4)

    Source: Lin and others 2020, Stat Biopharm Res 12:187-198; Karrison 2016, Stata J
    16:678-690 (the covariance); Somerville 1998, Comput Stat 13:289-301 (the integral).
    """
    checked_option("alternative", alternative, EVENT_ALTERNATIVES)
    given = float_array("weights", weights)
    if given.ndim != 2 or given.shape[1] != 2:
        raise impossible(
            f"weights have shape {given.shape}, not pairs of rho and gamma", "weights"
        )
    checked_count("number of weights", len(given), 1)
    frame = as_frame(data)
    arm = column(frame, treated, "treated")
    times, events = checked_survival(
        column(frame, time, "time"), column(frame, event, "event"), treated=arm
    )
    group = checked_groups(arm).astype(np.intp)
    cells = strata_codes(strata, len(times), frame)
    (times,) = with_ties(times)
    pairs = [
        fleming_harrington(checked_number("rho", r, 0), checked_number("gamma", g, 0))
        for r, g in given.tolist()
    ]
    scores = rank_scores(times, events, group, 2, cells, pairs)
    V = scores.covariance[:, :, 1, 1]
    error = np.sqrt(np.maximum(np.diag(V), 0.0))
    if not (error > 0).all():
        empty = [p.text for p, e in zip(pairs, error, strict=True) if not e > 0]
        raise impossible(
            f"no event with a weight compares the groups, for {', '.join(empty)}",
            "event",
            "compare groups in which the event was possible, or leave out this weight",
        )
    z = (scores.observed - scores.expected)[:, 1] / error
    R = V / np.outer(error, error)
    sides = {"two-sided": np.abs(z), "fewer": -z, "more": z}[alternative]
    chosen = int(np.argmax(sides))
    p = exceedance(float(sides[chosen]), R, two_sided=alternative == "two-sided")
    single = special.ndtr(-sides) * (2 if alternative == "two-sided" else 1)
    tests = pd.DataFrame({"weights": [w.text for w in pairs], "z": z, "p": single})
    return MaxCombo(float(z[chosen]), p, alternative, tests, R)


def exceedance(size: float, R: Matrix, *, two_sided: bool) -> float:
    """Probability that the largest of correlated normal variables exceeds ``size``.

    A normal vector is a direction times a length. The length is integrated in closed
    form (its square is a chi-square variable), the direction by quasi-random points.

    Args:
        size: of the observed maximum.
        R: correlation; may be singular.
        two_sided: of the absolute values.
    """
    from scipy.stats import qmc  # a second of import, for this alone

    if len(R) == 1 or np.allclose(R, 1.0, rtol=0, atol=FLAT):
        return float(special.ndtr(-size) * (2 if two_sided else 1))
    values, vectors = np.linalg.eigh(R)
    real = values > FLAT * values[-1]
    A = vectors[:, real] * np.sqrt(values[real])  # R = A A'
    rank = A.shape[1]
    uniform = qmc.Sobol(rank, scramble=False).random(POINTS)
    points = special.ndtri(uniform + 0.5 / POINTS)
    directions = points / np.sqrt((points**2).sum(axis=1, keepdims=True))
    if two_sided:
        largest = np.abs(directions @ A.T).max(axis=1)
        return float(special.chdtrc(rank, (size / largest) ** 2).mean())
    # Beyond ``size`` from the length size / largest on; never if the largest is below 0.
    largest = (directions @ A.T).max(axis=1)
    with np.errstate(divide="ignore"):
        square = (size / largest) ** 2
    tail = special.chdtrc(rank, square)
    if size > 0:
        return float(np.where(largest > 0, tail, 0.0).mean())
    return float(np.where(largest >= 0, 1.0, 1 - tail).mean())
