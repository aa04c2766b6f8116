"""Assurance of a comparison of two means: the power averaged over a stated prior."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from scipy import special, stats

from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.fixed.smallest_total import smallest_total, upper_t
from equipoise.design.planning.plan import Assumption
from equipoise.design.planning.question import Question
from equipoise.design.requirements import (
    Size,
    Target,
    check_finite,
    check_positive,
    out_of_range,
    split,
)
from equipoise.errors import DesignError

NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)
FARTHEST = 9.0  # standard errors of the prior on either side
REFERENCE = (
    "O'Hagan A, Stevens JW, Campbell MJ. Assurance in clinical trial design. Pharm Stat "
    "2005;4:187-201."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is believed about the true difference of means.

    Attributes:
        estimate: published or pooled, above 0 if the first arm is better.
        std_error: of the estimate; for a meta-analysis with heterogeneity, of the
            prediction for a new trial.
        sceptical: weight of the belief that the difference is around 0, 0 to below 1.
        sceptical_sd: standard deviation of that belief; ``std_error`` if None.

    Raises:
        DesignError: EQ801; EQ809, a standard deviation without a weight.
    """

    estimate: float
    std_error: float
    sceptical: float = 0.0
    sceptical_sd: float | None = None

    def __post_init__(self) -> None:
        check_finite(estimate=self.estimate)
        check_positive(std_error=self.std_error)
        if not 0 <= self.sceptical < 1:
            raise DesignError(
                out_of_range("sceptical", self.sceptical, "from 0 to below 1")
            )
        if self.sceptical_sd is not None:
            check_positive(sceptical_sd=self.sceptical_sd)
            if not self.sceptical:
                raise DesignError.single(
                    "EQ809",
                    "--sceptical-sd has no effect without --sceptical",
                    where="design, --sceptical-sd",
                    fix="give the weight of the sceptical prior, or omit it",
                )

    @property
    def components(self) -> tuple[tuple[float, float, float], ...]:
        """Weight, mean and standard deviation of each normal distribution."""
        published = (1 - self.sceptical, self.estimate, self.std_error)
        if not self.sceptical:
            return (published,)
        return published, (self.sceptical, 0.0, self.sceptical_sd or self.std_error)

    @property
    def benefit(self) -> float:
        """Probability that the difference is above 0: no trial has a higher assurance."""
        return sum(w * float(special.ndtr(m / s)) for w, m, s in self.components)


def assurance(
    prior: Prior, sd: float, first: float, second: float, target: Target
) -> float:
    """Probability that the first arm is shown to be better, over the prior.

    Args:
        prior: of the true difference.
        sd: within an arm, above 0.
        first: participants analyzed in the first arm.
        second: in the second; 3 or more in both.
        target: error and sides of the t test.

    Example:
        >>> prior = Prior(estimate=0.27, std_error=0.12245)
        >>> round(assurance(prior, 1.0, 154, 154, Target()), 3)
        0.608

    Source: O'Hagan, Stevens and Campbell 2005, Pharm Stat 4:187-201; noncentral t.
    """
    df = first + second - 2
    critical = float(stats.t.isf(target.one_sided, df))
    error = sd * sqrt(1 / first + 1 / second)
    total = 0.0
    for weight, mean, spread in prior.components:
        z = FARTHEST * NODES
        power = upper_t(critical, df, (mean + spread * z) / error)
        density = np.exp(-(z**2) / 2) / sqrt(2 * np.pi)
        total += weight * float(FARTHEST * (WEIGHTS * density) @ power)
    return total


def assurance_question(
    prior: Prior, sd: float, target: Target, dropout: float = 0.0
) -> Question:
    """The plan of a size by its assurance.

    Args:
        prior: of the true difference.
        sd: within an arm.
        target: error and allocation; its power is the assurance that is wanted.
        dropout: proportion without an outcome.
    """
    check_positive(sd=sd)
    stay = 1 - dropout
    for_dropout(Size(1.0, 1.0), dropout)  # rejects impossible values

    def at(total: float) -> float:
        arms = split(total, target)
        return assurance(prior, sd, arms.first, arms.second, target)

    def participants() -> int:
        if prior.benefit <= target.power:
            raise DesignError.single(
                "EQ802",
                f"no size has an assurance of {target.power:g}: the prior gives a "
                f"probability of {prior.benefit:.3f} to any benefit",
                where="design, --power",
                fix=f"give --n, or an assurance below {prior.benefit:.3f}",
            )
        total = smallest_total(lambda n: at(n) - target.power, 4.0)
        return sum(for_dropout(split(total, target), dropout).rounded)

    def changes() -> list[tuple[str, Question]]:
        others = [
            (f"estimate -20% ({0.8 * prior.estimate:.4g})",
             replace(prior, estimate=0.8 * prior.estimate), sd),
            (f"standard error +20% ({1.2 * prior.std_error:.4g})",
             replace(prior, std_error=1.2 * prior.std_error), sd),
            (f"standard deviation +20% ({1.2 * sd:.4g})", prior, 1.2 * sd),
            ("half of the weight on a difference around 0",
             replace(prior, sceptical=0.5), sd),
        ]  # fmt: skip
        return [
            (label, assurance_question(belief, spread, target, dropout))
            for label, belief, spread in others
        ]

    doubt = ""
    if prior.sceptical:
        doubt = (
            f", mixed with a weight of {100 * prior.sceptical:g}% for a difference "
            f"around 0 (SD {prior.sceptical_sd or prior.std_error:.4g})"
        )
    assumed = [
        Assumption("estimate of the difference (prior mean)", prior.estimate, "points"),
        Assumption("standard error of the estimate", prior.std_error, "points"),
        Assumption("standard deviation within an arm", sd, "points"),
        Assumption("proportion without an outcome", dropout),
    ]
    if prior.sceptical:
        assumed.append(Assumption("weight of the sceptical prior", prior.sceptical))
    return Question(
        title="assurance of a difference of two means",
        test="t test of two means",
        quantity="assurance",
        supposition=f"the true difference of means is believed to be "
        f"{prior.estimate:.4g} with a standard error of {prior.std_error:.4g}{doubt}, "
        f"and the standard deviation is {sd:.4g}",
        target=target,
        participants=participants,
        power=lambda n: at(n * stay),
        assumptions=tuple(assumed),
        changes=changes,
        dropout=dropout,
        least=int(np.ceil(4 / stay * (1 + max(target.ratio, 1 / target.ratio)) / 2)),
        details=lambda n: (
            f"The probability of any benefit under this prior is "
            f"{100 * prior.benefit:.1f}%; no size has a higher assurance."
        ),
        method="noncentral t distribution, integrated numerically over the prior",
        references=(REFERENCE,),
    )
