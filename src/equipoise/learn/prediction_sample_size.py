"""The smallest sample in which a prediction model may be developed (Riley's criteria)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, log, log1p

from scipy import optimize, stats

Z = float(stats.norm.ppf(0.975))
OPTIMISM = 0.05  # largest difference of apparent and adjusted R²
RESIDUALS = 234  # residual SD within 10% of its value with 95% confidence
MARGIN = 0.05  # of the mean risk


@dataclass(frozen=True, slots=True)
class SmallestSample:
    """The participants that each criterion needs.

    Attributes:
        shrinkage: expected shrinkage of predictions is at least the stated one.
        optimism: apparent R² exceeds the adjusted one by at most 0.05 (of the largest
            possible R² for an outcome that is not continuous).
        precision: the residual SD, or the mean risk, is estimated precisely.
    """

    shrinkage: int
    optimism: int
    precision: int

    @property
    def n(self) -> int:
        """The largest of the three."""
        return max(self.shrinkage, self.optimism, self.precision)


def continuous_sample(
    r2: float, parameters: int, *, shrinkage: float = 0.9
) -> SmallestSample:
    """The smallest sample for a continuous outcome.

    Args:
        r2: adjusted R² that is anticipated, between 0 and 1.
        parameters: of candidate predictors, at least 1; for benefit: of interactions too.
        shrinkage: smallest that is acceptable, between 0 and 1.

    Raises:
        ValueError: a number is out of range.

    Source: Riley et al. 2019, Stat Med 38:1262-1275; ``pmsampsize`` of R.

    Example:
        >>> continuous_sample(0.03, 8).n
        1707
        >>> continuous_sample(0.3, 5).n
        239
    """
    _check(r2, parameters, shrinkage)

    def lack(n: float) -> float:
        apparent = (r2 * (n - parameters - 1) + parameters) / (n - 1)
        return 1 + (parameters - 2) / (n * log1p(-apparent)) - shrinkage

    low = parameters + 2.0
    found = low if lack(low) >= 0 else optimize.brentq(lack, low, 1e12, xtol=1e-6)
    return SmallestSample(
        shrinkage=ceil(found - 1e-6),
        optimism=ceil(1 + parameters * (1 - r2) / OPTIMISM - 1e-9),
        precision=RESIDUALS + parameters,
    )


def binary_sample(
    r2: float, parameters: int, prevalence: float, *, shrinkage: float = 0.9
) -> SmallestSample:
    """The smallest sample for a binary outcome.

    Args:
        r2: R² of Cox and Snell that is anticipated, below ``largest_r2(prevalence)``.
        parameters: of candidate predictors.
        prevalence: of the outcome, between 0 and 1.
        shrinkage: smallest that is acceptable.

    Raises:
        ValueError: a number is out of range.

    Source: Riley et al. 2019, Stat Med 38:1276-1296; ``pmsampsize`` of R.

    Example:
        >>> binary_sample(0.1, 8, 0.44).n
        680
    """
    _check(r2, parameters, shrinkage)
    if not 0 < prevalence < 1:
        raise ValueError(f"prevalence {prevalence} is not between 0 and 1")
    precision = (Z / MARGIN) ** 2 * prevalence * (1 - prevalence)
    return _generalized(
        r2, parameters, largest_r2(prevalence), ceil(precision), shrinkage
    )


def survival_sample(
    r2: float,
    parameters: int,
    rate: float,
    follow_up: float,
    at: float,
    *,
    shrinkage: float = 0.9,
) -> SmallestSample:
    """The smallest sample for a time to an event.

    The risk at a time is estimated from a constant rate; the criterion of precision is
    the n at which the upper limit of this risk is 0.05 above it.

    Args:
        r2: R² of Cox and Snell that is anticipated.
        parameters: of candidate predictors.
        rate: events per unit of time, above 0.
        follow_up: mean follow-up in this unit.
        at: time of the prediction in this unit.
        shrinkage: smallest that is acceptable.

    Raises:
        ValueError: a number is out of range.

    Source: Riley et al. 2019, Stat Med 38:1276-1296.

    Example:
        >>> survival_sample(0.051, 25, rate=0.065, follow_up=2.07, at=2).n
        4286
    """
    _check(r2, parameters, shrinkage)
    if min(rate, follow_up, at) <= 0:
        raise ValueError("rate, follow-up or time is not above 0")
    events = rate * follow_up
    most = 1 - exp(2 * events * (log(events) - 1)) if events < exp(1) else 1.0
    risk = 1 - exp(-rate * at)
    if risk + MARGIN >= 1:
        precision = 1.0
    else:
        reach = -log(1 - risk - MARGIN) / at - rate
        precision = Z**2 * rate / (follow_up * reach**2)
    return _generalized(r2, parameters, most, ceil(precision - 1e-9), shrinkage)


def largest_r2(prevalence: float) -> float:
    """The largest R² of Cox and Snell that a binary outcome can have.

    Example:
        >>> round(largest_r2(0.44), 3)
        0.746
    """
    null = prevalence * log(prevalence) + (1 - prevalence) * log1p(-prevalence)
    return 1 - exp(2 * null)


def _generalized(
    r2: float, parameters: int, most: float, precision: int, shrinkage: float
) -> SmallestSample:
    if r2 >= most:
        raise ValueError(f"R² {r2} is not below the largest possible, {most:.3f}")

    def needed(accepted: float) -> int:
        return ceil(parameters / ((accepted - 1) * log1p(-r2 / accepted)) - 1e-9)

    return SmallestSample(
        needed(shrinkage), needed(r2 / (r2 + OPTIMISM * most)), precision
    )


def _check(r2: float, parameters: int, shrinkage: float) -> None:
    if not (0 < r2 < shrinkage < 1) or parameters < 1:
        raise ValueError(
            f"R² {r2}, shrinkage {shrinkage} or {parameters} parameters out of range"
        )
