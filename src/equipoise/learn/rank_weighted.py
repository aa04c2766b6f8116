"""Does the order of a prediction sort people by the effect? TOC, AUTOC, Qini."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankWeighted:
    """Rank-weighted average effects.

    Attributes:
        shares: (n,) 1/n, 2/n, ..., 1 of the participants, highest predictions first.
        toc: (n,) mean score of these minus that of all; 0 at the end.
        autoc: mean of ``toc``: weighs the highest predictions most.
        qini: mean of ``shares`` times ``toc``: weighs all alike.
    """

    shares: Floats
    toc: Floats
    autoc: float
    qini: float


def rank_weighted(scores: Floats, predictions: Floats) -> RankWeighted:
    """The targeting operator characteristic and its two areas.

    Participants with equal predictions share the mean of their scores, so that their
    order in the file decides nothing.

    Args:
        scores: (n,) unbiased for each participant's effect, such as ``effect_scores``.
        predictions: (n,) higher for participants with a larger predicted benefit; predicted
            from other participants.

    Raises:
        ValueError: not two vectors of the same length, or not finite.

    Source: Yadlowsky et al. 2025, JASA 120:38-51 (definition 1, equation 2.6).

    Example:
        >>> import numpy as np
        >>> found = rank_weighted(np.array([3.0, 1.0, 2.0, 0.0]), np.array([4, 2, 3, 1.0]))
        >>> found.toc.tolist()
        [1.5, 1.0, 0.5, 0.0]
        >>> found.autoc, found.qini
        (0.75, 0.3125)
    """
    scores, predictions = np.asarray(scores, float), np.asarray(predictions, float)
    if scores.shape != predictions.shape or scores.ndim != 1 or not len(scores):
        raise ValueError("scores and predictions are not vectors of the same length")
    if not (np.isfinite(scores).all() and np.isfinite(predictions).all()):
        raise ValueError("a score or a prediction is not finite")
    n = len(scores)
    _, level = np.unique(-predictions, return_inverse=True)
    shared = np.bincount(level, scores) / np.bincount(level)
    order = np.argsort(level, kind="stable")
    count = np.arange(1, n + 1)
    toc = np.cumsum(shared[level][order]) / count - scores.mean()
    toc[-1] = 0.0
    shares = count / n
    return RankWeighted(shares, toc, float(toc.mean()), float((shares * toc).mean()))


def effect_scores(
    outcome: Floats, treated: NDArray[np.bool_], probability: float | None = None
) -> Floats:
    """Scores with the mean effect as their mean: doubly robust with the means of the arms.

    Args:
        outcome: (n,).
        treated: (n,) who is in the arm of interest.
        probability: of that arm by the randomization; by default its share of n.

    Returns:
        (n,) in units of the outcome.

    Raises:
        ValueError: an arm is empty, or the probability is not between 0 and 1.

    Source: Robins, Rotnitzky and Zhao 1994, JASA 89:846-866.

    Example:
        >>> effect_scores(np.array([2.0, 0.0, 4.0, 2.0]), np.array([1, 0, 1, 0]) == 1)
        array([0., 4., 4., 0.])
    """
    if not 0 < treated.sum() < len(treated):
        raise ValueError("an arm has no participants")
    share = float(treated.mean()) if probability is None else probability
    if not 0 < share < 1:
        raise ValueError(f"the probability of the arm is {share}, not between 0 and 1")
    means = outcome[~treated].mean(), outcome[treated].mean()
    residual = outcome - np.where(treated, means[1], means[0])
    weight = np.where(treated, 1 / share, -1 / (1 - share))
    return np.asarray(means[1] - means[0] + weight * residual)
