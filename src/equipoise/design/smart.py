"""Sizes of a SMART: regimes that are embedded in a trial that randomizes twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.design.requirements import (
    Size,
    Target,
    check_correlation,
    check_fractions,
    check_positive,
    out_of_range,
)
from equipoise.errors import DesignError, refuse

Rerandomized = Literal["everybody", "non-responders", "non-responders of one arm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """One embedded regime: a first treatment, and a second for non-responders.

    Attributes:
        response: proportion of responders to the first treatment, 0 to 1; they are not
            randomized again.
        mean_response, sd_response: outcome of the responders.
        mean_other, sd_other: outcome of the others under the second treatment.
        first: probability of the first treatment.
        second: probability of the second treatment for non-responders.
    """

    response: float
    mean_response: float
    sd_response: float
    mean_other: float
    sd_other: float
    first: float = 0.5
    second: float = 0.5

    def __post_init__(self) -> None:
        checks = [
            ("response", 0.0, 1.0, "from 0 to 1"),
            ("first", 1e-9, 1.0, "above 0, at most 1"),
            ("second", 1e-9, 1.0, "above 0, at most 1"),
            ("sd_response", 0.0, float("inf"), "of at least 0"),
            ("sd_other", 0.0, float("inf"), "of at least 0"),
        ]
        refuse(
            DesignError,
            [
                out_of_range(f"regime, {name}", getattr(self, name), needed)
                for name, low, high, needed in checks
                if not low <= getattr(self, name) <= high
            ],
        )

    @property
    def mean(self) -> float:
        """Mean outcome if all participants followed the regime."""
        r = self.response
        return r * self.mean_response + (1 - r) * self.mean_other

    @property
    def variance(self) -> float:
        """Variance of the weighted mean, times the number randomized.

        Source: Murphy 2005, Stat Med 24:1455-1481, section 4: the expectation of
        (Y − mean)² / (p1 p2), over participants who follow the regime.
        """
        r = self.response
        kept = self.sd_response**2 + (self.mean_response - self.mean) ** 2
        other = self.sd_other**2 + (self.mean_other - self.mean) ** 2
        return (r * kept + (1 - r) * other / self.second) / self.first


def embedded(one: Regime, other: Regime, target: Target | None = None) -> Size:
    """Participants to compare two regimes that start with different treatments.

    Args:
        one: a regime.
        other: another; no participant follows both, as their first treatments differ.
        target: error and power; the allocation is that of the regimes.

    Returns:
        All randomized, split by the probabilities of the two first treatments.

    Raises:
        DesignError: EQ801, the regimes have the same mean.

    Source: Murphy 2005, Stat Med 24:1455-1481, section 4.
    """
    target = target or Target()
    difference = abs(one.mean - other.mean)
    check_positive(difference=difference)
    a, b = target.z
    total = ((a + b) / difference) ** 2 * (one.variance + other.variance)
    first = one.first / (one.first + other.first)
    return Size(total * first, total * (1 - first))


def standardized(
    effect: float,
    response: float,
    target: Target | None = None,
    *,
    rerandomized: Rerandomized = "non-responders",
    correlation: float = 0.0,
) -> Size:
    """Participants for a standardized difference of two regimes, first stages differing.

    Args:
        effect: difference of the means of the regimes over their SD, above 0.
        response: proportion of responders to either first treatment, between 0 and 1.
        target: error and power; both stages randomize 1:1.
        rerandomized: who is randomized again.
        correlation: of a baseline, or of an earlier rating, with the outcome.

    Returns:
        All randomized.

    Raises:
        DesignError: EQ801.

    Source: Oetting, Levy, Weiss and Murphy 2011, in Causality and Psychopathology,
    chapter 8; Seewald et al. 2020, Stat Methods Med Res 29:1891-1912: the size of a
    two-arm trial, times 1 − ρ², times 2, 2 − r or (3 − r) / 2.
    """
    target = target or Target()
    check_positive(effect=effect)
    check_correlation(correlation)
    check_fractions(response=response)
    factor = {
        "everybody": 2.0,
        "non-responders": 2 - response,
        "non-responders of one arm": (3 - response) / 2,
    }[rerandomized]
    a, b = target.z
    half = 2 * ((a + b) / effect) ** 2 * (1 - correlation**2) * factor
    return Size(half, half)
