"""Sizes for a difference of means: t test, covariates, repeated measures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from equipoise.design.fixed.smallest_total import smallest_total, upper_t
from equipoise.design.requirements import (
    MOST,
    Size,
    Target,
    check_correlation,
    check_positive,
    split,
)
from equipoise.errors import DesignError

Matrix = NDArray[np.float64]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)
NODES = (NODES + 1) / 2  # on 0 to 1
FARTHEST = 9.0  # standard deviations of a chance difference


def means(
    difference: float, sd: float, target: Target | None = None, *, margin: float = 0.0
) -> Size:
    """Participants for a t test of two means.

    Args:
        difference: assumed, not zero; its sign does not matter without a margin.
        sd: standard deviation within an arm, above 0.
        target: error, power and allocation.
        margin: for non-inferiority, how much worse is still accepted, above 0; the
            difference is then that in favor (0 for none), and ``target`` is one-sided.

    Raises:
        DesignError: EQ801, a number is out of range; EQ802, no size is enough.

    Example:
        >>> round(means(0.5, 1.0).first, 3)  # R power.t.test(strict = TRUE): 63.76561
        63.766

    Source: noncentral t distribution; R power.t.test, SAS PROC POWER TWOSAMPLEMEANS;
    Chow, Shao, Wang and Lokhnygina 2018, Sample Size Calculations, 3.2.
    """
    target = target or Target()
    effect = (difference + margin if margin else abs(difference)) / sd if sd else 0.0
    check_positive(sd=sd, effect=effect)
    total = t_total(effect, target, lost=2)
    return split(total, target)


def ancova(
    difference: float, sd: float, correlation: float, target: Target | None = None
) -> Size:
    """Participants for an analysis of covariance with the baseline.

    Args:
        difference: assumed.
        sd: of the outcome within an arm.
        correlation: of outcome and baseline, above -1 and below 1.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801, EQ802.

    Example:
        >>> ancova(0.5, 1.0, correlation=0.5).whole
        (49, 49)

    Source: Borm, Fransen and Lemmens 2007, J Clin Epidemiol 60:1234-1238; Shieh 2020,
    Psychometrika 85:101-120: one degree of freedom goes to the covariate, and the arms
    differ in it by chance, which is averaged over (a normal covariate).
    """
    target = target or Target()
    check_positive(sd=sd)
    check_correlation(correlation)
    effect = abs(difference) / (sd * (1 - correlation**2) ** 0.5)
    check_positive(effect=effect)
    return split(t_total(effect, target, lost=3, covariate=True), target)


def mmrm_size(
    difference: float,
    covariance: Matrix,
    retention: Matrix,
    target: Target | None = None,
    *,
    baseline: bool = False,
) -> Size:
    """Participants for a mixed model with repeated measures, by the planned information.

    The test is that of the report: t with the degrees of freedom of the last visit, which
    Satterthwaite's method gives in the mean: participants times the information that is
    left at the last visit, less the coefficients of it. With one visit after baseline and
    no dropout it is the analysis of covariance. The covariance is taken as known: with a
    quarter or more lost among fewer than 15 an arm, simulate (the power is then up to
    four percentage points lower).

    Args:
        difference: assumed at the last visit.
        covariance: of the visits, T x T, within an arm; the first is the baseline if
            ``baseline``.
        retention: share still in the trial at each visit after baseline, not rising.
        target: error, power and allocation.
        baseline: adjust for the first visit.

    Raises:
        DesignError: EQ801; EQ803, the matrix is not a covariance.

    Example:
        >>> covariance = [[80, 48, 40], [48, 80, 48], [40, 48, 80]]
        >>> size = mmrm_size(6.0, covariance, retention=[0.9, 0.8], baseline=True)
        >>> size.whole
        (34, 34)

    Source: Lu, Luo and Chen 2008, Int J Biostat 4:9, for the variance: unstructured means
    and covariance; noncentral t instead of their normal quantiles, which are a participant
    an arm too few from 5 to 70 an arm. Shieh 2020 for the baseline, as in ``ancova``.
    """
    target = target or Target()
    check_positive(effect=abs(difference))
    variance = last_visit_variance(covariance, retention, baseline=baseline)
    complete = last_visit_variance(
        covariance, np.ones(len(np.asarray(retention))), baseline=baseline
    )
    total = t_total(
        abs(difference) / variance**0.5,
        target,
        lost=3 if baseline else 2,
        information=complete / variance,
        covariate=baseline,
    )
    return split(total, target)


def last_visit_variance(
    covariance: Matrix, retention: Matrix, *, baseline: bool = False
) -> float:
    """Variance of an arm's mean at the last visit, times its participants.

    Without dropout it is the variance at that visit; with it, ratings before the
    dropout carry a part of what is lost.

    Args:
        covariance: T x T.
        retention: share that is rated at each visit after baseline.
        baseline: whether the first row of ``covariance`` is the baseline.

    Raises:
        DesignError: EQ803, the covariance is not one of T visits.
    """
    S = np.asarray(covariance, dtype=float)
    square = S.ndim == 2 and S.shape[0] == S.shape[1] and np.allclose(S, S.T)
    if not square or np.linalg.eigvalsh(S)[0] <= 0:
        raise _no_covariance("it is not symmetric, or an eigenvalue is not above 0")
    if baseline:
        S = S[1:, 1:] - np.outer(S[1:, 0], S[0, 1:]) / S[0, 0]
    stay = np.asarray(retention, dtype=float)
    falling = bool((np.diff(stay) <= 1e-12).all())
    if len(stay) != len(S) or not falling or stay[-1] <= 0 or stay[0] > 1:
        raise _no_covariance(
            f"{len(stay)} shares for {len(S)} visits, or they rise, or leave 0 to 1"
        )
    information = np.zeros_like(S)
    ends = np.append(-np.diff(stay), stay[-1])  # share whose last visit is t
    for t, share in enumerate(ends, start=1):
        information[:t, :t] += share * np.linalg.inv(S[:t, :t])
    return float(np.linalg.inv(information)[-1, -1])


def power_of_means(
    n_first: float,
    n_second: float,
    effect: float,
    target: Target,
    lost: int = 2,
    *,
    information: float = 1.0,
    covariate: bool = False,
) -> float:
    """Power of a t test on one side.

    Args:
        n_first: participants.
        n_second: participants.
        effect: standardized difference.
        target: error and sides.
        lost: degrees of freedom that the model takes.
        information: proportion of the participants that the degrees of freedom count,
            such as those still rated at the last visit; above 0, at most 1.
        covariate: average over the chance difference of the arms in a normal covariate.

    Source: noncentral t; with a covariate Shieh 2020, Psychometrika 85:101-120: the
    variance is larger by T²/(N - 2), T with t distribution of N - 2 degrees of freedom.
    """
    every = powers_of_means(
        n_first, n_second, np.array([effect]), target, lost, information=information,
        covariate=covariate,
    )  # fmt: skip
    return float(every[0])


def powers_of_means(
    n_first: float,
    n_second: float,
    effects: NDArray[np.float64],
    target: Target,
    lost: int = 2,
    *,
    information: float = 1.0,
    covariate: bool = False,
) -> NDArray[np.float64]:
    """Power of a t test on one side for several effects, as ``power_of_means``.

    Args:
        n_first: participants.
        n_second: participants.
        effects: (k,) standardized differences.
        target: error and sides.
        lost: degrees of freedom that the model takes.
        information: as of ``power_of_means``.
        covariate: as of ``power_of_means``.

    Returns:
        (k,) powers.
    """
    counted = information * (n_first + n_second)
    df = counted - lost
    shift = effects / np.sqrt(1 / n_first + 1 / n_second)
    critical = stats.t.ppf(1 - target.one_sided, df)
    if not covariate:
        return upper_t(float(critical), df, shift)
    # T² / (N - 2) is the squared tangent of an angle whose density is cos(angle)^(N - 3)
    angle = NODES * min(np.pi / 2, FARTHEST / np.sqrt(counted - 2))
    density = WEIGHTS * np.cos(angle) ** (counted - 3)
    power = upper_t(float(critical), df, np.multiply.outer(shift, np.cos(angle)))
    return np.asarray(power @ density / density.sum(), dtype=np.float64)


def t_total(
    effect: float,
    target: Target,
    lost: int = 2,
    *,
    information: float = 1.0,
    covariate: bool = False,
) -> float:
    """Participants in all, before rounding, for a t test.

    Args:
        effect: standardized difference, above 0.
        target: error, power and allocation.
        lost: degrees of freedom that the model takes.
        information: as in ``power_of_means``.
        covariate: as in ``power_of_means``.

    Raises:
        DesignError: EQ801, the difference is 0 or beyond any; EQ802.
    """
    check_positive(effect=effect)

    def lacking(total: float) -> float:
        size = split(total, target)
        power = power_of_means(
            size.first,
            size.second,
            effect,
            target,
            lost,
            information=information,
            covariate=covariate,
        )
        return power - target.power

    low = (lost + 0.5) / information
    a, b = target.z
    high = 4 * target.spread * ((a + b) / effect) ** 2 + 20 / information
    if high > MOST:
        raise DesignError.single(
            "EQ802",
            f"a standardized difference of {effect:.2g} needs more than {MOST:g}",
            where="design, difference",
            fix="assume a difference that a trial can find",
        )
    return smallest_total(lacking, low)


def _no_covariance(why: str) -> DesignError:
    return DesignError.single(
        "EQ803",
        f"the covariance or the retention cannot be used: {why}",
        where="design, covariance",
        fix="give a positive definite matrix, and one falling share for each visit",
    )
