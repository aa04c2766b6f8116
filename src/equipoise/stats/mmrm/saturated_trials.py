"""One difference in many trials whose participants differ, fitted together.

The model is ``y ~ arm * visit + x * visit + us(visit | participant)`` with any number of
covariates x. As in ``mmrm_batch`` all trials are searched together; here each trial has
its own arms, covariates and visits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.joint_search import JointFits, search
from equipoise.stats.mmrm.pattern_trials import PatternTrials, patterns
from equipoise.stats.mmrm.saturated import SAME, Saturated
from equipoise.stats.mmrm.scaling import WIDE
from equipoise.stats.mmrm.trials import Shared

LEVEL = 0.95


def differences(
    arm: NDArray[np.intp],
    n_arms: int,
    pair: tuple[int, int],
    covariates: Matrix,
    y: Matrix,
    at: int,
) -> Matrix:
    """The difference of two arms at a visit, with Satterthwaite's degrees of freedom.

    Args:
        arm: of each participant, R x N.
        n_arms: in the model; a trial without one of them is fitted alone.
        pair: the arm, and that which is subtracted.
        covariates: R x N x m; finite where the participant has an outcome.
        y: outcomes, R x N x T, NaN where missing.
        at: position of the visit.

    Returns:
        R x (estimate, standard error, df, lower, upper, p), the numbers that ``mmrm``
        gives; NaN for a trial that must be fitted alone: the search did not converge,
        columns are aliased, or visits need units. The numbers of a trial do not depend
        on those that are fitted with it.
    """
    known = np.asarray(~np.isnan(y))
    rated = np.asarray(known.any(axis=2))
    columns = _columns(arm, n_arms, pair, covariates)
    z, last = _orthonormal(np.where(rated[..., None], columns, 0.0))
    (_, N, T), q = y.shape, z.shape[2]
    shared = Shared(np.zeros((N, T, T * q)), reml=True)
    found = JointFits.empty(len(y), 1, T * q, T)
    L = np.zeros((1, T * q))
    L[0, at * q + q - 1] = 1.0
    # Sums over another number of patterns are rounded in another way.
    number = patterns(known)[1].max(axis=1)
    with np.errstate(all="ignore"):  # what cannot be fitted leaves as NaN
        for G in np.unique(number[last != 0]):
            own = np.flatnonzero((number == G) & (last != 0))
            design = Saturated(z[own], np.eye(T * q), shared)
            search(PatternTrials.of(design, y[own]), L, own, found)
        spread = np.sqrt(np.diagonal(found.S, axis1=1, axis2=2))
        wide = spread.max(axis=1) > WIDE * spread.min(axis=1)
        value = found.value[:, 0] / last
        error = np.sqrt(found.variance[:, 0]) / np.abs(last)
        df = found.df[:, 0]
        half = t_quantile((1 + LEVEL) / 2, df) * error
        p = t_two_sided(value / error, df)
    made = np.column_stack([value, error, df, value - half, value + half, p])
    made[wide | ~found.converged] = np.nan
    return made


def _columns(
    arm: NDArray[np.intp], n_arms: int, pair: tuple[int, int], covariates: Matrix
) -> Matrix:
    """Rows of participants whose last coefficient is the difference: R x N x q."""
    others = [k for k in range(n_arms) if k not in pair]
    indicators = [np.ones(arm.shape), *(arm == k for k in others)]
    columns = [*indicators, *np.moveaxis(covariates, 2, 0), arm == pair[0]]
    return np.stack(columns, axis=2).astype(float)


def _orthonormal(x: Matrix) -> tuple[Matrix, Matrix]:
    """An orthonormal basis, R x N x q, and by what its last coefficient is divided: R.

    The divisor is 0 where a column depends on the others.
    """
    z, upper = np.linalg.qr(x)
    diagonal = np.abs(np.diagonal(upper, axis1=1, axis2=2))
    size = np.sqrt((x**2).sum(axis=1))
    sound = (diagonal > SAME * size).all(axis=1)
    return z, np.where(sound, upper[:, -1, -1], 0.0)
