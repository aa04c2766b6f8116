"""Does a prediction from other participants separate participants who benefit more?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.learn.interaction_scores import Candidates, Floats
from equipoise.learn.interaction_shrinkage import shrink
from equipoise.learn.joint_test import residuals

REPEATS, FOLDS = 20, 5
SETS = 2000  # data sets that are fitted together


@dataclass(frozen=True, slots=True)
class Gap:
    """Difference of the effect between predicted halves, in units of the outcome.

    Attributes:
        estimate: effect in the half with the higher predicted effect minus that in the
            other half, each predicted without the own fold.
        lower: limit of the 95% interval by the redrawn allocations.
        upper: the other limit.
        p: one-sided: proportion of allocations with a gap at least as large.
        draws: number of other allocations.
    """

    estimate: float
    lower: float
    upper: float
    p: float
    draws: int


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """The gap, and what each participant is predicted from others.

    Attributes:
        gap: difference of the effect between predicted halves.
        effects: (draws + 1, n) doubly robust scores of the effect; the first row is the
            trial, the others are redrawn allocations with the same effect for all.
        predictions: (draws + 1, n) interaction part of the predicted effect, without the
            own fold; mean of the repeats.
        outcomes: (draws + 1, n).
        arms: (draws + 1, n).
    """

    gap: Gap
    effects: Floats
    predictions: Floats
    outcomes: Floats
    arms: NDArray[np.bool_]


def cross_fitted_gap(
    outcome: Floats,
    treated: NDArray[np.bool_],
    values: Floats,
    allocations: NDArray[np.bool_],
    rng: np.random.Generator,
    stratum: NDArray[np.int64] | None = None,
) -> CrossFitted:
    """The gap of 20 repeats of five folds, drawn within arms and strata.

    The penalized interactions of ``shrink`` are fitted without a fold, with means and
    SDs of the candidates of the others. Participants are ranked by the interaction part
    alone: a predicted effect that contains the mean effect of the other folds is high
    where the own fold has a low effect.

    Args:
        outcome: (n,).
        treated: (n,) both arms with at least ten.
        values: (n, p), NaN where missing: replaced by the mean of the other folds.
        allocations: (draws, n) other allocations; the outcome of a draw is that
            of the main effects and the residual of ``joint_test``: the same effect for
            all. For the draws a missing value is the mean of all, whatever the arm.
        rng: of the folds.
        stratum: (n,) number of the stratum of each; by default one for all.

    Returns:
        The interval of the gap is the estimate minus quantiles of the gaps of the draws.
    """
    filled = np.where(np.isnan(values), np.nanmean(values, axis=0), values)
    _, noise, sd = residuals(outcome, treated, Candidates.of(filled))
    design = np.column_stack([np.ones(len(outcome)), filled, treated])
    main = design[:, :-1] @ np.linalg.lstsq(design, outcome, rcond=None)[0][:-1]
    kept = allocations.sum(axis=1)
    allocations = allocations[(kept >= FOLDS) & (kept <= len(outcome) - FOLDS)]
    drawn = main + noise * np.where(allocations, sd[1], sd[0])
    outcomes = np.vstack([outcome[None], drawn])
    arms = np.vstack([treated[None], allocations])
    found, predictions = gaps(outcomes, arms, values, rng, stratum)
    null = found[1:]
    # Weibull: above the 97.5% quantile is exactly a P value of at most 2.5%.
    low, high = np.quantile(null, [0.025, 0.975], method="weibull")
    gap = Gap(
        estimate=float(found[0]),
        lower=float(found[0] - high),
        upper=float(found[0] - low),
        p=float((found >= found[0] - 1e-12).mean()),
        draws=len(null),
    )
    effects = _effect_scores(outcomes, arms)
    return CrossFitted(gap, effects, predictions, outcomes, arms)


def gaps(
    outcomes: Floats,
    arms: NDArray[np.bool_],
    values: Floats,
    rng: np.random.Generator,
    stratum: NDArray[np.int64] | None = None,
) -> tuple[Floats, Floats]:
    """The gap of each data set, and its predictions.

    Args:
        outcomes: (sets, n).
        arms: (sets, n).
        values: (n, p), NaN where missing.
        rng: of the folds.
        stratum: (n,) of each; by default one for all.

    Returns:
        (sets,) gaps and (sets, n) predictions, means over the repeats.
    """
    sets, n = outcomes.shape
    total = np.zeros(sets)
    predicted = np.zeros((sets, n))
    within = np.zeros(n, dtype=np.int64) if stratum is None else stratum
    effect = _effect_scores(outcomes, arms)
    for _ in range(REPEATS):
        fold = _folds(arms, within, rng)
        scores = np.empty((sets, n))
        for first in range(0, sets, SETS):
            part = slice(first, first + SETS)
            for k in range(FOLDS):
                own = fold[part] == k
                fit = shrink(outcomes[part], arms[part].astype(float), values, ~own)
                scores[part] = np.where(own, fit.scores(values), scores[part])
        predicted += scores
        rank = scores.argsort(axis=1).argsort(axis=1)
        high = rank >= n - n // 2
        low = rank < n // 2
        total += ((high * effect) - (low * effect)).sum(axis=1) / (n // 2)
    return total / REPEATS, predicted / REPEATS


def _folds(
    arms: NDArray[np.bool_], stratum: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """(sets, n) folds from 0, of equal size within each arm, and stratum of it."""
    key = arms * (stratum.max() + 1.0) + stratum + rng.random(arms.shape)
    rank = key.argsort(axis=1).argsort(axis=1)
    controls = (~arms).sum(axis=1, keepdims=True)
    return np.asarray(np.where(arms, rank - controls, rank) % FOLDS)


def _effect_scores(outcomes: Floats, arms: NDArray[np.bool_]) -> Floats:
    """(sets, n) as ``rank_weighted.effect_scores``, of many data sets."""
    share = arms.mean(axis=1, keepdims=True)
    mean = (outcomes * arms).mean(axis=1, keepdims=True) / share
    other = (outcomes * ~arms).mean(axis=1, keepdims=True) / (1 - share)
    rest = outcomes - np.where(arms, mean, other)
    return np.asarray(mean - other + rest * np.where(arms, 1 / share, -1 / (1 - share)))
