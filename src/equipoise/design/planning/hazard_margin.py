"""Non-inferiority and equivalence of hazards: events and power of a log-rank test."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Literal, get_args

from scipy import special

from equipoise.design.requirements import Target
from equipoise.design.root import root
from equipoise.errors import DesignError, require_known

Hypothesis = Literal["noninferiority", "equivalence"]
LARGEST = 4.0  # margin, or its inverse, up to which the approximation holds


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardMargin:
    """A margin of the hazard ratio of the first arm to the second.

    Attributes:
        margin: hazard ratio that is not accepted. Above 1 if the event is harmful: the
            trial shows a ratio below it. Below 1 for non-inferiority if the event is
            good: the trial shows a ratio above it. For equivalence the ratio is shown to
            be between the margin and its inverse.
        hypothesis: ``noninferiority`` or ``equivalence`` (two one-sided tests).

    Raises:
        DesignError: EQ801; EQ811, the assumed ratio is not inside the margin.

    Example:
        >>> made = HazardMargin(margin=1.3, hypothesis="noninferiority")
        >>> target = Target(alpha=0.025, sides=1, power=0.9)
        >>> round(made.events(1.0, target), 2)  # ebm.bmj.com/highwire/markup/143059: 611
        610.59

    Source: Schoenfeld 1981, Biometrika 68:316-319, with the log hazard ratio shifted by
    the margin; rpact getSampleSizeSurvival(thetaH0), gsDesign nEvents(hr0).
    """

    margin: float
    hypothesis: Hypothesis

    def __post_init__(self) -> None:
        require_known("hypothesis", self.hypothesis, get_args(Hypothesis))
        if not 1 / LARGEST <= self.margin <= LARGEST or self.margin == 1:
            raise DesignError.single(
                "EQ801",
                f"--margin is {self.margin:g}",
                where="design, --margin",
                fix=f"give a hazard ratio from {1 / LARGEST:g} to {LARGEST:g}, not 1",
            )

    def distances(self, hazard_ratio: float) -> tuple[float, ...]:
        """Log hazard ratio to the margin, or to both.

        Raises:
            DesignError: EQ811, the ratio is not inside.
        """
        bound = abs(log(self.margin))
        effect = log(hazard_ratio) if self.margin > 1 else -log(hazard_ratio)
        both = (bound - effect, bound + effect)
        made = both if self.hypothesis == "equivalence" else both[:1]
        if min(made) <= 1e-9:
            raise DesignError.single(
                "EQ811",
                f"the assumed hazard ratio {hazard_ratio:g} is not inside the margin "
                f"{self.margin:g}",
                where="design, --hazard-ratio",
                fix="assume a ratio that the margin accepts, or another margin",
            )
        return made

    def power(self, hazard_ratio: float, events: float, target: Target) -> float:
        """With so many events, by the normal distribution of the log hazard ratio."""
        unit = sqrt(events / target.spread)
        z = [d * unit - target.z[0] for d in self.distances(hazard_ratio)]
        return max(sum(float(special.ndtr(x)) for x in z) - len(z) + 1, 0.0)

    def events(self, hazard_ratio: float, target: Target) -> float:
        """Events with the power of the target."""
        nearest = min(self.distances(hazard_ratio))
        a, b = target.z
        least = ((a + b) / nearest) ** 2 * target.spread
        if self.hypothesis == "noninferiority":
            return least
        most = (a + float(-special.ndtri((1 - target.power) / 2))) / nearest
        return root(
            lambda d: self.power(hazard_ratio, d, target) - target.power,
            least * (1 - 1e-9), most**2 * target.spread * (1 + 1e-9),
            what="no number of events has this power", xtol=1e-12 * least,
        )  # fmt: skip

    def critical(self, events: float, target: Target) -> float:
        """Observed ratio at which the trial succeeds; the upper one for equivalence."""
        step = target.z[0] / sqrt(events / target.spread)
        return exp(
            log(self.margin) - step if self.margin > 1 else log(self.margin) + step
        )

    @property
    def text(self) -> str:
        """What is tested."""
        if self.hypothesis == "noninferiority":
            return f"for non-inferiority with a margin of {self.margin:.4g}"
        low, high = sorted((self.margin, 1 / self.margin))
        return f"for equivalence within {low:.4g} and {high:.4g} (two one-sided tests)"
