"""Covariate-adjusted marginal effects for continuous, binary and count outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from equipoise.errors import AnalysisError
from equipoise.errors.counted import agreeing, counted
from equipoise.numerics.distributions import t_quantile, t_two_sided
from equipoise.stats.input_checks import (
    Numbers,
    checked_events,
    checked_level,
    checked_option,
)
from equipoise.stats.options import (
    EFFECT_FAMILIES,
    EFFECT_MEASURES,
    EFFECT_VARIANCES,
    EffectFamily,
    EffectMeasure,
    EffectVariance,
)
from equipoise.stats.proportions import no_maximum
from equipoise.stats.regression.adjusted_means import (
    adjusted_means,
    design,
    no_estimate,
    require_residuals,
)
from equipoise.stats.regression.columns import Columns, numbers, read_columns
from equipoise.stats.regression.generalized import Glm, fit_glm
from equipoise.stats.result import Result


@dataclass(frozen=True, repr=False)
class MarginalEffect(Result):
    """A covariate-adjusted effect in the population of the trial.

    Attributes:
        estimate: difference, ratio, or odds ratio of the adjusted means.
        std_error: of the difference, or of the logarithm of a ratio.
        df: degrees of freedom; infinite for the normal distribution.
        lower: limit.
        upper: limit.
        p: two-sided, of no effect.
        measure: ``difference``, ``ratio`` or ``odds-ratio``.
        contrast: the two arms.
        family: working model.
        variance: what the standard error accounts for.
        level: coverage.
        n: participants of the analysis.
        excluded: rows without an outcome, arm, covariate or exposure.
        aliased: columns that others determine, which are not in the model.
        means: adjusted mean, risk or rate of each arm: ``arm, n, estimate, std_error``.
    """

    estimate: float
    std_error: float
    df: float
    lower: float
    upper: float
    p: float
    measure: str
    contrast: str
    family: str
    variance: str
    level: float
    n: int
    excluded: int
    aliased: tuple[str, ...]
    means: pd.DataFrame

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper limit."""
        return self.lower, self.upper


