"""Multiple imputation: draws of what is missing, and Rubin's rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.numerics.rng import stream
from equipoise.stats.imputation.conditional_mean import imputed
from equipoise.stats.imputation.imputation_model import Matrix, Question, prepared
from equipoise.stats.imputation.resampling import bootstrapped
from equipoise.stats.imputation.strategies import Strategy


@dataclass(frozen=True)
class Pooled:
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


def multiple(
    question: Question,
    strategy: Strategy,
    visit: int,
    draws: int,
    seed: int,
    *,
    delta: float = 0.0,
    level: float = 0.95,
) -> Pooled:
    """The difference at a visit by multiple imputation.

    Each imputation draws its parameters by fitting a bootstrap sample, which stands for
    a draw from their posterior, and then what is missing from its conditional
    distribution under the strategy. Each completed data set is analyzed by least squares.

    Args:
        question: of incomplete outcomes.
        strategy: what holds after the event.
        visit: position of the visit.
        draws: imputations.
        seed: the same numbers for the same seed.
        delta: points added to each imputed outcome of the arm of interest.
        level: coverage of the interval.

    Raises:
        AnalysisError: EQ406 the models cannot be fitted; EQ411 the frame lacks rows.

    Source: Little and Rubin 2002, Statistical Analysis with Missing Data, 10.2.3; R
    rbmi, method_approxbayes. With a reference the variance of Rubin's rules is larger
    than that of repeated sampling: Cro, Carpenter and Kenward 2019, JRSS A 182:623-645.
    """
    ready = prepared(question)
    used = ready.used(strategy)
    fits = bootstrapped(ready, used, draws, seed)
    mean = ready.means(fits.beta, strategy)
    rng = stream(seed, "imputation")
    shocks = rng.standard_normal(mean.shape)
    whole = imputed(used, mean, fits.S) + _noise(used, fits.S, shocks)
    whole += delta * (np.isnan(used) & ready.treated[:, None])
    value, variance = least_squares(ready.Z, whole[:, :, visit])
    n, q = ready.Z.shape
    return pooled(value, variance, n - q, level)


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


def pooled(
    estimate: Matrix, variance: Matrix, df: float, level: float = 0.95
) -> Pooled:
    """Rubin's rules with the degrees of freedom of Barnard and Rubin.

    Args:
        estimate: of each imputation, m of at least 2.
        variance: of each.
        df: degrees of freedom if nothing were missing; inf for none stated.
        level: coverage of the interval.

    Source: Rubin 1987, Multiple Imputation for Nonresponse in Surveys, 3.1; Barnard and
    Rubin 1999, Biometrika 86:948-955; R mice::pool.scalar.
    """
    m = len(estimate)
    within, between = float(variance.mean()), float(estimate.var(ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    share = extra / total
    observed = df if np.isinf(df) else (df + 1) / (df + 3) * df * (1 - share)
    old = (m - 1) / share**2 if share > 0 else np.inf
    nu = 1 / (1 / old + 1 / observed)
    error = float(np.sqrt(total))
    value = float(estimate.mean())
    half = float(t_quantile((1 + level) / 2, nu)) * error
    p = float(t_two_sided(value / error, nu))
    return Pooled(value, error, float(nu), value - half, value + half, p)
