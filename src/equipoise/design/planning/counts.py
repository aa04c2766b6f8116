"""The question of two rates of events: Poisson or negative binomial counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import log, sqrt

from scipy import special

from equipoise.design.fixed.inflation import for_dropout
from equipoise.design.planning.plan import Assumption, time_text
from equipoise.design.planning.question import Question
from equipoise.design.requirements import (
    Size,
    Target,
    check_positive,
    limited,
    out_of_range,
    split,
)
from equipoise.errors import DesignError

FEW = 20.0  # expected events of an arm below which the texts warn
REFERENCE = (
    "Zhu H, Lakkis H. Sample size calculation for comparing two negative binomial rates. "
    "Stat Med 2014;33:376-387."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRates:
    """Assumptions of a comparison of two rates of events per participant.

    Attributes:
        first: events per participant and unit of time in the first arm, above 0.
        second: in the second, above 0 and different.
        exposure: mean time at risk of a participant with an outcome, above 0.
        dispersion: k of the variance m + k m^2 of the count with mean m; 0 for Poisson
            counts. R's ``glm.nb`` prints 1 / k as theta.
        unit: of time, for the texts; empty if not stated.
        dropout: proportion without an outcome, 0 to below 1.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801; EQ802, more than 1e9 participants.

    Example:
        >>> rates = CountRates(first=10, second=5, dispersion=0.5)
        >>> round(rates.size().second, 3)  # R MKpower power.nb.test, approach 2: 21.237
        21.237

    Source: Zhu and Lakkis 2014, Stat Med 33:376-387, method 2: the variance of the log
    rate ratio under the alternative, as of the Wald test in a regression of the counts.
    """

    first: float
    second: float
    exposure: float = 1.0
    dispersion: float = 0.0
    unit: str = ""
    dropout: float = 0.0
    target: Target = field(default_factory=Target)

    def __post_init__(self) -> None:
        check_positive(first=self.first, second=self.second, exposure=self.exposure)
        if not 0 <= self.dispersion < 1e6:
            raise DesignError(
                out_of_range("dispersion", self.dispersion, "from 0 to below 1000000")
            )
        if abs(log(self.first / self.second)) < 1e-9:
            raise DesignError.single(
                "EQ801",
                f"both rates are {self.second:g}",
                where="design, rates",
                fix="give two different rates",
            )

    @property
    def ratio(self) -> float:
        """Rate of the first arm divided by that of the second."""
        return self.first / self.second

    def size(self) -> Size:
        """Participants to randomize, before rounding."""
        a, b = self.target.z
        analyzed = ((a + b) / log(self.ratio)) ** 2 * self._variance(1.0)
        return for_dropout(limited(split(analyzed, self.target)), self.dropout)

    def power(self, n: float) -> float:
        """With so many randomized, of whom the expected proportion has an outcome."""
        error = sqrt(self._variance(n * (1 - self.dropout)))
        z = abs(log(self.ratio)) / error - self.target.z[0]
        return float(special.ndtr(z))

    def events(self, n: float) -> tuple[float, float]:
        """Expected events of either arm if so many are randomized."""
        arms = split(n * (1 - self.dropout), self.target)
        return (
            arms.first * self.first * self.exposure,
            arms.second * self.second * self.exposure,
        )

    def question(self) -> Question:
        """The question of its size."""
        model = "negative binomial" if self.dispersion else "Poisson"
        counts = f"a dispersion of {self.dispersion:.4g}"
        return Question(
            title="ratio of two rates of events",
            test=f"test of the rate ratio in a {model} regression (Wald test)",
            supposition=f"the true rates are {self.first:.4g} and {self.second:.4g} "
            f"events per participant and {self._one} (rate ratio {self.ratio:.4g}), the "
            f"mean time at risk is {self._time}, and the counts have "
            f"{counts if self.dispersion else 'a Poisson distribution'}",
            target=self.target,
            participants=lambda: sum(self.size().rounded),
            power=self.power,
            assumptions=(
                Assumption("rate in the first arm", self.first, f"per {self._one}"),
                Assumption("rate in the second arm", self.second, f"per {self._one}"),
                Assumption("mean time at risk", self.exposure, self.unit),
                Assumption("dispersion of the counts", self.dispersion),
                Assumption("proportion without an outcome", self.dropout),
            ),
            changes=self._changes,
            dropout=self.dropout,
            details=self._details,
            method="normal approximation with the variance of the log rate ratio under "
            "the alternative (method 2)",
            references=(REFERENCE,),
        )

    @property
    def _one(self) -> str:
        return self.unit.removesuffix("s") or "unit of time"

    @property
    def _time(self) -> str:
        return time_text(self.exposure, self.unit)

    def _variance(self, n: float) -> float:
        """Of the log rate ratio with so many analyzed."""
        arms = split(n, self.target)
        return sum(
            (1 / (rate * self.exposure) + self.dispersion) / many
            for rate, many in ((self.first, arms.first), (self.second, arms.second))
        )

    def _changes(self) -> Iterator[tuple[str, Question]]:
        for sign, factor in (("-", 0.8), ("+", 1.2)):
            first = self.second * self.ratio**factor
            made = replace(self, first=first)
            yield f"log rate ratio {sign}20% ({made.ratio:.4g})", made.question()
        for sign, factor in (("-", 0.8), ("+", 1.2)):
            rates = factor * self.first, factor * self.second
            made = replace(self, first=rates[0], second=rates[1])
            yield f"both rates {sign}20%", made.question()
        if self.dispersion:
            for sign, factor in (("-", 0.5), ("+", 1.5)):
                made = replace(self, dispersion=factor * self.dispersion)
                label = f"dispersion {sign}50% ({made.dispersion:.4g})"
                yield label, made.question()
        else:
            yield "dispersion 0.5", replace(self, dispersion=0.5).question()
        more = self.dropout + (1 - self.dropout) / 10
        label = f"without an outcome: {100 * more:.3g}%"
        yield label, replace(self, dropout=more).question()

    def _details(self, n: int) -> str:
        first, second = self.events(n)
        text = f"{first:.1f} and {second:.1f} events are expected in the two arms."
        if min(first, second) < FEW:
            text += (
                " With so few events the normal approximation can be wrong: confirm the "
                "power by simulation."
            )
        return text
