"""Two proportions against a margin: non-inferiority and equivalence by the score test."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import acos, cos, pi, sqrt
from typing import Literal, get_args

from scipy import special

from equipoise.design.fixed.smallest_total import smallest_total
from equipoise.design.requirements import Size, Target, check_fractions, split
from equipoise.errors import DesignError, require_known

Hypothesis = Literal["noninferiority", "equivalence"]


def _one_sided() -> Target:
    return Target(alpha=0.025, sides=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginProportions:
    """Assumptions of a comparison of two proportions with a margin.

    The test is the score test of a difference, whose interval is that of Miettinen and
    Nurminen (without their factor N / (N - 1)): the proportions of the variance under the
    null hypothesis are constrained to differ by the margin.

    Attributes:
        first: assumed proportion of a good outcome in the first arm.
        second: in the second.
        margin: accepted difference, above 0 and below 1; for equivalence on both sides.
        hypothesis: ``noninferiority``, the first is not lower by the margin; or
            ``equivalence``, two one-sided tests, each with the one-sided error.
        target: error of one side, power and allocation.

    Raises:
        DesignError: EQ801, a number is out of range; EQ811, the assumed difference is not
            inside the margin.

    Example:
        >>> MarginProportions(first=0.85, second=0.85, margin=0.1).size().rounded
        (207, 207)

    Source: Farrington and Manning 1990, Stat Med 9:1447-1454, method 3 (constrained
    maximum likelihood); Miettinen and Nurminen 1985, Stat Med 4:213-226; rpact
    getSampleSizeRates(thetaH0), gsDesign nBinomial(delta0), SAS PROC POWER
    TWOSAMPLEFREQ TEST=FM.
    """

    first: float
    second: float
    margin: float
    hypothesis: Hypothesis = "noninferiority"
    target: Target = field(default_factory=_one_sided)

    def __post_init__(self) -> None:
        require_known("hypothesis", self.hypothesis, get_args(Hypothesis))
        check_fractions(first=self.first, second=self.second, margin=self.margin)
        if self.target.sides != 1:
            raise DesignError.single(
                "EQ801",
                f"{self.hypothesis} is tested on one side, and the target has two sides",
                where="design, sides",
                fix="give a target with sides=1 and the one-sided error",
            )
        difference = self.first - self.second
        both = self.hypothesis == "equivalence"
        if difference <= -self.margin or (both and difference >= self.margin):
            raise DesignError.single(
                "EQ811",
                f"the assumed difference of {difference:g} is not inside the margin of "
                f"{self.margin:g}",
                where="design, margin",
                fix="assume a difference inside the margin, or choose a wider margin",
            )

    def power(self, first: float, second: float) -> float:
        """Power with so many participants in the two arms, normal approximation."""
        z, difference = self.target.z[0], self.first - self.second
        spread = sqrt(
            self.first * (1 - self.first) / first
            + self.second * (1 - self.second) / second
        )
        null = self._null_error(-self.margin, first, second)
        lower = (difference + self.margin - z * null) / spread
        if self.hypothesis == "noninferiority":
            return float(special.ndtr(lower))
        null = self._null_error(self.margin, first, second)
        upper = (self.margin - difference - z * null) / spread
        return max(0.0, float(special.ndtr(lower) + special.ndtr(upper) - 1))

    def size(self) -> Size:
        """Participants before rounding.

        Raises:
            DesignError: EQ802.
        """

        def lacking(total: float) -> float:
            size = split(total, self.target)
            return self.power(size.first, size.second) - self.target.power

        return split(smallest_total(lacking, 1.0), self.target)

    def _null_error(self, difference: float, first: float, second: float) -> float:
        one, other = constrained(self.first, self.second, difference, first / second)
        return sqrt(one * (1 - one) / first + other * (1 - other) / second)


def constrained(
    first: float, second: float, difference: float, ratio: float = 1.0
) -> tuple[float, float]:
    """Proportions nearest to the assumed ones that differ by exactly ``difference``.

    Args:
        first: assumed proportion of the first arm.
        second: of the second.
        difference: first less second under the null hypothesis, above -1 and below 1.
        ratio: participants of the first arm for each in the second.

    Returns:
        The constrained maximum likelihood estimates.

    Source: Farrington and Manning 1990, appendix: the root of a cubic equation.
    """
    theta, s = 1 / ratio, difference
    a = 1 + theta
    b = -(1 + theta + first + theta * second + s * (theta + 2))
    c = s**2 + s * (2 * first + theta + 1) + first + theta * second
    d = -first * s * (1 + s)
    v = (b / (3 * a)) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    inside = max((b / (3 * a)) ** 2 - c / (3 * a), 0.0)
    u = (1 if v > 0 else -1) * sqrt(inside)
    cosine = min(1.0, max(-1.0, v / u**3)) if u else 0.0
    w = (pi + acos(cosine)) / 3
    one = 2 * u * cos(w) - b / (3 * a)
    low, high = max(0.0, s), min(1.0, 1 + s)
    one = min(max(one, low), high)
    return one, min(max(one - s, 0.0), 1.0)
