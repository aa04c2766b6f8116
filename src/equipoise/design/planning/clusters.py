"""The question of two means when participants are treated in clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil, sqrt
from typing import Literal

from scipy import stats

from equipoise.design.fixed.inflation import design_effect
from equipoise.design.fixed.smallest_total import smallest_total, upper_t
from equipoise.design.planning.plan import Assumption
from equipoise.design.planning.question import Question
from equipoise.design.requirements import (
    Size,
    Target,
    check_finite,
    check_positive,
    limited,
    out_of_range,
    split,
)
from equipoise.errors import DesignError
from equipoise.errors.counted import counted

Clustered = Literal["both", "first"]
LEAST_CLUSTERS = 2  # in an arm: with one its variance cannot be estimated
REFERENCES = {
    "both": (
        "Donner A, Klar N. Design and Analysis of Cluster Randomization Trials in Health "
        "Research. Arnold; 2000.",
        "Eldridge SM, Ashby D, Kerry S. Sample size for cluster randomized trials: effect "
        "of coefficient of variation of cluster size and analysis method. Int J Epidemiol "
        "2006;35:1292-1300.",
    ),
    "first": (
        "Moerbeek M, Wong WK. Sample size formulae for trials comparing group and "
        "individual treatments in a multilevel model. Stat Med 2008;27:2850-2864.",
        "Roberts C, Roberts SA. Design and analysis of clinical trials with clustering "
        "effects due to treatment. Clin Trials 2005;2:152-162.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredMeans:
    """Assumptions of a comparison of two means with clusters in both arms or in one.

    Attributes:
        difference: of means, in the unit of the outcome, not 0.
        sd: total standard deviation within an arm, above 0.
        cluster_size: mean participants randomized to a cluster, such as a therapist or
            a therapy group, at least 1.
        icc: intracluster correlation, 0 to below 1.
        variation: coefficient of variation of the cluster sizes, 0 to 1000.
        clustered: "both" arms, or the "first" alone (partially nested), while the
            participants of the second are independent.
        dropout: proportion without an outcome, 0 to below 1, independent of the cluster.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801, a number is out of range.

    Example:
        >>> therapy = ClusteredMeans(
        ...     difference=5, sd=10, cluster_size=6, icc=0.05, clustered="first"
        ... )
        >>> therapy.arms(), therapy.clusters(sum(therapy.arms()))
        ((78, 78), (13.0, 0.0))

    Source: Donner and Klar 2000, t with clusters less 2 degrees of freedom; for one arm
    the variance of Moerbeek and Wong 2008 and Satterthwaite's degrees of freedom, as
    Roberts and Roberts 2005; unequal sizes by Eldridge, Ashby and Kerry 2006.
    """

    difference: float
    sd: float
    cluster_size: float
    icc: float
    variation: float = 0.0
    clustered: Clustered = "both"
    dropout: float = 0.0
    target: Target = field(default_factory=Target)

    def __post_init__(self) -> None:
        check_positive(sd=self.sd)
        check_finite(difference=self.difference)
        check_positive(difference=abs(self.difference))
        if not 0 <= self.dropout < 1:
            raise DesignError(
                out_of_range("dropout", self.dropout, "from 0 to below 1")
            )
        design_effect(self.cluster_size, self.icc, self.variation)
        if self.cluster_size == 1 and self.variation:
            raise DesignError.single(
                "EQ801",
                f"clusters of 1 on average have a variation of {self.variation:g}",
                where="design, --cv",
                fix="give a larger --cluster-size, or omit --cv",
            )

    @property
    def effect(self) -> float:
        """Design effect of a clustered arm: its variance over that without clusters.

        Two participants of a cluster both have an outcome with the squared proportion
        that stays, so the correlation counts with the proportion that stays.
        """
        stay = 1 - self.dropout
        return design_effect(self.cluster_size, self.icc * stay, self.variation)

    @property
    def least(self) -> int:
        """Fewest randomized with two clusters in each clustered arm, and two in another."""
        needed = LEAST_CLUSTERS * self.cluster_size
        other = needed if self.clustered == "both" else 2 / (1 - self.dropout)
        return ceil(_total(needed, other, self.target) - 1e-9)

    def clusters(self, n: float) -> tuple[float, float]:
        """Clusters of either arm if so many are randomized; 0 in an arm without any."""
        arms = split(n, self.target)
        second = arms.second / self.cluster_size if self.clustered == "both" else 0.0
        return arms.first / self.cluster_size, second

    def precision(self, n: float) -> tuple[float, float]:
        """Standard error of the difference, and its degrees of freedom.

        Args:
            n: randomized, both arms, at least ``least``.
        """
        arms, (first, second) = (
            split(n * (1 - self.dropout), self.target),
            self.clusters(n),
        )
        one = self.sd**2 * self.effect / arms.first
        if self.clustered == "both":
            other = self.sd**2 * self.effect / arms.second
            return sqrt(one + other), first + second - 2
        other = self.sd**2 / arms.second
        df = (one + other) ** 2 / (one**2 / (first - 1) + other**2 / (arms.second - 1))
        return sqrt(one + other), df

    def power(self, n: float) -> float:
        """With so many randomized, at least ``least``."""
        error, df = self.precision(n)
        critical = float(stats.t.ppf(1 - self.target.one_sided, df))
        return float(upper_t(critical, df, abs(self.difference) / error))

    def size(self) -> Size:
        """Participants to randomize, before rounding to clusters.

        Raises:
            DesignError: EQ802, more than 1e9.
        """
        total = smallest_total(
            lambda n: self.power(n) - self.target.power, float(self.least)
        )
        return limited(split(total, self.target))

    def arms(self) -> tuple[int, int]:
        """Participants of either arm in complete clusters of the mean size.

        Raises:
            DesignError: EQ802.
        """
        size, ratio, each = self.size(), self.target.ratio, self.cluster_size
        first = ceil(size.first / each - 1e-9)
        if self.clustered == "both":
            first = max(first, ceil(ratio * ceil(size.second / each - 1e-9) - 1e-9))
            return _up(first * each), _up(ceil(first / ratio - 1e-9) * each)
        return _up(first * each), _up(first * each / ratio)

    def question(self) -> Question:
        """The question of its size."""
        where = "both arms" if self.clustered == "both" else "the first arm alone"
        sizes = f" (coefficient of variation {self.variation:.4g})"
        return Question(
            title="difference of two means, "
            + ("clusters" if self.clustered == "both" else "partially nested"),
            test="t test of two means, adjusted for clusters",
            supposition=f"the true difference of means is {self.difference:.4g}, the "
            f"standard deviation within an arm {self.sd:.4g}, and participants of "
            f"{where} are treated in clusters of {self.cluster_size:.4g} on average"
            f"{sizes if self.variation else ''} with an intracluster correlation of "
            f"{self.icc:.4g}",
            target=self.target,
            participants=lambda: sum(self.arms()),
            power=self.power,
            assumptions=(
                Assumption("difference of means", self.difference, "points"),
                Assumption("standard deviation within an arm", self.sd, "points"),
                Assumption("mean cluster size", self.cluster_size, "participants"),
                Assumption("intracluster correlation", self.icc),
                Assumption("coefficient of variation of cluster sizes", self.variation),
                Assumption("proportion without an outcome", self.dropout),
            ),
            changes=self._changes,
            dropout=self.dropout,
            details=self._details,
            least=self.least,
            method="noncentral t distribution with the design effect of the clusters and "
            + (
                "two degrees of freedom fewer than clusters"
                if self.clustered == "both"
                else "Satterthwaite's degrees of freedom"
            ),
            references=REFERENCES[self.clustered],
        )

    def _changes(self) -> Iterator[tuple[str, Question]]:
        for sign, factor in (("-", 0.8), ("+", 1.2)):
            made = replace(self, sd=factor * self.sd)
            yield f"standard deviation {sign}20% ({made.sd:.4g})", made.question()
        for sign, factor in (("-", 0.8), ("+", 1.2)):
            made = replace(self, difference=factor * self.difference)
            yield f"difference {sign}20% ({made.difference:.4g})", made.question()
        for icc in sorted({0.0, self.icc / 2, min(2 * self.icc, 0.99)} - {self.icc}):
            yield (
                f"intracluster correlation {icc:.4g}",
                replace(self, icc=icc).question(),
            )
        if not self.variation and self.cluster_size > 1:
            made = replace(self, variation=0.5)
            yield "coefficient of variation 0.5", made.question()
        more = self.dropout + (1 - self.dropout) / 10
        label = f"without an outcome: {100 * more:.3g}%"
        yield label, replace(self, dropout=more).question()

    def _details(self, n: int) -> str:
        first, second = self.clusters(n)
        many = f"{counted(_up(first), 'cluster')} in the first arm"
        if self.clustered == "both":
            many += f" and {_up(second)} in the second"
        return (
            f"There are {many}; the design effect is {self.effect:.4g} and the test has "
            f"{self.precision(n)[1]:.4g} degrees of freedom. The analysis must have a "
            "random effect of the cluster with degrees of freedom of the clusters "
            "(Satterthwaite or Kenward-Roger); the report of Equipoise has none."
        )


def _total(first: float, second: float, target: Target) -> float:
    """Smallest total that has so many in the first arm and in the second."""
    ratio = target.ratio
    return max(first * (1 + ratio) / ratio, second * (1 + ratio))


def _up(value: float) -> int:
    return ceil(value - 1e-9)
