"""Multiple imputation: draws of what is missing, and Rubin's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.numerics.rng import stream
from equipoise.stats.imputation.conditional_mean import conditional_means
from equipoise.stats.imputation.imputation_model import (
    IncompleteData,
    Matrix,
    imputation_arrays,
)
from equipoise.stats.imputation.resampling import bootstrapped
from equipoise.stats.imputation.strategies import checked_strategy
from equipoise.stats.input_checks import (
    checked_count,
    checked_lengths,
    checked_level,
    checked_number,
    checked_numbers,
    impossible,
    scalar,
)
from equipoise.stats.options import StrategyName
from equipoise.stats.result import Result


@dataclass(frozen=True, repr=False)
class PooledEstimate(Result):
    """An estimate from several imputations.

    Attributes:
        df: degrees of freedom of its t distribution.
    """

    estimate: float
    std_error: float
    df: float
    lower: float
    upper: float
    p: float


@dataclass(frozen=True, eq=False, repr=False)
class ImputedDraws(Result):
    """Differences of several imputations, before Rubin's rules.

    Points added to the imputed outcomes of the arm of interest move each estimate by the
    same amount, and its variance by a quadratic function: the draws are made once for
    any number of points.

    Attributes:
        visits: in order.
        estimate: treated minus reference, imputations x T.
        slope: how much each estimate moves for a point, T.
        variance: of each estimate without points, imputations x T.
        linear: its change with the number of points d: variance + d linear + d²
            quadratic, imputations x T.
        quadratic: T.
        df: degrees of freedom of one analysis of completed data.
    """

    visits: tuple[Any, ...]
    estimate: Matrix
    slope: Matrix
    variance: Matrix
    linear: Matrix
    quadratic: Matrix
    df: float

    def pooled(
        self, visit: int, level: float = 0.95, delta: float = 0.0
    ) -> PooledEstimate:
        """The estimate at a visit by Rubin's rules.

        Args:
            visit: position of the visit, 0 for the first.
            level: coverage of the interval.
            delta: points added to each imputed outcome of the arm of interest.

        Raises:
            AnalysisError: EQ460, EQ462: a level or number that is impossible.
        """
        checked_number("delta", delta)
        last = self.estimate.shape[1] - 1
        checked_number("visit", checked_count("visit", visit), 0, last)
        value = self.estimate[:, visit] + delta * self.slope[visit]
        variance = (
            self.variance[:, visit]
            + delta * self.linear[:, visit]
            + delta**2 * self.quadratic[visit]
        )
        return rubins_rules(value, variance, self.df, level)

    def monte_carlo_error(self, visit: int) -> float:
        """Standard error of the pooled estimate over other draws, √(between/draws).

        Source: White, Royston and Wood 2011, Stat Med 30:377-399, section 7.
        """
        draws = len(self.estimate)
        return float(np.sqrt(self.estimate[:, visit].var(ddof=1) / draws))


def imputed_draws(
    data: IncompleteData, strategy: StrategyName, draws: int, seed: int
) -> ImputedDraws:
    """The difference at each visit in each of several imputations.

    Args:
        data: incomplete outcomes with their imputation model.
        strategy: what is expected after the event, one of ``STRATEGIES``.
        draws: imputations, at least 2.
        seed: the same numbers for the same seed.

    Raises:
        AnalysisError: as ``multiple_imputation``.

    Example:
        In the documentation of the package ``equipoise.stats.imputation``.

    Source: as ``multiple_imputation``.
    """
    checked_strategy(strategy)
    checked_count("draws", draws, 2)
    ready = imputation_arrays(data)
    used = ready.used(strategy)
    fits = bootstrapped(ready, used, draws, seed)
    mean = ready.means(fits.beta, strategy)
    rng = stream(seed, "imputation")
    shocks = rng.standard_normal(mean.shape)
    whole = conditional_means(used, mean, fits.S) + _noise(used, fits.S, shocks)
    points = (np.isnan(used) & ready.treated[:, None]).astype(float)
    n, q = ready.Z.shape
    R, T = len(whole), whole.shape[2]
    stacked = whole.transpose(0, 2, 1).reshape(R * T, n)
    value, variance = least_squares(ready.Z, stacked)
    slope, square = least_squares(ready.Z, points.T)
    # The variance of y + d x is that of y, 2 d times the covariance, and d² that of x.
    _, both = least_squares(ready.Z, stacked + np.tile(points.T, (R, 1)))
    variance, both = variance.reshape(R, T), both.reshape(R, T)
    return ImputedDraws(
        visits=ready.plan.matrices.visits,
        estimate=value.reshape(R, T),
        slope=slope,
        variance=variance,
        linear=both - variance - square,
        quadratic=square,
        df=float(n - q),
    )


def multiple_imputation(
    data: IncompleteData,
    strategy: StrategyName,
    visit: int,
    draws: int,
    seed: int,
    *,
    delta: float = 0.0,
    level: float = 0.95,
) -> PooledEstimate:
    """The difference at a visit by multiple imputation.

    Each imputation draws its parameters by fitting a bootstrap sample, which approximates
    a draw from their posterior, and then the missing outcomes from their conditional
    distribution under the strategy. Each completed data set is analyzed by least squares.

    Args:
        data: incomplete outcomes with their imputation model.
        strategy: what is expected after the event, one of ``STRATEGIES``.
        visit: position of the visit, 0 for the first.
        draws: imputations, at least 2.
        seed: the same numbers for the same seed.
        delta: points added to each imputed outcome of the arm of interest.
        level: coverage of the interval.

    Raises:
        AnalysisError: EQ406 the models cannot be fitted; EQ407 no such strategy; EQ411
            rows missing in the frame; EQ460, EQ462 a level or number that is impossible.

    Example:
        In the documentation of the package ``equipoise.stats.imputation``.

    Source: Little and Rubin 2002, Statistical Analysis with Missing Data, 10.2.3; R
    rbmi, method_approxbayes. With a reference the variance of Rubin's rules is larger
    than that of repeated sampling: Cro, Carpenter and Kenward 2019, JRSS A 182:623-645.
    """
    checked_level(level)
    checked_number("delta", delta)
    checked_count("visit", visit)
    return imputed_draws(data, strategy, draws, seed).pooled(visit, level, delta)


def _noise(y: Matrix, S: Matrix, shocks: Matrix) -> Matrix:
    """Deviations of what is missing from its expectation, R x n x T; 0 where seen."""
    made = np.zeros_like(shocks)
    seen = ~np.isnan(y)
    kinds, kind = np.unique(seen, axis=0, return_inverse=True)
    for number, mask in enumerate(kinds):
        if mask.all():
            continue
        those = np.flatnonzero(kind.reshape(-1) == number)
        o, m = np.flatnonzero(mask), np.flatnonzero(~mask)
        V = S[:, m[:, None], m]
        if len(o):
            B = np.linalg.solve(S[:, o[:, None], o], S[:, o[:, None], m])
            V = V - S[:, m[:, None], o] @ B
        root = np.linalg.cholesky(V)
        drawn = shocks[:, those][:, :, m] @ root.swapaxes(1, 2)
        made[:, those[:, None], m] = drawn
    return made


def least_squares(Z: Matrix, y: Matrix) -> tuple[Matrix, Matrix]:
    """Coefficient of the second column of Z and its variance, for each row of y.

    Args:
        Z: n x q.
        y: R x n.
    """
    n, q = Z.shape
    inverse = np.linalg.inv(Z.T @ Z)
    beta = y @ Z @ inverse
    residual = y - beta @ Z.T
    sigma2 = (residual**2).sum(axis=1) / (n - q)
    return beta[:, 1], sigma2 * inverse[1, 1]


def rubins_rules(
    estimate: ArrayLike, variance: ArrayLike, df: float, level: float = 0.95
) -> PooledEstimate:
    """Rubin's rules with the degrees of freedom of Barnard and Rubin.

    Args:
        estimate: of each imputation, m of at least 2.
        variance: of each.
        df: degrees of freedom if nothing were missing; inf if not specified.
        level: coverage of the interval.

    Raises:
        AnalysisError: EQ460, EQ462: a level or estimates that are impossible.

    Example:
        >>> fit = rubins_rules([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], df=10)
        >>> fit.estimate, round(fit.std_error, 4), round(fit.df, 3)
        (2.0, 1.5275, 2.278)

    Source: Rubin 1987, Multiple Imputation for Nonresponse in Surveys, 3.1; Barnard and
    Rubin 1999, Biometrika 86:948-955; R mice::pool.scalar.
    """
    estimate, variance = (
        checked_numbers("estimate", estimate),
        checked_numbers("variance", variance),
    )
    checked_lengths(estimate=estimate, variance=variance)
    checked_level(level)
    df = scalar(df)
    if not df > 0:
        raise impossible(f"df = {df!r} must be above 0; inf if not specified", "df")
    m = checked_count("imputations", len(estimate), 2)
    within, between = float(variance.mean()), float(estimate.var(ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    share = extra / total if total > 0 else 0.0
    observed = df if np.isinf(df) else (df + 1) / (df + 3) * df * (1 - share)
    old = (m - 1) / share**2 if share > 0 else np.inf
    rate = 1 / old + 1 / observed
    nu = 1 / rate if rate > 0 else np.inf
    error = float(np.sqrt(total))
    value = float(estimate.mean())
    half = float(t_quantile((1 + level) / 2, nu)) * error
    p = float(t_two_sided(value / error, nu))
    return PooledEstimate(value, error, float(nu), value - half, value + half, p)
