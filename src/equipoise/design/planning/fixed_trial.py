"""Endpoints of a group sequential trial: size and power of a trial with one analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from equipoise.design.fixed.means import power_of_means
from equipoise.design.fixed.proportions import power_of_proportions
from equipoise.design.planning.plan import Assumption
from equipoise.design.planning.repeated import RepeatedMeasures
from equipoise.design.requirements import (
    Target,
    check_correlation,
    check_fractions,
    check_positive,
    split,
)
from equipoise.design.sequential.outcomes import (
    Outcome,
    of_means,
    of_mmrm,
    of_proportions,
    visit_covariance,
)

CHANGES = ((0.8, "-"), (1.2, "+"))  # of the sensitivity table


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedTrial:
    """An endpoint with its assumptions, for a trial with one analysis.

    Attributes:
        outcome: for the target; the size of a trial with one analysis may not exist.
        measure: of the effect, such as ``difference of means``.
        power: with so many participants in both arms, those randomized for a mixed model
            and those with an outcome for other tests.
        test: of the analysis.
        supposition: the effect as a clause.
        assumptions: on which the power depends.
        unit: of the effect, such as ``points``; empty for a proportion.
        dropout: proportion of the randomized without an outcome.
        lost: of the randomized, not counted by ``power``: ``dropout`` or 0.
        missing: what happens to them, one clause.
        changes: other assumptions of the sensitivity table.
        least: fewest participants with which the test can be made once.
    """

    outcome: Callable[[], Outcome]
    measure: str
    power: Callable[[float], float]
    test: str
    supposition: str
    assumptions: tuple[Assumption, ...]
    unit: str
    dropout: float
    lost: float
    missing: str = "have no outcome and are not analyzed"
    changes: Callable[[], Iterable[tuple[str, FixedTrial]]]
    least: int = 6


def trial_of_means(
    difference: float,
    sd: float,
    target: Target,
    *,
    correlation: float = 0.0,
    dropout: float = 0.0,
) -> FixedTrial:
    """A difference of means, by a t test or an analysis of covariance.

    Args:
        difference: assumed, first arm minus second, not 0.
        sd: within an arm.
        target: error, power and allocation.
        correlation: of baseline and outcome; 0 for the t test.
        dropout: proportion without an outcome.

    Raises:
        DesignError: EQ801.
    """
    check_positive(sd=sd, difference=abs(difference))
    check_correlation(correlation)
    residual = sd * sqrt(1 - correlation**2)
    covariate = correlation != 0

    def power(total: float) -> float:
        arms = split(total, target)
        return power_of_means(
            arms.first, arms.second, abs(difference) / residual, target,
            3 if covariate else 2, covariate=covariate,
        )  # fmt: skip

    def with_(label: str, difference: float, sd: float, dropout: float):  # type: ignore[no-untyped-def]
        return label, trial_of_means(
            difference, sd, target, correlation=correlation, dropout=dropout
        )

    def changes() -> list[tuple[str, FixedTrial]]:
        more = _more(dropout)
        return [
            *(with_(f"standard deviation {s}20% ({f * sd:.4g})",
                    difference, f * sd, dropout) for f, s in CHANGES),
            *(with_(f"difference {s}20% ({f * difference:.4g})",
                    f * difference, sd, dropout) for f, s in CHANGES),
            with_(f"without an outcome: {100 * more:.3g}%", difference, sd, more),
        ]  # fmt: skip

    explained = [Assumption("correlation of baseline and outcome", correlation)]
    return FixedTrial(
        outcome=lambda: of_means(difference, sd, target, correlation=correlation),
        measure="difference of means",
        power=power,
        test="analysis of covariance with the baseline" if covariate
        else "t test of two means",
        supposition=f"the true difference of means is {difference:.6g} and the standard "
        f"deviation {sd:.4g}"
        + (f" (correlation with the baseline {correlation:.4g})" if covariate else ""),
        assumptions=(
            Assumption("difference of means", difference, "points"),
            Assumption("standard deviation within an arm", sd, "points"),
            *(explained if covariate else ()),
            Assumption("proportion without an outcome", dropout),
        ),
        unit="points",
        dropout=dropout,
        lost=dropout,
        changes=changes,
    )  # fmt: skip


def trial_of_proportions(
    first: float, second: float, target: Target, *, dropout: float = 0.0
) -> FixedTrial:
    """A difference of proportions, by the score test.

    Args:
        first: assumed proportion of the first arm.
        second: of the second.
        target: error, power and allocation.
        dropout: proportion without an outcome, who are excluded.

    Raises:
        DesignError: EQ801.
    """
    check_fractions(first=first, second=second)
    check_positive(difference=abs(first - second))

    def power(total: float) -> float:
        arms = split(total, target)
        return power_of_proportions(arms.first, arms.second, first, second, target)

    def changes() -> list[tuple[str, FixedTrial]]:
        pairs = [
            (f"difference {sign}20%", second + part * (first - second), second)
            for part, sign in CHANGES
        ]
        pairs += [
            (f"both proportions {100 * step:+.0f} percentage points", first + step,
             second + step) for step in (-0.05, 0.05)
        ]  # fmt: skip
        made = [
            (f"{label} ({a:.3g} and {b:.3g})",
             trial_of_proportions(a, b, target, dropout=dropout))
            for label, a, b in pairs if min(a, b) > 0 and max(a, b) < 1
        ]  # fmt: skip
        more = _more(dropout)
        other = trial_of_proportions(first, second, target, dropout=more)
        return [*made, (f"without an outcome: {100 * more:.3g}%", other)]

    return FixedTrial(
        outcome=lambda: of_proportions(first, second, target),
        measure="difference of proportions",
        power=power,
        test="score test (chi-square) of two proportions",
        supposition=f"the true proportions are {first:.4g} and {second:.4g}",
        assumptions=(
            Assumption("proportion in the first arm", first),
            Assumption("proportion in the second arm", second),
            Assumption("proportion without an outcome", dropout),
        ),
        unit="",
        dropout=dropout,
        lost=dropout,
        changes=changes,
    )


def trial_of_repeated_measures(made: RepeatedMeasures) -> FixedTrial:
    """A difference at the last visit, by a mixed model.

    Raises:
        DesignError: EQ801, EQ803.
    """
    question = made.question()
    covariance = visit_covariance(
        made.sd, made.visits, made.correlation, decay=made.decay
    )
    staying = 1 - made.dropout * np.arange(1, made.visits + 1) / made.visits
    more, lower = _more(made.dropout), made.correlation - 0.1

    def changes() -> list[tuple[str, FixedTrial]]:
        others = [
            (f"{label} {sign}20% ({part * getattr(made, name):.4g})",
             replace(made, **{name: part * getattr(made, name)}))
            for name, label in (("sd", "standard deviation"),
                                ("difference", "difference"))
            for part, sign in CHANGES
        ]  # fmt: skip
        if lower > 0:
            label = f"correlation 0.1 lower ({lower:.3g})"
            others.append((label, replace(made, correlation=lower)))
        others.append((f"who leave: {100 * more:.3g}%", replace(made, dropout=more)))
        return [(label, trial_of_repeated_measures(other)) for label, other in others]

    return FixedTrial(
        outcome=lambda: of_mmrm(made.difference, covariance, staying, made.target),
        measure="difference at the last visit",
        power=made.power,
        test=question.test,
        supposition=question.supposition,
        assumptions=question.assumptions,
        unit="points",
        dropout=made.dropout,
        lost=0.0,
        missing=question.missing,
        changes=changes,
        least=question.least + 2,
    )


def _more(dropout: float) -> float:
    """A tenth of those who have an outcome, lost as well."""
    return dropout + (1 - dropout) / 10
