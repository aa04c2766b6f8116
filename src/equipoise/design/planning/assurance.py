"""Assurance: the power averaged over a stated prior of the true effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.fixed.means import powers_of_means
from equipoise.design.fixed.smallest_total import smallest_total
from equipoise.design.planning.assured_trials import AssuredTrial
from equipoise.design.planning.plan import Assumption, power_text
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

Vector = NDArray[np.float64]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)
FARTHEST = 9.0  # standard errors of the prior on either side
REFERENCE = (
    "O'Hagan A, Stevens JW, Campbell MJ. Assurance in clinical trial design. Pharm Stat "
    "2005;4:187-201."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is believed about the true effect.

    Attributes:
        estimate: published or pooled, above 0 if the first arm is better.
        std_error: of the estimate; for a meta-analysis with heterogeneity, of the
            prediction for a new trial.
        sceptical: weight of the belief that the effect is around 0, 0 to below 1.
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
        """Probability that the effect is above 0: no trial has a higher assurance."""
        return sum(w * float(special.ndtr(m / s)) for w, m, s in self.components)


def over_prior(prior: Prior, power: Callable[[Vector], Vector]) -> float:
    """A power averaged over the prior, by Gauss-Legendre quadrature of each component.

    Args:
        prior: of the true effect, above 0 if the first arm is better.
        power: (k,) effects -> (k,) probabilities.
    """
    z = FARTHEST * NODES
    density = WEIGHTS * FARTHEST * np.exp(-(z**2) / 2) / sqrt(2 * np.pi)
    return sum(
        weight * float(density @ power(mean + spread * z))
        for weight, mean, spread in prior.components
    )


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
    return over_prior(
        prior, lambda effects: powers_of_means(first, second, effects / sd, target)
    )


def assurance_question(prior: Prior, trial: AssuredTrial, target: Target) -> Question:
    """The plan of a size by its assurance.

    Args:
        prior: of the true effect, above 0 if the first arm is better.
        trial: endpoint and assumptions.
        target: error and allocation; its power is the assurance that is wanted.
    """

    def at(total: float) -> float:
        return over_prior(prior, lambda effects: trial.power(total, effects))

    def surplus(n: float) -> float:
        near = trial.search or trial.power
        return over_prior(prior, lambda effects: near(n, effects)) - target.power

    def participants() -> int:
        if prior.benefit <= target.power:
            raise DesignError.single(
                "EQ802",
                f"no size has an assurance of {target.power:g}: the prior gives a "
                f"probability of {prior.benefit:.3f} to any benefit",
                where="design, --power",
                fix=f"give --n, or an assurance below {prior.benefit:.3f}",
            )
        total = smallest_total(surplus, float(trial.least))
        planned = sum(Size(*_arms(total, target)).rounded)
        while at(planned) < target.power:  # a sawtooth, if the test is exact
            planned += 1
        return planned

    def changes() -> list[tuple[str, Question]]:
        stated = trial.sign * prior.estimate
        beliefs = [
            (f"estimate -20% ({0.8 * stated:.4g})",
             replace(prior, estimate=0.8 * prior.estimate)),
            (f"standard error +20% ({1.2 * prior.std_error:.4g})",
             replace(prior, std_error=1.2 * prior.std_error)),
            ("half of the weight on no effect", replace(prior, sceptical=0.5)),
        ]  # fmt: skip
        return [
            *((label, assurance_question(p, trial, target)) for label, p in beliefs),
            *((label, assurance_question(prior, other, target))
              for label, other in trial.changes()),
        ]  # fmt: skip

    return Question(
        title=f"assurance of a {trial.title}",
        test=trial.test,
        quantity="assurance",
        supposition=f"the true {trial.effect} is believed to be "
        f"{trial.sign * prior.estimate:.4g} with a standard error of "
        f"{prior.std_error:.4g}{_doubt(prior)}, and {trial.supposed}",
        target=target,
        participants=participants,
        power=at,
        assumptions=(*_believed(prior, trial), *trial.assumptions),
        changes=changes,
        dropout=trial.dropout,
        missing=trial.missing,
        complete=trial.complete,
        least=trial.least,
        details=lambda n: (
            f"The probability of any benefit under this prior is "
            f"{100 * prior.benefit:.1f}%; no size has a higher assurance. If the effect "
            f"is the estimate itself, the power is "
            f"{power_text(float(trial.power(n, np.array([prior.estimate]))[0]))}."
        ),
        method=f"{trial.method}, integrated numerically over the prior",
        references=(REFERENCE,),
    )


def _arms(total: float, target: Target) -> tuple[float, float]:
    arms = split(total, target)
    return arms.first, arms.second


def _doubt(prior: Prior) -> str:
    if not prior.sceptical:
        return ""
    return (
        f", mixed with a weight of {100 * prior.sceptical:g}% for an effect "
        f"around 0 (SD {prior.sceptical_sd or prior.std_error:.4g})"
    )


def _believed(prior: Prior, trial: AssuredTrial) -> list[Assumption]:
    made = [
        Assumption(
            f"estimate of the {trial.effect} (prior mean)",
            trial.sign * prior.estimate,
            trial.unit,
        ),
        Assumption("standard error of the estimate", prior.std_error, trial.unit),
    ]
    if prior.sceptical:
        made.append(Assumption("weight of the sceptical prior", prior.sceptical))
    return made
