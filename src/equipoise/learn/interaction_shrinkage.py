"""Penalized interactions of the arm with candidates, of many data sets together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]

SD_OF_EFFECTS = 0.5  # scale of the half-normal prior, in residual SDs
SD_OF_PROGNOSIS = 1.0  # the same for the main effects of the candidates
NODES = (7, 4)  # of the quadrature over the SDs of effects, and of prognosis


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Posterior means of penalized interactions.

    Attributes:
        interactions: (sets, p) change of the effect for one SD of each candidate.
        centers: (sets, p) mean of each candidate among those that were fitted.
        scales: (sets, p) SD among them.
        sd_of_effects: (sets,) posterior mean of the SD of the effect between
            participants, in residual SDs.
    """

    interactions: Floats
    centers: Floats
    scales: Floats
    sd_of_effects: Floats

    def scores(self, values: Floats) -> Floats:
        """The interaction part of the predicted effect: never its mean.

        Args:
            values: (n, p) candidates; a missing one (NaN) is the mean of the fitted.

        Returns:
            (sets, n), in units of the outcome.
        """
        slopes = self.interactions / self.scales
        known = np.isfinite(values)
        own = slopes @ np.where(known, values, 0.0).T
        return np.asarray(own - (slopes * self.centers) @ known.T)


def shrink(
    outcomes: Floats, arms: Floats, values: Floats, fitted: NDArray[np.bool_]
) -> Shrunk:
    """Fits penalized interactions to the marked participants of each data set.

    The outcome has an unpenalized mean and effect of the arm; main effects N(0, σ² m²/p)
    and interactions N(0, σ² g²/p) of the p standardized candidates are two groups, each
    with its own half-normal prior of the SD of what they sum up to. The arm is coded
    around its mean. σ² and the unpenalized part are integrated out as in REML, m and g
    over equally probable points of their priors.

    Args:
        outcomes: (sets, n).
        arms: (sets, n) 1 in the arm of interest, else 0; both among the marked.
        values: (n, p), NaN where missing: such a value is the mean of the fitted.
        fitted: (sets, n) who is fitted; the others change nothing, their scale included.

    Source: Gelman 2006, Bayesian Anal 1:515-534 (half-normal prior of an SD); Patterson
    and Thompson 1971, Biometrika 58:545-554 (REML).
    """
    marked = fitted.astype(float)
    count = marked.sum(axis=1)
    known = np.isfinite(values)
    values = np.where(known, values, 0.0)
    have = np.maximum(marked @ known, 2.0)
    centers = marked @ values / have
    away = (values[None] - centers[:, None, :]) * (marked[:, :, None] * known[None])
    scales = np.sqrt((away**2).sum(axis=1) / (have - 1))
    scales = np.where(scales > 0, scales, 1.0)
    arm = (arms - ((arms * marked).sum(axis=1) / count)[:, None]) * marked
    main = away / scales[:, None, :]
    columns = np.concatenate([main, arm[:, :, None] * main], axis=2)
    columns = _without_arm(columns, marked, arm, count)
    outcome = _without_arm((outcomes * marked)[:, :, None], marked, arm, count)[:, :, 0]

    gram = columns.transpose(0, 2, 1) @ columns
    toward = (outcome[:, None, :] @ columns)[:, 0]
    total = (outcome**2).sum(axis=1)
    coefficients, sizes, weight = _over_grid(gram, toward, total, count - 2)
    p = values.shape[1]
    return Shrunk(
        interactions=np.einsum("sg,sgk->sk", weight, coefficients[:, :, p:]),
        centers=centers,
        scales=scales,
        sd_of_effects=weight @ sizes,
    )


def prior_grid() -> Floats:
    """(points, 2) equally probable SDs of prognosis and of effects, in residual SDs."""
    effects, prognosis = (
        scale * stats.halfnorm.ppf((np.arange(k) + 0.5) / k)
        for k, scale in zip(NODES, (SD_OF_EFFECTS, SD_OF_PROGNOSIS), strict=True)
    )
    return np.array([(m, g) for m in prognosis for g in effects])


def _over_grid(
    gram: Floats, toward: Floats, total: Floats, freedom: Floats
) -> tuple[Floats, Floats, Floats]:
    """Coefficients at each point of the grid; its SDs of effects; its weights."""
    grid = prior_grid()
    p = gram.shape[1] // 2
    roots = np.repeat(grid / np.sqrt(p), p, axis=1)
    scaled = gram[:, None] * roots[None, :, :, None] * roots[None, :, None, :]
    scaled[..., np.arange(2 * p), np.arange(2 * p)] += 1
    right = toward[:, None] * roots
    lower = np.linalg.cholesky(scaled)
    solved = np.linalg.solve(scaled, right[..., None])[..., 0]
    rest = np.maximum(total[:, None] - (right * solved).sum(axis=2), 1e-12)
    log_determinant = 2 * np.log(np.diagonal(lower, axis1=2, axis2=3)).sum(axis=2)
    log_weight = -0.5 * log_determinant - freedom[:, None] / 2 * np.log(rest)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    return solved * roots, grid[:, 1], weight


def _without_arm(columns: Floats, marked: Floats, arm: Floats, count: Floats) -> Floats:
    """Columns of zeros outside the marked, orthogonal to the mean and the arm."""
    mean = columns.sum(axis=1, keepdims=True) / count[:, None, None]
    rest = columns - mean * marked[:, :, None]
    along = (arm[:, None, :] @ rest) / (arm**2).sum(axis=1)[:, None, None]
    return np.asarray(rest - along * arm[:, :, None])
