"""The maximum of Cox's likelihood, and the reasons why there may be none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from equipoise.errors import AnalysisError
from equipoise.stats.survival.cox_likelihood import Likelihood

Numbers = NDArray[np.float64]
STEPS, HALVES = 60, 30
SETTLED = 1e-20  # Newton decrement: ten digits of a standard error
STILL = 1e-7  # largest step, in standard deviations, of a search that has ended
FLAT = 1e-8  # decrement of a likelihood that climbs no more
MOVING = 1e-2  # step, in standard deviations, of a coefficient that goes to infinity
ALIASED = 1e-9  # proportion of a variance that other covariates leave


class HasLikelihood(Protocol):
    """What is maximized."""

    def at(self, beta: Numbers) -> Likelihood:
        """Value, score and information."""


@dataclass(frozen=True, slots=True)
class Maximum:
    """Coefficients, and the likelihood there and at zero."""

    beta: Numbers
    fitted: Likelihood
    null: Likelihood
    iterations: int


def maximum(target: HasLikelihood, names: Sequence[str], events: int) -> Maximum:
    """The coefficients by Newton's method with step halving.

    Args:
        target: whose covariates have mean 0 and variance 1.
        names: of the coefficients.
        events: number of them.

    Raises:
        AnalysisError: EQ464, a coefficient goes to infinity; EQ465, a covariate does not
            vary among participants at risk together, or is a combination of others.
    """
    beta = np.zeros(len(names))
    null = now = target.at(beta)
    _check_variation(null.information, names, events)
    step, size = np.zeros(len(names)), np.inf
    for k in range(STEPS):
        try:
            step = linalg.cho_solve(linalg.cho_factor(now.information), now.score)
        except linalg.LinAlgError:
            raise _no_maximum(names, step if k else now.score) from None
        decrement = float(now.score @ step)
        size = float(np.abs(step).max())
        if decrement < FLAT and size > MOVING:
            raise _no_maximum(names, step)
        if decrement < SETTLED and size < STILL:
            return Maximum(beta, now, null, k)
        found = _uphill(target, beta, step, now)
        if found is None:
            if size < STILL:
                return Maximum(beta, now, null, k)
            break
        beta, now = found
    if size < STILL:  # rounding keeps the decrement from becoming smaller
        return Maximum(beta, now, null, STEPS)
    raise _no_maximum(names, step)


def _uphill(
    target: HasLikelihood, beta: Numbers, step: Numbers, now: Likelihood
) -> tuple[Numbers, Likelihood] | None:
    """The step, halved until the likelihood is not smaller."""
    slack = 1e-12 * max(1.0, abs(now.value))
    for half in range(HALVES):
        trial = beta + step / 2**half
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            then = target.at(trial)
        if np.isfinite(then.value) and then.value >= now.value - slack:
            return trial, then
    return None


def _check_variation(information: Numbers, names: Sequence[str], events: int) -> None:
    """Rejects covariates that no event compares, and combinations of others."""
    variance = np.diag(information) / max(events, 1)
    flat = [n for n, v in zip(names, variance, strict=True) if not v > ALIASED]
    if flat:
        raise AnalysisError.single(
            "EQ465",
            f"{', '.join(flat)} does not vary among the participants at risk at any event",
            where="covariates",
            fix="leave it out; a covariate that is constant in each stratum has no "
            "coefficient in a stratified model",
        )
    scale = np.sqrt(np.diag(information))
    R = information / np.outer(scale, scale)
    left = np.ones(len(names))  # variance not yet explained: Gram and Schmidt on R
    L = np.zeros_like(R)
    for k in range(len(names)):
        left[k] = R[k, k] - L[k, :k] @ L[k, :k]
        if left[k] < ALIASED:
            raise AnalysisError.single(
                "EQ465",
                f"{names[k]} is a linear combination of {', '.join(names[:k])} among the "
                "participants at risk",
                where="covariates",
                fix="leave one of them out",
            )
        L[k, k] = np.sqrt(left[k])
        L[k + 1 :, k] = (R[k + 1 :, k] - L[k + 1 :, :k] @ L[k, :k]) / L[k, k]


def _no_maximum(names: Sequence[str], direction: Numbers) -> AnalysisError:
    size = np.abs(direction)
    moving = [n for n, v in zip(names, size, strict=True) if v > 0.1 * size.max()]
    return AnalysisError.single(
        "EQ464",
        f"the likelihood has no maximum: it increases without end as the coefficient of "
        f"{', '.join(moving)} grows in size, as where one group has no event",
        where="covariates",
        fix="report the events of each group, and compare them by a log-rank test or "
        "restricted means; or leave out the covariate",
    )
