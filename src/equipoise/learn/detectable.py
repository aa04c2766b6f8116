"""The smallest interaction that a trial can find."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

from scipy import stats


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest interactions that are found with a stated power, in SDs.

    Attributes:
        halves: difference of the effect between two groups.
        per_sd: difference of the effect for one SD of a continuous candidate.
    """

    halves: float
    per_sd: float


def smallest_interaction(
    n: int,
    *,
    treated: float = 0.5,
    share: float = 0.5,
    power: float = 0.8,
    alpha: float = 0.05,
    quantiles: Literal["normal", "t"] = "normal",
) -> Detectable:
    """The smallest interaction that a trial of n participants finds.

    The difference of the effect between two groups has the standard error
    σ / sqrt(n a (1 − a) g (1 − g)), 4 σ / sqrt(n) for equal arms and equal groups: twice
    that of the effect itself.

    Args:
        n: participants, at least 6.
        treated: proportion in the arm of interest, above 0 and below 1.
        share: proportion in one of the two groups, above 0 and below 1.
        power: above ``alpha`` and below 1.
        alpha: two-sided error of the test of this one interaction.
        quantiles: normal, or t with n − 4 degrees of freedom.

    Returns:
        In SDs of the outcome within arms and groups.

    Raises:
        ValueError: a number is out of range.

    Example:
        >>> round(smallest_interaction(30).halves, 2)
        2.05
        >>> round(smallest_interaction(200).per_sd, 2)
        0.4
    """
    shares = (treated, share, power, alpha)
    if n < 6 or not all(0 < value < 1 for value in shares) or power <= alpha:
        raise ValueError("n below 6, or a proportion that is not between 0 and 1")
    law = stats.norm if quantiles == "normal" else stats.t(n - 4)
    reach = float(law.ppf(1 - alpha / 2) + law.ppf(power))
    arms = sqrt(n * treated * (1 - treated))
    return Detectable(reach / (arms * sqrt(share * (1 - share))), reach / arms)


def participants_for_interaction(
    size: float,
    *,
    share: float = 0.5,
    treated: float = 0.5,
    power: float = 0.9,
    alpha: float = 0.05,
) -> int:
    """The participants of a trial that finds a difference of the effect.

    Args:
        size: difference of the effect between two groups, in SDs within arms and groups.
        share: proportion in one of the two groups, above 0 and below 1.
        treated: proportion in the arm of interest, above 0 and below 1.
        power: above ``alpha`` and below 1.
        alpha: two-sided error of the test of this one interaction.

    Returns:
        The smallest n for which ``smallest_interaction`` is at most ``size``.

    Raises:
        ValueError: a number is out of range.

    Example:
        >>> participants_for_interaction(2.05, power=0.8)
        30
    """
    if size <= 0:
        raise ValueError("a difference of 0 or less is never found")
    one = smallest_interaction(
        6, treated=treated, share=share, power=power, alpha=alpha
    ).halves
    return max(6, ceil(6 * (one / size) ** 2 - 1e-9))
