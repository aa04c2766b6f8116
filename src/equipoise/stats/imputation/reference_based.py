"""Reference-based imputation with conditional means, and the jackknife or bootstrap.

Source: Wolbers et al. 2022, Pharm Stat 21:1246-1257; R rbmi, method_condmean.
The models of all replicates are fitted by the engine for many trials together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.stats.imputation.conditional_mean import conditional_means
from equipoise.stats.imputation.imputation_model import (
    ImputationArrays,
    IncompleteData,
    Matrix,
    differences,
    imputation_arrays,
)
from equipoise.stats.imputation.resampling import Fits, bootstrapped, fitted_until
from equipoise.stats.imputation.strategies import checked_strategy
from equipoise.stats.input_checks import checked_count, checked_level, checked_number
from equipoise.stats.options import StrategyName
from equipoise.stats.result import Result


@dataclass(frozen=True, eq=False, repr=False)
class ImputedDifferences(Result):
    """Difference at each visit, treated minus reference.

    Attributes:
        visits: in order.
        estimate: T.
        slope: how much the estimate moves for each point that is added to the imputed
            outcomes of the treated arm, T.
        replicates: estimates without each participant, or of each bootstrap sample, R x T.
        replicate_slopes: R x T.
        share: of the sum of squares of the replicates that is the variance: (R - 1) / R
            for the jackknife, 1 / (R - 1) for the bootstrap.
        completed: the completed outcomes, participants x T.
    """

    visits: tuple[Any, ...]
    estimate: Matrix
    slope: Matrix
    replicates: Matrix
    replicate_slopes: Matrix
    share: float
    completed: pd.DataFrame

    def table(self, level: float = 0.95, delta: float = 0.0) -> pd.DataFrame:
        """Estimate, standard error of the replicates, normal interval and p, by visit.

        Args:
            level: coverage.
            delta: points added to the imputed outcomes of the treated arm.

        Raises:
            AnalysisError: EQ460, EQ462: a level or delta that is impossible.

        Source: Efron and Tibshirani 1993, An Introduction to the Bootstrap, 11.5.
        """
        checked_level(level)
        checked_number("delta", delta)
        value = self.estimate + delta * self.slope
        each = self.replicates + delta * self.replicate_slopes
        spread = ((each - each.mean(axis=0)) ** 2).sum(axis=0)
        error = np.sqrt(self.share * spread)
        half = float(t_quantile((1 + level) / 2, np.inf)) * error
        return pd.DataFrame(
            {
                "visit": list(self.visits),
                "estimate": value,
                "std_error": error,
                "lower": value - half,
                "upper": value + half,
                "p": t_two_sided(value / error, np.inf),
            }
        )


def reference_based(data: IncompleteData, strategy: StrategyName) -> ImputedDifferences:
    """The difference of arms under a strategy for intercurrent events, jackknifed.

    Outcomes that were observed after the event do not enter the imputation model, unless
    the strategy is missing at random; missing outcomes are replaced by their expectation
    given what was observed, and each visit is analyzed by least squares.

    Args:
        data: incomplete outcomes with their imputation model.
        strategy: what is expected after the event, one of ``STRATEGIES``.

    Raises:
        AnalysisError: EQ406, the model does not converge with all participants, or
            without one of them; EQ407, no such strategy; EQ411, rows or covariates
            are missing in the frame.

    Example:
        In the documentation of the package ``equipoise.stats.imputation``.

    Source: Wolbers et al. 2022, Pharm Stat 21:1246-1257; R rbmi, method_condmean.
    """
    checked_strategy(strategy)
    ready = imputation_arrays(data)
    used = ready.used(strategy)
    n = len(used)
    outcomes = np.repeat(used[None], n + 1, axis=0)
    outcomes[np.arange(1, n + 1), np.arange(n)] = np.nan  # without each in turn
    beta, S, converged = fitted_until(ready.plan, outcomes.reshape(n + 1, -1), 0)
    _refuse_lost(converged, n + 1)
    weights = np.ones((n + 1, n))
    weights[np.arange(1, n + 1), np.arange(n)] = 0
    return _answer(ready, strategy, Fits(beta, S, weights, 0), (n - 1) / n)


def reference_based_bootstrap(
    data: IncompleteData, strategy: StrategyName, draws: int, seed: int
) -> ImputedDifferences:
    """As ``reference_based``, with samples of participants drawn within arms.

    Args:
        data: incomplete outcomes with their imputation model.
        strategy: what is expected after the event, one of ``STRATEGIES``.
        draws: bootstrap samples, at least 2.
        seed: the same numbers for the same seed.

    Raises:
        AnalysisError: as ``reference_based``; a few samples that cannot be fitted are
            excluded.

    Example:
        In the documentation of the package ``equipoise.stats.imputation``.
    """
    checked_strategy(strategy)
    checked_count("draws", draws, 2)
    ready = imputation_arrays(data)
    used = ready.used(strategy)
    beta, S, converged = fitted_until(ready.plan, used.reshape(1, -1), 0)
    _refuse_lost(converged, 1)
    fits = bootstrapped(ready, used, draws, seed)
    whole = Fits(
        np.concatenate([beta, fits.beta]),
        np.concatenate([S, fits.S]),
        np.concatenate([np.ones((1, len(used))), fits.weights]),
        fits.failed,
    )
    return _answer(ready, strategy, whole, 1 / (len(fits.beta) - 1))


def _answer(
    ready: ImputationArrays, strategy: StrategyName, fits: Fits, share: float
) -> ImputedDifferences:
    """The first fit is of all participants, the others are replicates."""
    used = ready.used(strategy)
    whole = conditional_means(used, ready.means(fits.beta, strategy), fits.S)
    missing = np.isnan(used) & ready.treated[:, None]
    added = np.repeat(missing[None].astype(float), len(whole), axis=0)
    estimates = differences(ready.Z, whole, fits.weights)
    slopes = differences(ready.Z, added, fits.weights)
    people, visits = ready.frame["participant"].unique(), ready.plan.matrices.visits
    return ImputedDifferences(
        visits=visits,
        estimate=estimates[0],
        slope=slopes[0],
        replicates=estimates[1:],
        replicate_slopes=slopes[1:],
        share=share,
        completed=pd.DataFrame(whole[0], index=people, columns=list(visits)),
    )


def _refuse_lost(converged: np.ndarray, fits: int) -> None:
    """Refuses fits that stopped because one did not converge."""
    if converged.all():
        return
    if not converged[0]:
        what = "the imputation model does not converge"
    else:
        what = (
            "the imputation model does not converge without a participant "
            f"(at least {int((~converged).sum())} of {fits - 1})"
        )
    raise AnalysisError.single(
        "EQ406",
        what,
        where="reference-based imputation",
        fix="use fewer visits or covariates; look for visits that few attended",
    )
