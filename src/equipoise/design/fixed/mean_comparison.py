"""Two means by the t test: superiority, non-inferiority, equivalence; three layouts."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Literal, get_args

import numpy as np
from scipy import special, stats

from equipoise.design.fixed.means import power_of_means
from equipoise.design.fixed.smallest_total import smallest_total, upper_t
from equipoise.design.requirements import (
    Size,
    Target,
    check_correlation,
    check_finite,
    check_positive,
    split,
)
from equipoise.errors import DesignError, require_known

Hypothesis = Literal["superiority", "noninferiority", "equivalence"]
Layout = Literal["parallel", "paired", "crossover"]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(96)
RARE = 1e-15  # probability of a standard deviation that is left out


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanComparison:
    """Assumptions of a comparison of two means by the t test.

    Attributes:
        difference: assumed, first less second. For superiority its sign does not matter;
            for non-inferiority a positive difference is in favor of the first.
        sd: standard deviation of the outcome within an arm (or condition), above 0.
        hypothesis: ``superiority``; ``noninferiority``, the first is not worse than the
            second by ``margin``; ``equivalence``, the difference lies between the
            margins (two one-sided tests, TOST, each with the one-sided error).
        layout: ``parallel``, two arms; ``paired``, both conditions in each participant, as
            before and after (one-sample t test of the differences); ``crossover``, two
            sequences and two periods, no carry-over.
        margin: accepted difference, above 0; for equivalence both sides of 0.
        lower: lower margin of equivalence, if it is not ``-margin``.
        upper: upper margin.
        correlation: of baseline and outcome in parallel arms (analysis of covariance);
            else of the two outcomes of a participant, whose difference has the standard
            deviation ``sd * sqrt(2 * (1 - correlation))``.
        target: error, power, allocation. Non-inferiority and equivalence are one-sided.

    Raises:
        DesignError: EQ801, a number is out of range; EQ809, an option without effect;
            EQ811, the assumed difference does not fit the margin.

    Example:
        >>> plan = MeanComparison(
        ...     difference=0, sd=8, hypothesis="equivalence", margin=5,
        ...     target=Target(alpha=0.05, sides=1),
        ... )
        >>> plan.size().rounded  # SAS PROC POWER: 90 in total
        (45, 45)

    Source: noncentral t; equivalence: Phillips 1990, J Pharmacokinet Biopharm 18:137-144
    (Owen's Q, here by integration over the standard deviation); SAS PROC POWER
    TWOSAMPLEMEANS and PAIREDMEANS, TEST=DIFF and EQUIV_DIFF; R PowerTOST; Shieh 2020,
    Psychometrika 85:101-120 for the covariate.
    """

    difference: float
    sd: float
    hypothesis: Hypothesis = "superiority"
    layout: Layout = "parallel"
    margin: float | None = None
    lower: float | None = None
    upper: float | None = None
    correlation: float = 0.0
    target: Target = field(default_factory=Target)

    def __post_init__(self) -> None:
        require_known("hypothesis", self.hypothesis, get_args(Hypothesis))
        require_known("layout", self.layout, get_args(Layout))
        check_finite(difference=self.difference)
        check_positive(sd=self.sd)
        check_correlation(self.correlation)
        if self.margin is not None:
            check_positive(margin=self.margin)
        _check_options(self)
        _check_margins(self)

    @property
    def margins(self) -> tuple[float, float]:
        """Differences between which the trial concludes equivalence."""
        lower = -_given(self.margin) if self.lower is None else self.lower
        upper = _given(self.margin) if self.upper is None else self.upper
        return lower, upper

    @property
    def covariate(self) -> bool:
        """Whether the baseline is a covariate of the analysis."""
        return self.layout == "parallel" and self.correlation != 0

    @property
    def least(self) -> float:
        """Fewest participants with an outcome from which the test can be made."""
        return 3.5 if self.covariate else 2.0 if self.layout == "paired" else 3.0

    def power(self, first: float, second: float = 0.0) -> float:
        """Power with so many participants in both arms, or sequences, or with pairs.

        Args:
            first: participants in the first arm or sequence; pairs if ``paired``.
            second: in the second; not used if ``paired``.
        """
        error, df = self._precision(first, second)
        if self.hypothesis == "equivalence":
            lower, upper = self.margins
            return tost_power(
                (lower - self.difference) / error,
                (upper - self.difference) / error,
                df,
                self.target.one_sided,
            )
        effect = abs(self.difference)
        if self.hypothesis == "noninferiority":
            effect = self.difference + _given(self.margin)
        if self.covariate:
            sd = self.sd * sqrt(1 - self.correlation**2)
            return power_of_means(
                first, second, effect / sd, self.target, 3, covariate=True
            )
        critical = stats.t.isf(self.target.one_sided, df)
        return float(upper_t(float(critical), df, effect / error))

    def size(self) -> Size:
        """Participants before rounding; all of them in ``first`` if ``paired``.

        Raises:
            DesignError: EQ802, more than 1e9.
        """

        def lacking(total: float) -> float:
            return self.power(*self.arms(total)) - self.target.power

        total = smallest_total(lacking, self.least)
        return Size(*self.arms(total))

    def rounded(self) -> tuple[int, int]:
        """Participants of the smallest trial: arms rounded up, sequences of equal size."""
        first, second = self.size().rounded
        if self.layout == "crossover":
            return max(first, second), max(first, second)
        return first, second

    def arms(self, total: float) -> tuple[float, float]:
        """A total in the allocation ratio, or in equal sequences, or as pairs."""
        if self.layout == "paired":
            return total, 0.0
        if self.layout == "crossover":
            return total / 2, total / 2
        size = split(total, self.target)
        return size.first, size.second

    def _precision(self, first: float, second: float) -> tuple[float, float]:
        """Standard error of the difference, and degrees of freedom."""
        if self.layout == "parallel":
            return self.sd * sqrt(1 / first + 1 / second), first + second - 2
        sd = self.sd * sqrt(2 * (1 - self.correlation))
        if self.layout == "paired":
            return sd / sqrt(first), first - 1
        return sd / 2 * sqrt(1 / first + 1 / second), first + second - 2


def tost_power(lower: float, upper: float, df: float, alpha: float) -> float:
    """Power of two one-sided t tests, exactly.

    Args:
        lower: lower margin less the true difference, in standard errors, below ``upper``.
        upper: upper margin less the true difference, in standard errors.
        df: degrees of freedom of the standard error, at least 1.
        alpha: error of each test.

    Source: Phillips 1990; Owen 1965, Biometrika 52:437-446: given the standard deviation
    s, the difference must lie t s inside both margins.
    """
    critical = float(stats.t.isf(alpha, df))
    start, end = np.sqrt(special.chdtri(df, np.array([1 - RARE, RARE])) / df)
    end = min(float(end), (upper - lower) / (2 * critical))
    if end <= start:
        return 0.0
    half = (end - start) / 2
    s = start + half * (NODES + 1)
    log = (
        (df - 1) * np.log(s) - df * s**2 / 2
        + df / 2 * np.log(df) - (df / 2 - 1) * np.log(2) - special.gammaln(df / 2)
    )  # fmt: skip
    inside = special.ndtr(upper - critical * s) - special.ndtr(lower + critical * s)
    return float(half * (WEIGHTS * np.exp(log)) @ np.maximum(inside, 0.0))


def _given(margin: float | None) -> float:
    return 0.0 if margin is None else margin


def _check_options(plan: MeanComparison) -> None:
    """Raises DesignError EQ809 or EQ801 for options that do not fit together."""
    ends = plan.lower is not None or plan.upper is not None
    what = ""
    if plan.hypothesis == "superiority" and (plan.margin is not None or ends):
        what = "a margin is given, and superiority has none"
    elif plan.hypothesis == "noninferiority" and ends:
        what = "lower and upper margins belong to equivalence"
    elif plan.margin is not None and plan.lower is not None and plan.upper is not None:
        what = "a margin is given besides both of lower and upper"
    elif plan.hypothesis == "equivalence" and plan.covariate:
        what = "equivalence with a baseline as covariate is not available"
    elif plan.layout != "parallel" and plan.target.ratio != 1:
        what = f"an allocation ratio is given, and a {plan.layout} trial has none"
    if what:
        raise DesignError.single(
            "EQ809",
            what,
            where="design, means",
            fix="omit the option, or choose the hypothesis and layout that it is for",
        )
    if plan.hypothesis != "superiority" and plan.target.sides != 1:
        raise DesignError.single(
            "EQ801",
            f"{plan.hypothesis} is tested on one side, and the target has two sides",
            where="design, sides",
            fix="give a target with sides=1 and the one-sided error",
        )


def _check_margins(plan: MeanComparison) -> None:
    """Raises DesignError EQ811 unless the assumed difference is inside the margins."""
    if plan.hypothesis == "superiority":
        check_positive(difference=abs(plan.difference))
        return
    missing = plan.margin is None and (plan.lower is None or plan.upper is None)
    if plan.hypothesis == "noninferiority":
        missing, good = plan.margin is None, plan.difference > -_given(plan.margin)
    else:
        lower, upper = plan.margins
        check_finite(lower=lower, upper=upper)
        good = lower < plan.difference < upper
    if missing:
        raise DesignError.single(
            "EQ811",
            f"{plan.hypothesis} needs a margin",
            where="design, margin",
            fix="give the largest difference that is still accepted, above 0",
        )
    if not good:
        raise DesignError.single(
            "EQ811",
            f"the assumed difference of {plan.difference:g} is not inside the margin",
            where="design, margin",
            fix="assume a difference inside the margin, or choose a wider margin",
        )