def marginal_effect(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    family: EffectFamily,
    measure: EffectMeasure = "difference",
    variance: EffectVariance = "robust",
    by_arm: bool = False,
    exposure: str | None = None,
    reference: Any = None,
    treated: Any = None,
    level: float = 0.95,
) -> MarginalEffect:
    """The effect if all participants had one arm against all having another.

    A working model with the covariates predicts every participant in each arm, and the
    predictions are averaged (standardization, g-computation). The effect is that of the
    unadjusted comparison, and more precise; its robust variance is valid if the working
    model is wrong. Every family has its canonical link, because only then the averages
    are unbiased under a wrong model: counts that vary more than Poisson counts need no
    other family, and averages of a negative binomial model would not be safe.

    =============  ===================================================================
    ``robust``     influence function with covariates as a sample; residuals over 1 minus
                   their leverage (HC3): as ``proportions.marginal_risks``
    ``ye``         Ye et al. 2023: variances within arms, covariates as a sample, without
                   small-sample correction: R RobinCar
    ``ge-robust``  Ge et al. 2011 with the HC3 covariance of the coefficients, covariates
                   fixed
    ``ge``         Ge et al. 2011, model-based, covariates fixed: SAS %Margins
    =============  ===================================================================

    The covariates of the participants are a sample: ``ge`` and ``ge-robust`` ignore that
    and are valid for these participants only. With ``robust`` and ``ge-robust`` the
    t distribution has as many degrees of freedom as the residuals. Under a stratified or
    minimized randomization give its ``strata``: then ``ye`` and ``robust`` are valid for
    these schemes; without them the variance is too large.

    Args:
        frame: one row for each participant; incomplete rows are excluded and counted.
        outcome: column of numbers; of 0 and 1 or booleans for ``binomial``; of counts
            for ``poisson``.
        arm: column of the arms.
        covariates: columns of numbers, or factors.
        strata: columns of the strata of the randomization; their combinations are one
            factor.
        family: ``gaussian`` (ANCOVA), ``binomial`` (logistic), ``poisson`` (log-linear).
        measure: ``difference``; ``ratio``; ``odds-ratio`` of risks.
        variance: one of those above.
        by_arm: an own slope of each covariate in each arm: ANHECOVA for ``gaussian``
            (Lin 2013; Ye et al. 2023), never less precise in large samples than no
            adjustment, with unequal arms also.
        exposure: column of observation times of counts, positive: means are rates for one
            unit of time.
        reference: arm that is subtracted or divided by; as in ``ancova``.
        treated: the other arm, if there are more than two.
        level: coverage.

    Raises:
        AnalysisError: EQ401, EQ402, EQ404, EQ405: columns that are absent or contain what
            they cannot; EQ460, an option; EQ461, EQ462, an outcome or exposure that is
            impossible; EQ469, no estimate, as with no event in an arm, or covariates
            that separate outcomes.

    Example:
        >>> frame = pd.DataFrame({"arm": ["drug"] * 6 + ["placebo"] * 6,
        ...                       "response": [0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1],
        ...                       "base": range(12)})
        >>> effect = marginal_effect(frame, outcome="response", arm="arm",
        ...     covariates=["base"], family="binomial", reference="placebo")
        >>> round(effect.estimate, 4)  # averaged predictions of R glm: 0.5808885
        0.5809

    Source: FDA 2023, Adjusting for Covariates in Randomized Clinical Trials; Ge et al.
    2011, Drug Inf J 45:481-493; Ye, Shao, Yi and Zhao 2023, JASA 118:2370-2382; Lin 2013,
    Ann Appl Stat 7:295-318; Rosenblum and van der Laan 2010, Int J Biostat 6:13;
    MacKinnon and White 1985, J Econometrics 29:305-325 (HC3).
    """
    checked_option("family", family, EFFECT_FAMILIES)
    checked_option("measure", measure, EFFECT_MEASURES)
    checked_option("variance", variance, EFFECT_VARIANCES)
    checked_level(level)
    others = () if exposure is None else (exposure,)
    columns = read_columns(frame, outcome, arm, covariates, strata, reference, others)
    pair = _pair(columns, treated)
    if variance == "ye" and exposure is not None:
        raise AnalysisError.single(
            "EQ460",
            "variance = 'ye' is not defined for rates with an exposure",
            where="variance",
            fix="use variance='robust'",
        )
    y = _outcome(columns, outcome, family, measure)
    offset = _offset(columns, exposure, family)
    model = _working_model(columns, y, family, offset, by_arm)
    means, covariance = adjusted_means(model, columns, by_arm, variance)
    estimate, error = _effect(means[pair], covariance[np.ix_(pair, pair)], measure)
    df = float(model.df) if variance in ("robust", "ge-robust") else np.inf
    half = float(t_quantile((1 + level) / 2, df)) * error
    ends = np.array([estimate, estimate - half, estimate + half])
    if measure != "difference":
        ends = np.exp(ends)
    squares = np.diag(covariance)  # of ``ye`` they can be negative in small samples
    table = pd.DataFrame({
        arm: list(columns.arms),
        "n": np.bincount(columns.arm, minlength=len(means)),
        "estimate": means,
        "std_error": np.sqrt(np.where(squares >= 0, squares, np.nan)),
    })  # fmt: skip
    contrast = f"{columns.arms[pair[0]]} - {columns.arms[pair[1]]}"
    return MarginalEffect(
        float(ends[0]), error, df, float(ends[1]), float(ends[2]),
        float(t_two_sided(estimate / error, df)), measure,
        contrast if measure == "difference" else contrast.replace(" - ", " / "),
        family, variance, level, columns.n, columns.excluded, columns.aliased, table,
    )  # fmt: skip


def _pair(columns: Columns, treated: Any) -> list[int]:
    """Positions of the treated and of the reference arm."""
    others = list(columns.arms[1:])
    if treated is None:
        if len(others) > 1:
            checked_option("treated", treated, others)
        return [1, 0]
    checked_option("treated", treated, others)
    return [1 + others.index(treated), 0]


