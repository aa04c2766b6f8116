"""A rule: for whom the predicted benefit is worth the treatment."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from equipoise.errors.counted import counted
from equipoise.learn.cross_fitted_gap import CrossFitted
from equipoise.learn.detectable import participants_for_interaction
from equipoise.learn.interaction_scores import Floats
from equipoise.learn.interaction_shrinkage import shrink

FEWEST = 10  # participants of an arm in each group


@dataclass(frozen=True, slots=True)
class Group:
    """Benefit in the participants for whom the rule says the same.

    Attributes:
        n: participants.
        benefit: difference of the means in the direction of benefit.
        lower: limit of its interval.
        upper: the other limit.
        number_needed: treated for one more who fares better than a participant of the
            other arm; None where not more do.
    """

    n: int
    benefit: float
    lower: float
    upper: float
    number_needed: float | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Treat who has a predicted benefit of at least the worthwhile difference.

    Attributes:
        order: places of the columns, the strongest change of the benefit first.
        slopes: (p,) change of the predicted benefit for one unit of each column.
        intercept: predicted benefit where all columns are 0.
        worthwhile: difference.
        cut: value of the only column at which the predicted benefit is worthwhile; None
            for several columns.
        treated: participants for whom the rule says treatment; predicted from others.
        others: the other participants.
        difference: benefit of ``treated`` minus that of ``others``.
        confirm: participants of a trial that finds this difference with 90% power.
    """

    order: tuple[int, ...]
    slopes: tuple[float, ...]
    intercept: float
    worthwhile: float
    cut: float | None
    treated: Group
    others: Group
    difference: float
    confirm: int


def rule(
    crossed: CrossFitted,
    values: Floats,
    worthwhile: float,
    sign: int,
    *,
    level: float = 0.95,
) -> Rule | str:
    """The rule of a trial, or why the worthwhile difference does not separate participants.

    The slopes are those of ``shrink`` in all participants. The groups are those of the
    predictions from other participants, so that the benefit in them is not optimistic.

    Args:
        crossed: by ``cross_fitted_gap``.
        values: (n, p), NaN where missing.
        worthwhile: difference, above 0.
        sign: 1 if a higher outcome is better, -1 if a lower one is.
        level: of the intervals: Welch's t.

    Source: number needed to treat: Kraemer and Kupfer 2006, Biol Psychiatry 59:990-996
    (1 / (2 AUC - 1)).
    """
    outcome, arm = sign * crossed.outcomes[0], crossed.arms[0]
    mean = float(outcome[arm].mean() - outcome[~arm].mean())
    treat = mean + sign * crossed.predictions[0] >= worthwhile
    for group, what in ((treat, "at least"), (~treat, "below")):
        if min((group & arm).sum(), (group & ~arm).sum()) < FEWEST:
            return (
                f"{counted(int(group.sum()), 'participant')} of {len(arm)} have a "
                f"predicted benefit of {what} the worthwhile difference, fewer than "
                f"{FEWEST} in an arm"
            )
    fit = shrink(
        outcome[None], arm[None].astype(float), values, np.ones_like(arm[None])
    )
    slopes = fit.interactions[0] / fit.scales[0]
    intercept = mean - float(slopes @ fit.centers[0])
    treated, others = (_group(outcome[own], arm[own], level) for own in (treat, ~treat))
    difference = treated.benefit - others.benefit
    residual = [
        outcome[treat == a][arm[treat == a] == b] for a in (0, 1) for b in (0, 1)
    ]
    free = len(outcome) - len(residual)
    sd = sqrt(sum(float(((y - y.mean()) ** 2).sum()) for y in residual) / free)
    return Rule(
        order=tuple(int(k) for k in (-np.abs(fit.interactions[0])).argsort()),
        slopes=tuple(float(slope) for slope in slopes),
        intercept=intercept,
        worthwhile=worthwhile,
        cut=(worthwhile - intercept) / float(slopes[0]) if len(slopes) == 1 else None,
        treated=treated,
        others=others,
        difference=difference,
        confirm=participants_for_interaction(
            abs(difference) / sd, share=float(treat.mean())
        ),
    )


def _group(outcome: Floats, arm: NDArray[np.bool_], level: float) -> Group:
    """Benefit of the participants of one group; higher outcomes are better."""
    ours, theirs = outcome[arm], outcome[~arm]
    found = stats.ttest_ind(ours, theirs, equal_var=False)
    low, high = found.confidence_interval(level)
    wins = np.sign(ours[:, None] - theirs[None]).mean()  # 2 AUC - 1
    return Group(
        n=len(outcome),
        benefit=float(ours.mean() - theirs.mean()),
        lower=float(low),
        upper=float(high),
        number_needed=float(1 / wins) if wins > 0 else None,
    )
