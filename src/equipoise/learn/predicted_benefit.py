"""How well predicted benefit agrees with what happened, and with no heterogeneity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.learn.cross_fitted_gap import CrossFitted
from equipoise.learn.interaction_scores import Floats
from equipoise.learn.rank_weighted import rank_weighted

GROUPS = 3  # by predicted benefit: ten participants each at n = 30


@dataclass(frozen=True, slots=True)
class Compared:
    """A number of the trial next to the redrawn allocations without heterogeneity.

    Attributes:
        value: (k,) of the trial.
        lower: (k,) 2.5% quantile of the redrawn allocations.
        upper: (k,) 97.5% quantile.
        p: (k,) one-sided: proportion of allocations with a value at least as large.
    """

    value: Floats
    lower: Floats
    upper: Floats
    p: Floats

    @classmethod
    def of(cls, found: Floats) -> Compared:
        """From (draws + 1, k) values, the first those of the trial."""
        low, high = np.quantile(found[1:], [0.025, 0.975], axis=0)
        share = (found >= found[0] - 1e-12).mean(axis=0)
        return cls(found[0], low, high, share)


@dataclass(frozen=True, slots=True)
class PredictedBenefit:
    """Ranking and calibration of the cross-fitted predictions, in the sense of benefit.

    Attributes:
        shares: (n,) proportion of participants, highest predicted benefit first.
        toc: (n,) benefit in these minus that in all.
        areas: (2,) AUTOC and Qini.
        concordance: (1,) c-for-benefit; 0.5 by chance.
        predicted: (groups,) predicted benefit in groups of equal size, lowest first.
        observed: (groups,) benefit in these.
        slope: (1,) of the benefit on its prediction: 1 if calibrated, 0 if the
            predictions say nothing, below 1 if they are too far from the mean.
    """

    shares: Floats
    toc: Compared
    areas: Compared
    concordance: Compared
    predicted: Floats
    observed: Compared
    slope: Compared


def predicted_benefit(crossed: CrossFitted, sign: int) -> PredictedBenefit:
    """Compares what was predicted from other participants with what happened.

    Args:
        crossed: by ``cross_fitted_gap``.
        sign: 1 if a higher outcome is better, -1 if a lower one is.

    Source: TOC, AUTOC, Qini: Yadlowsky et al. 2025, JASA 120:38-51; c-for-benefit: van
    Klaveren et al. 2018, J Clin Epidemiol 94:59-68; calibration for benefit: Maas et al.
    2023, BMC Med Res Methodol 23:74.
    """
    effects, predictions = sign * crossed.effects, sign * crossed.predictions
    ranked = [
        rank_weighted(own, score)
        for own, score in zip(effects, predictions, strict=True)
    ]
    concordance = [
        concordance_for_benefit(sign * y, arm, score)
        for y, arm, score in zip(
            crossed.outcomes, crossed.arms, predictions, strict=True
        )
    ]
    away = predictions - predictions.mean(axis=1, keepdims=True)
    spread = (away**2).sum(axis=1)
    slope = (away * effects).sum(axis=1) / np.where(spread > 0, spread, 1.0)
    order = predictions.argsort(axis=1, kind="stable")
    parts = np.array_split(np.arange(effects.shape[1]), GROUPS)
    observed = [
        np.take_along_axis(effects, order[:, part], 1).mean(1) for part in parts
    ]
    mean = effects[0].mean() - predictions[0].mean()
    predicted = [mean + predictions[0, order[0, part]].mean() for part in parts]
    return PredictedBenefit(
        shares=ranked[0].shares,
        toc=Compared.of(np.array([one.toc for one in ranked])),
        areas=Compared.of(np.array([(one.autoc, one.qini) for one in ranked])),
        concordance=Compared.of(np.array(concordance)[:, None]),
        predicted=np.array(predicted),
        observed=Compared.of(np.column_stack(observed)),
        slope=Compared.of(slope[:, None]),
    )


def concordance_for_benefit(
    outcome: Floats, treated: np.ndarray, predictions: Floats
) -> float:
    """How often the pair with the higher predicted benefit has the higher benefit.

    Participants of both arms are paired by the rank of their predictions within their
    arm; of the larger arm, those at evenly spaced ranks. The benefit of a pair is the
    difference of its outcomes, its prediction the mean of the two.

    Args:
        outcome: (n,) higher is better.
        treated: (n,) who is in the arm of interest.
        predictions: (n,) higher for a larger predicted benefit.

    Returns:
        Between 0 and 1 over pairs of pairs whose benefits differ; equal predictions
        count half. 0.5 where no two pairs differ.

    Source: van Klaveren et al. 2018, J Clin Epidemiol 94:59-68.

    Example:
        >>> arm = np.array([True, True, False, False])
        >>> found = np.array([5.0, 1.0, 0.0, 0.0]), arm, np.array([2.0, 1.0, 2.0, 1.0])
        >>> concordance_for_benefit(*found)
        1.0
    """
    groups = [np.flatnonzero(treated == own) for own in (True, False)]
    ranked = [own[predictions[own].argsort(kind="stable")] for own in groups]
    pairs = min(map(len, ranked))
    first, second = (
        own[np.linspace(0, len(own) - 1, pairs).round().astype(int)] for own in ranked
    )
    benefit = outcome[first] - outcome[second]
    score = (predictions[first] + predictions[second]) / 2
    higher = benefit[:, None] > benefit[None]
    if not higher.any():
        return 0.5
    ahead = score[:, None] - score[None]
    return float(
        (higher & (ahead > 0)).sum() + (higher & (ahead == 0)).sum() / 2
    ) / int(higher.sum())
