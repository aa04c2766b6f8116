"""Simultaneous tests and intervals of the contrasts of a mixed model."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from equipoise.numerics.distributions import t_quantile
from equipoise.stats.input_checks import checked_option
from equipoise.stats.multiplicity import ADJUSTMENTS

Matrix = NDArray[np.float64]

Adjustment = Literal["none", "bonferroni", "holm", "hochberg", "mvt"]
POINTS = 2**14
FLAT = 1e-10  # part of the largest eigenvalue that counts as zero


def adjusted(
    table: pd.DataFrame, correlation: Matrix, method: Adjustment, level: float
) -> pd.DataFrame:
    """Adds ``p_adjusted`` for all rows together.

    With ``bonferroni`` and ``mvt`` also ``lower_adjusted`` and ``upper_adjusted``, which
    cover all rows together; step-wise methods have no such intervals.

    Args:
        table: ``estimate, std_error, df, t, p``; rows without an estimate do not count.
        correlation: of the estimates.
        method: ``mvt`` is the multivariate t distribution with the fewest degrees of
            freedom of the rows; where those differ it errs to the safe side.
        level: simultaneous coverage.

    Raises:
        AnalysisError: EQ407, no such adjustment.

    Source: Holm 1979, Scand J Stat 6:65-70; Hochberg 1988, Biometrika 75:800-802;
    Hothorn, Bretz and Westfall 2008, Biom J 50:346-363.
    """
    names = get_args(Adjustment)
    checked_option("adjust", method, names, code="EQ407", where="contrasts")
    if method == "none":
        return table
    known = table["p"].notna().to_numpy()
    part = table[known]
    p = part["p"].to_numpy(float)
    made = pd.DataFrame(index=part.index)
    factor: Matrix | float | None = None
    if method == "mvt":
        made["p_adjusted"], factor = _mvt(
            part, correlation[np.ix_(known, known)], level
        )
    else:
        made["p_adjusted"] = ADJUSTMENTS[method](p)
    if method == "bonferroni":
        df = part["df"].to_numpy(float)
        factor = t_quantile(1 - (1 - level) / 2 / len(p), df)
    if factor is not None:
        half = factor * part["std_error"]
        made["lower_adjusted"] = part["estimate"] - half
        made["upper_adjusted"] = part["estimate"] + half
    return table.join(made)


def _mvt(part: pd.DataFrame, R: Matrix, level: float) -> tuple[Matrix, float]:
    """p-values and the quantile of the largest absolute t.

    A vector of t statistics is a direction times a length. The length is integrated in
    closed form (its square over the rank is an F variable), the direction by
    quasi-random points; R may be singular, as it is for all pairs of three arms.

    Source: Somerville 1998, Comput Stat 13:289-301; docs/methods/mmrm.md, equation
    (multivariate-t).
    """
    from scipy import optimize  # as the next, a long import for this alone
    from scipy.stats import qmc

    df = float(part["df"].min())
    t = np.abs(part["t"].to_numpy(float))
    values, vectors = np.linalg.eigh(R)
    real = values > FLAT * values[-1]
    A = vectors[:, real] * np.sqrt(values[real])  # R = A A'
    rank = A.shape[1]
    cells = qmc.Sobol(rank, scramble=False).random(POINTS)
    points = special.ndtri(cells + 0.5 / POINTS)
    length = np.sqrt((points**2).sum(axis=1, keepdims=True))
    largest = np.abs((points / length) @ A.T).max(axis=1)

    def outside(size: float) -> float:
        """Probability that some |t| exceeds ``size``."""
        square = (size / largest) ** 2 / rank
        if np.isinf(df):
            return float(special.chdtrc(rank, square * rank).mean())
        return float(special.fdtrc(rank, df, square).mean())

    p = np.array([outside(size) for size in t])
    least = float(t_quantile((1 + level) / 2, df))
    most = float(t_quantile(1 - (1 - level) / 2 / len(t), df))
    quantile = optimize.brentq(
        lambda size: outside(size) - (1 - level), 0.9 * least, 1.1 * most
    )
    return np.maximum(p, part["p"].to_numpy(float)), float(quantile)
