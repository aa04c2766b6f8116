"""The question of a time to event: events, participants and power of a log-rank test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil, exp, log, sqrt

from scipy import special

from equipoise.design.fixed.enrolment import Enrolment
from equipoise.design.fixed.event_assumptions import (
    EventAssumptions,
    Variance,
    fixed_events,
)
from equipoise.design.planning.hazard_margin import HazardMargin
from equipoise.design.planning.plan import Assumption, time_text
from equipoise.design.planning.question import Question
from equipoise.design.requirements import MOST, Size, Target, limited, split
from equipoise.design.sequential.event_trial import accrual_at_rate
from equipoise.errors import DesignError

FARTHEST: dict[Variance, float] = {
    "schoenfeld": 4.0,
    "lachin-foulkes": 4.0,
    "freedman": 10.0,
}  # hazard ratio, or its inverse, beyond which the power is not that of the formula
NEAR = 2.0  # hazard ratio, or its inverse, up to which it is without a warning
FEW = 20  # events below which the texts warn
REFERENCES: dict[Variance, str] = {
    "schoenfeld": "Schoenfeld DA. Sample-size formula for the proportional-hazards "
    "regression model. Biometrics 1983;39:499-503.",
    "freedman": "Freedman LS. Tables of the number of patients required in clinical "
    "trials using the logrank test. Stat Med 1982;1:121-129.",
    "lachin-foulkes": "Lachin JM, Foulkes MA. Evaluation of sample size and power for "
    "analyses of survival with allowance for nonuniform patient entry, losses to "
    "follow-up, noncompliance, and stratification. Biometrics 1986;42:507-519.",
}
NAMES: dict[Variance, str] = {
    "schoenfeld": "Schoenfeld's normal approximation",
    "freedman": "Freedman's normal approximation",
    "lachin-foulkes": "Lachin and Foulkes' normal approximation",
}


def check_hazard_ratio(
    hazard_ratio: float, variance: Variance, *, margin: bool = False
) -> None:
    """Rejects a hazard ratio for which the normal approximation does not hold, and 1.

    Args:
        hazard_ratio: of the first arm to the second.
        variance: of the log-rank statistic.
        margin: whether the trial has one, so that the ratio may be 1.

    In simulated trials with equal arms and a target of 80%, the power of the sizes of
    Schoenfeld is 69% to 80% at a hazard ratio of 0.25 or 4 and 61% to 63% at 0.1;
    of Freedman's it is 89% to 91% at 0.1.

    Raises:
        DesignError: EQ801.
    """
    far = FARTHEST[variance]
    if hazard_ratio == 1 and not margin:
        raise DesignError.single(
            "EQ801",
            "--hazard-ratio is 1, which is no effect",
            where="design, --hazard-ratio",
            fix="give another ratio, or --hypothesis with a margin",
        )
    if not 1 / far <= hazard_ratio <= far:
        raise DesignError.single(
            "EQ801",
            f"--hazard-ratio is {hazard_ratio:g}, for which the {variance} "
            "approximation does not hold",
            where="design, --hazard-ratio",
            fix=f"give a ratio from {1 / far:g} to {far:g}, or find the size by "
            "simulation (equipoise simulate)",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToEvent:
    """Assumptions of a log-rank test with constant hazards and one analysis.

    All times have the same unit.

    Attributes:
        hazard_ratio: of the first arm to the second, not 1 without a margin.
        hazard: of the event in the second arm; ``log(2) / median``.
        follow_up: of the participant who is randomized last, above 0.
        accrual: duration of recruitment; None if ``rate`` is given.
        rate: participants per unit of time instead of ``accrual``.
        ramp: length of the start of recruitment, in which the rate rises from 0.
        dropout: proportion that is lost by ``dropout_time``, 0 to below 1.
        dropout_time: after randomization; None without dropout.
        unit: of the times, for the texts; empty if not stated.
        variance: of the log-rank statistic; Schoenfeld's with a margin.
        margin: of non-inferiority or equivalence; None for superiority.
        target: error, power and allocation.

    Raises:
        DesignError: EQ801 when used; EQ802, EQ810.

    Example:
        >>> trial = TimeToEvent(
        ...     hazard_ratio=0.7, hazard=log(2) / 12, accrual=12, follow_up=12
        ... )
        >>> round(trial.size().total, 2), trial.planned_events  # rpact: 246.79, 428.60
        (428.97, 247)
    """

    hazard_ratio: float
    hazard: float
    follow_up: float
    accrual: float | None = None
    rate: float | None = None
    ramp: float = 0.0
    dropout: float = 0.0
    dropout_time: float | None = None
    unit: str = ""
    variance: Variance = "schoenfeld"
    margin: HazardMargin | None = None
    target: Target = field(default_factory=Target)

    def assumptions(self, accrual: float) -> EventAssumptions:
        """Hazards, enrolment and follow-up with a duration of recruitment."""
        loss = 0.0
        if self.dropout_time is not None:
            loss = -log(1 - self.dropout) / self.dropout_time
        no_effect = self.margin is not None and self.hazard_ratio == 1
        return EventAssumptions(
            hazard_ratio=1 + 1e-12 if no_effect else self.hazard_ratio,
            hazard=self.hazard,
            follow_up=self.follow_up,
            enrolment=Enrolment(duration=accrual, ramp=self.ramp),
            loss=loss,
            ratio=self.target.ratio,
        )

    def with_participants(self, n: float) -> EventAssumptions:
        """The same if so many are randomized."""
        if self.rate is None:
            return self.assumptions(self.accrual or 0.0)
        return self.assumptions(max(n / self.rate + self.ramp / 2, self.ramp, 1e-6))

    def needed(self, assumed: EventAssumptions) -> float:
        """Events for the power of the target, before rounding."""
        target = self.target
        if self.margin is not None:
            return self.margin.events(self.hazard_ratio, target)
        return fixed_events(assumed, target.one_sided, target.power, self.variance)

    @property
    def planned_events(self) -> int:
        """The same as a whole number."""
        return ceil(self.needed(self._planned()) - 1e-9)

    def size(self, *, whole: bool = True) -> Size:
        """Participants in whom the events are expected, before rounding.

        Args:
            whole: whether the number of events is rounded up before.
        """
        assumed = self._planned(whole=whole)
        total = self._participants(assumed, whole=whole)
        return limited(split(total, self.target, self.needed(assumed)))

    def accrual_of(self, n: float) -> float:
        """Duration of recruitment if so many are randomized."""
        return self.with_participants(n).enrolment.duration

    def expected(self, n: float) -> tuple[float, float]:
        """Events of either arm by the analysis if so many are randomized."""
        first, second = (float(p) for p in self._observed(n))
        return n * first, n * second

    def power(self, n: float) -> float:
        """With the events that are expected if so many are randomized."""
        q, r, hr = self._share, self.target.ratio, self.hazard_ratio
        a = self.target.z[0]
        first, second = self._observed(n)
        events = n * (first + second)
        if self.margin is not None:
            return self.margin.power(hr, events, self.target)
        if self.variance == "schoenfeld":
            z = abs(log(hr)) * sqrt(events * q * (1 - q)) - a
        elif self.variance == "freedman":
            z = sqrt(events * r) * abs(1 - hr) / (1 + r * hr) - a
        else:
            assumed = self.with_participants(n)
            common = self.hazard * (1 + hr * r) / (1 + r)
            null = assumed.enrolment.observed(assumed.duration, common, assumed.loss)
            spread = a * sqrt(1 / (q * null) + 1 / ((1 - q) * null))
            z = abs(log(hr)) * sqrt(n) - spread
            z /= sqrt(1 / first + 1 / second)
        return float(special.ndtr(z))

    def critical(self, n: float) -> float:
        """Observed hazard ratio at the boundary of significance."""
        q, events = self._share, sum(self.expected(n))
        if self.margin is not None:
            return self.margin.critical(events, self.target)
        side = -1 if self.hazard_ratio < 1 else 1
        return exp(side * self.target.z[0] / sqrt(events * q * (1 - q)))

    def question(self) -> Question:
        """The question of its size."""
        lost = f"by {self.time(self.dropout_time)}" if self.dropout_time else ""
        return Question(
            title=f"time to event, {self.hypothesis}",
            test=f"test of the hazard ratio (log-rank) {self.margin.text}"
            if self.margin
            else "log-rank test",
            supposition=f"the true hazard ratio of the first arm to the second is "
            f"{self.hazard_ratio:.4g}, with constant hazards and a median of "
            f"{self.time(log(2) / self.hazard)} in the second arm",
            target=self.target,
            participants=lambda: sum(self.size().rounded),
            power=self.power,
            assumptions=tuple(self._assumed()),
            changes=self._changes,
            dropout=self.dropout,
            missing=f"be lost {lost}; their follow-up until then is analyzed",
            complete="No participant is expected to be lost before the event or the "
            "analysis.",
            details=self._details,
            method=f"{NAMES[self.variance]} for the events; participants from constant "
            "hazards, recruitment and loss",
            references=(REFERENCES[self.variance], REFERENCES["lachin-foulkes"])
            if self.variance != "lachin-foulkes"
            else (REFERENCES["lachin-foulkes"],),
        )

    def time(self, value: float) -> str:
        """A duration with its unit."""
        return time_text(value, self.unit)

    @property
    def hypothesis(self) -> str:
        """What the trial is to show."""
        return self.margin.hypothesis if self.margin else "superiority"

    @property
    def _share(self) -> float:
        return self.target.ratio / (1 + self.target.ratio)

    def _observed(self, n: float) -> tuple[float, float]:
        assumed = self.with_participants(n)
        return assumed.observed(assumed.duration)

    def _participants(self, assumed: EventAssumptions, *, whole: bool) -> float:
        events = self.needed(assumed)
        if whole:
            events = ceil(events - 1e-9)
        total = events / sum(assumed.observed(assumed.duration))
        return total if total <= MOST else 2 * MOST

    def _planned(self, *, whole: bool = True) -> EventAssumptions:
        if self.rate is None:
            return self.assumptions(self.accrual or 0.0)

        def participants(duration: float) -> float:
            return self._participants(self.assumptions(duration), whole=whole)

        return self.assumptions(accrual_at_rate(self.rate, self.ramp, participants))

    def _assumed(self) -> Iterator[Assumption]:
        yield Assumption(
            "hazard ratio of the first arm to the second", self.hazard_ratio
        )
        yield Assumption(
            "median time in the second arm", log(2) / self.hazard, self.unit
        )
        if self.margin is not None:
            yield Assumption("margin of the hazard ratio", self.margin.margin)
        if self.rate is None:
            yield Assumption("duration of recruitment", self.accrual or 0.0, self.unit)
        else:
            per = f"participants per {self.unit.removesuffix('s') or 'unit of time'}"
            yield Assumption("rate of recruitment", self.rate, per)
        if self.ramp:
            yield Assumption("start of recruitment", self.ramp, self.unit)
        yield Assumption("follow-up after the last randomization", self.follow_up,
                         self.unit)  # fmt: skip
        by = f" by {self.time(self.dropout_time)}" if self.dropout_time else ""
        yield Assumption(f"proportion lost{by}", self.dropout)

    def _changes(self) -> Iterator[tuple[str, Question]]:
        if self.margin is not None:
            worse = self.hazard_ratio * self.margin.margin**0.2
            inside = (worse < self.margin.margin) == (self.margin.margin > 1)
            if inside:
                made = replace(self, hazard_ratio=worse)
                yield (
                    f"hazard ratio a fifth of the margin worse ({worse:.4g})",
                    (made.question()),
                )
        for sign, factor in (("-", 0.8), ("+", 1.2)) if self.margin is None else ():
            ratio = self.hazard_ratio**factor
            made = replace(self, hazard_ratio=ratio)
            yield f"log hazard ratio {sign}20% ({ratio:.4g})", made.question()
        for sign, factor in (("-", 0.8), ("+", 1.2)):
            made = replace(self, hazard=self.hazard / factor)
            median = self.time(log(2) / made.hazard)
            yield f"median {sign}20% ({median})", made.question()
        more = self.dropout + (1 - self.dropout) / 10
        by = self.dropout_time or self.follow_up
        made = replace(self, dropout=more, dropout_time=by)
        yield f"lost by {self.time(by)}: {100 * more:.3g}%", made.question()

    def _details(self, n: int) -> str:
        assumed, first_and_second = self.with_participants(n), self.expected(n)
        events = sum(first_and_second)
        text = self._events_needed(n)
        text += (
            f"Recruitment takes {self.time(assumed.enrolment.duration)} and the last "
            f"participant is followed for {self.time(self.follow_up)}; by then "
            f"{events:.1f} events are expected ({first_and_second[0]:.1f} and "
            f"{first_and_second[1]:.1f}). {self._critical_text(n)}"
        )
        far = self.margin is None and not 1 / NEAR <= self.hazard_ratio <= NEAR
        if far or events < FEW:
            reason = "a hazard ratio so far from 1" if far else "so few events"
            text += (
                f" With {reason} the normal approximation can overstate the power: "
                "confirm it by simulation."
            )
        return text

    def _events_needed(self, n: int) -> str:
        try:
            if n != sum(self.size().rounded):
                return ""
        except DesignError:  # no size has the power, and another number is planned
            return ""
        return f"The analysis needs {self.planned_events} events. "

    def _critical_text(self, n: int) -> str:
        limit, margin = self.critical(n), self.margin
        if margin is not None and margin.hypothesis == "equivalence":
            if limit < 1:
                return "With so few events no observed hazard ratio shows equivalence."
            return (
                f"An observed hazard ratio from {1 / limit:.3f} to {limit:.3f} then shows "
                "equivalence."
            )
        below = margin.margin > 1 if margin else self.hazard_ratio < 1
        shown = "shows non-inferiority" if margin else "is significant"
        better = "or less" if below else "or more"
        return f"An observed hazard ratio of {limit:.3f} {better} then {shown}."
