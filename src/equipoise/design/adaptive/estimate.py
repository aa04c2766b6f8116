"""The mean of a selected dose, without selection bias."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Matrix = NDArray[np.float64]


def conditionally_unbiased(
    first: Matrix,
    second: Matrix,
    floor: Matrix,
    variances: tuple[Matrix | float, Matrix | float],
) -> Matrix:
    """Mean of a dose that continued, unbiased for any selection.

    Of all estimates that are unbiased given the choice, the one with the least variance:
    the mean of the second stage alone, averaged over all that could have led to the same
    mean of both stages and the same choice.

    Args:
        first: means of the first stage, any shape.
        second: means of the second stage.
        floor: what the mean of the first stage had to exceed to continue, the largest mean
            of the doses dropped; -inf where nothing was dropped.
        variances: of the two means, known.

    Returns:
        Estimates in the shape of ``first``.

    Source: Cohen and Sackrowitz 1989, Stat Probab Lett 8:273-278; Bowden and Glimm 2008,
    Biom J 50:515-527, equation for unequal stages.
    """
    v1, v2 = variances
    total = v1 + v2
    both = (v2 * first + v1 * second) / total
    away = np.sqrt(total) / v1 * (both - floor)
    # phi / Phi by logarithms: it stays finite far below the floor
    log = -0.5 * away**2 - np.log(2 * np.pi) / 2 - special.log_ndtr(away)
    return np.asarray(both - v2 / np.sqrt(total) * np.exp(log))
