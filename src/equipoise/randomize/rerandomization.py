"""A test that rests on nothing but the randomization that was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.rng import stream

ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Rerandomized:
    """The observed statistic among those of other lists.

    Attributes:
        p: two-sided; never 0.
        std_error: Monte Carlo error of p.
        draws: other lists.
    """

    statistic: float
    p: float
    std_error: float
    draws: int


def rerandomization_test(
    outcome: NDArray[np.float64],
    treated: NDArray[np.bool_],
    redraw: Callable[[np.random.Generator], NDArray[np.bool_]],
    *,
    covariates: NDArray[np.float64] | None = None,
    draws: int = 10_000,
    seed: int = 0,
) -> Rerandomized:
    """Whether another list could have given so large a difference.

    The outcomes stay with the participants, in the order in which they were randomized;
    the list is drawn again by the method of the trial, its strata and blocks included.
    The statistic is the difference of means of the outcome, or of its residuals from a
    regression on the covariates without the arm.

    Args:
        outcome: n, finite.
        treated: n, as it was.
        redraw: gives another list from a generator.
        covariates: n x c; None for none.
        draws: other lists.
        seed: of the draws.

    Raises:
        ValueError: an arm has nobody, or outcomes are not finite.

    Example:
        >>> outcome, arm = np.array([9.0, 7, 8, 3, 2, 4]), np.arange(6) < 3
        >>> redraw = lambda draw: draw.permutation(arm)
        >>> test = rerandomization_test(outcome, arm, redraw, draws=999)
        >>> test.statistic, round(test.p, 2)  # 2 of 20 lists give so large a difference
        (5.0, 0.11)

    Source: Rosenberger and Lachin 2016, chapter 6; residuals: Gail, Tan and Piantadosi
    1988, Biometrika 75:57-64; p as in Phipson and Smyth 2010.
    """
    if treated.all() or not treated.any() or not np.isfinite(outcome).all():
        raise ValueError("each arm needs somebody, and each participant an outcome")
    y = outcome - outcome.mean()
    if covariates is not None:
        X = np.column_stack([np.ones(len(y)), covariates])
        y = outcome - X @ np.linalg.lstsq(X, outcome, rcond=None)[0]
    observed = _difference(y, treated)
    rng = stream(seed, "rerandomization")
    extreme = 0
    for _ in range(draws):
        other = redraw(rng)
        if other.all() or not other.any():
            continue  # such a list has no statistic, and is no more extreme
        extreme += abs(_difference(y, other)) >= abs(observed) - ROUNDING
    p = (extreme + 1) / (draws + 1)
    return Rerandomized(observed, p, float(np.sqrt(p * (1 - p) / draws)), draws)


def _difference(y: NDArray[np.float64], treated: NDArray[np.bool_]) -> float:
    return float(y[treated].mean() - y[~treated].mean())