def _outcome(columns: Columns, name: str, family: str, measure: str) -> Numbers:
    y = columns.outcome
    if family == "binomial":
        return checked_events(y, name).astype(float)
    if measure == "odds-ratio":
        raise AnalysisError.single(
            "EQ460",
            f"measure = 'odds-ratio' needs risks, and family = {family!r} has none",
            where="measure",
            fix="use family='binomial', or measure='ratio'",
        )
    if family == "poisson":
        require_counts(y, name)
    return y


def require_counts(y: Numbers, name: str) -> None:
    """Rejects a count that is negative or not whole: EQ462."""
    wrong = (y < 0) | (y % 1 != 0)
    if wrong.any():
        raise AnalysisError.single(
            "EQ462",
            f"{name} contains {counted(int(wrong.sum()), 'value')} that "
            f"{agreeing(int(wrong.sum()), 'is')} not a count, the first "
            f"{y[wrong][0]:g}",
            where=name,
            fix="give whole numbers of events; rates need their counts and exposure",
        )


def _offset(columns: Columns, exposure: str | None, family: str) -> Numbers:
    if exposure is None:
        return np.zeros(columns.n)
    if family != "poisson":
        raise AnalysisError.single(
            "EQ460",
            f"exposure is for counts, not for family = {family!r}",
            where="exposure",
            fix="use family='poisson', or give the exposure as a covariate",
        )
    return log_exposure(columns, exposure)


def log_exposure(columns: Columns, exposure: str) -> Numbers:
    """Logarithms of observation times: EQ462 unless positive."""
    times = numbers(columns.kept[exposure], exposure)
    if (times <= 0).any():
        raise AnalysisError.single(
            "EQ462",
            f"{int((times <= 0).sum())} exposures are zero or negative",
            where=exposure,
            fix="exclude participants who were never at risk",
            records=columns.kept[times <= 0],
        )
    return np.asarray(np.log(times))


def _working_model(
    columns: Columns, y: Numbers, family: str, offset: Numbers, by_arm: bool
) -> Glm:
    events = np.bincount(columns.arm, y, len(columns.arms))
    empty = [str(a) for a, e in zip(columns.arms, events, strict=True) if e == 0]
    if family == "poisson" and empty:
        raise no_estimate(f"no event in the arm {', '.join(empty)}")
    X = design(columns, columns.indicators, by_arm)
    p = X.shape[1]
    size = np.maximum(np.abs(X).max(axis=0), np.finfo(float).tiny)
    if len(y) <= p or np.linalg.matrix_rank(X / size) < p:
        raise no_estimate(
            f"{counted(len(y), 'complete row', 'does')} not determine {p} coefficients"
        )
    model = fit_glm(X, y, family, offset)
    if model is not None:
        require_residuals(y, model.mean)
        return model
    why = "the likelihood has no maximum, as where a level of a covariate has no event"
    if family == "binomial":
        reason = no_maximum(y, columns.indicators[:, 0], X[:, 2:])
        if reason == "separated":
            why = (
                "the arm or covariates separate those with the outcome from the others"
            )
    raise no_estimate(why)


def _effect(means: Numbers, V: Numbers, measure: str) -> tuple[float, float]:
    """Effect and standard error; of logarithms for ratios."""
    if measure == "difference":
        value, slope = means[0] - means[1], np.array([1.0, -1.0])
    else:
        if (means <= 0).any():
            raise no_estimate("a ratio needs means above zero")
        odds = measure == "odds-ratio"
        scale = means * (1 - means) if odds else means
        ends = special.logit(means) if odds else np.log(means)
        value, slope = ends[0] - ends[1], np.array([1.0, -1.0]) / scale
    square = float(slope @ V @ slope)
    if not square > 0:
        raise no_estimate("its variance is not positive in so small a sample")
    return float(value), square**0.5
