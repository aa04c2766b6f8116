"""Between-within degrees of freedom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Design


@dataclass(frozen=True)
class BetweenWithin:
    """Participants for what is constant in them, rows for what varies.

    Attributes:
        Phi: covariance of the coefficients, in the basis.
        back: turns combinations in the basis into combinations of the columns of X.
        df: of each column of X.

    Source: Schluchter and Elashoff 1990, J Stat Comput Simul 37:69-87; SAS PROC MIXED,
    DDFM=BW; R mmrm, whose intercept counts as within.
    """

    Phi: Matrix
    back: Matrix
    df: Matrix

    def single(self, L: Matrix) -> Matrix:
        """The fewest of the columns that a combination uses."""
        raw = L @ self.back
        size = np.abs(raw).max(axis=1, keepdims=True)
        used = np.abs(raw) > 1e-9 * size
        return np.asarray(np.where(used, self.df, np.inf).min(axis=1))

    def joint(self, L: Matrix) -> tuple[float, float]:
        """The fewest of all rows."""
        return float(self.single(L).min()), 1.0


def column_df(
    varies: NDArray[np.bool_], intercept: int | None, n_rows: int, n_subjects: int
) -> Matrix:
    """Degrees of freedom of each column of X.

    Args:
        varies: whether a column changes within any participant.
        intercept: position of the intercept.
        n_rows: of the fit.
        n_subjects: of the fit.

    Source: docs/methods/mmrm.md, equation (between-within).
    """
    within = n_rows - n_subjects - int(varies.sum())
    between = n_subjects - int((~varies).sum())
    df = np.where(varies, within, between).astype(float)
    if intercept is not None:
        df[intercept] = within
    return df


def varying(parts: Iterable[Design]) -> NDArray[np.bool_]:
    """Whether each column of X changes within any participant."""
    found: NDArray[np.bool_] | None = None
    for part in parts:
        same = np.diff(part.subject) == 0
        changes = np.array(
            [(np.diff(part.X[:, j])[same] != 0).any() for j in range(part.X.shape[1])]
        )
        found = changes if found is None else found | changes
    return np.zeros(0, dtype=bool) if found is None else found
