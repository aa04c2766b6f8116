"""Assumptions of a trial with a time to event, and the events that it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, log, sqrt
from typing import Literal, get_args

from scipy import special

from equipoise.design.fixed.enrolment import Enrolment
from equipoise.design.requirements import Target, check_positive, out_of_range
from equipoise.design.root import root
from equipoise.errors import DesignError, require_known

Variance = Literal["schoenfeld", "freedman", "lachin-foulkes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventAssumptions:
    """Constant hazards, enrolment and follow-up of a trial with a time to event.

    All times have the same unit, such as months.

    Attributes:
        hazard_ratio: of the first arm to the second, above 0 and not 1.
        hazard: of the event in the second arm; ``log(2) / median``.
        enrolment: duration and start.
        follow_up: of the participant who is randomized last, above 0.
        loss: hazard of leaving before the event, in both arms; 20% by month 12 is
            ``-log(0.8) / 12``.
        ratio: participants in the first arm for each in the second.

    Raises:
        DesignError: EQ801.
    """

    hazard_ratio: float
    hazard: float
    enrolment: Enrolment
    follow_up: float
    loss: float = 0.0
    ratio: float = 1.0

    def __post_init__(self) -> None:
        check_positive(
            hazard_ratio=self.hazard_ratio,
            hazard=self.hazard,
            follow_up=self.follow_up,
        )
        Target(ratio=self.ratio)
        if not 1e-4 <= self.hazard_ratio <= 1e4 or self.hazard_ratio == 1:
            needed = "from 0.0001 to 10000, other than 1"
            raise DesignError(out_of_range("hazard_ratio", self.hazard_ratio, needed))
        if not 0 <= self.loss < inf:
            raise DesignError(out_of_range("dropout", self.loss, "of at least 0"))

    @property
    def duration(self) -> float:
        """From the first randomization to the last analysis."""
        return self.enrolment.duration + self.follow_up

    @property
    def share(self) -> float:
        """Proportion of participants in the first arm."""
        return self.ratio / (1 + self.ratio)

    def observed(self, time: float) -> tuple[float, float]:
        """Events of either arm by a time, for one participant of the trial."""
        first = self.enrolment.observed(
            time, self.hazard * self.hazard_ratio, self.loss
        )
        second = self.enrolment.observed(time, self.hazard, self.loss)
        return self.share * first, (1 - self.share) * second

    def without_effect(self) -> EventAssumptions:
        """The same with the hazard of the second arm in both (a ratio of nearly 1)."""
        return replace(self, hazard_ratio=1 + 1e-12)

    def time_of(self, proportion: float) -> float:
        """Time by which a proportion of the participants have had their event.

        Raises:
            DesignError: EQ810, so many events never occur.
        """
        high = self.duration
        while sum(self.observed(high)) < proportion:
            high *= 2
            if high > 1e6 * self.duration:
                raise DesignError.single(
                    "EQ810",
                    f"events in {100 * proportion:.3g}% of the participants do not occur "
                    "within the trial",
                    where="design, events",
                    fix="enrol more participants, follow longer or plan fewer events",
                )

        def lacking(time: float) -> float:
            return sum(self.observed(time)) - proportion

        return root(lacking, 0.0, high, what="the events do not occur", xtol=1e-12)


def fixed_events(
    assumptions: EventAssumptions, alpha: float, power: float, variance: Variance
) -> float:
    """Events of a trial with one analysis.

    Args:
        assumptions: hazards, enrolment and follow-up.
        alpha: one-sided error.
        power: at the assumed hazard ratio.
        variance: ``schoenfeld``: under no effect, as East, SAS SEQDESIGN and rpact;
            ``freedman``: rpact's typeOfComputation = "Freedman"; ``lachin-foulkes``: under
            no effect for the error and under the effect for the power, as gsDesign
            (nSurvival, gsSurv).

    Source: Schoenfeld 1981, Biometrika 68:316-319; Freedman 1982, Stat Med 1:121-129;
    Lachin and Foulkes 1986, Biometrics 42:507-519.
    """
    require_known("variance", variance, get_args(Variance))
    a, b = float(-special.ndtri(alpha)), float(special.ndtri(power))
    q, ratio, hr = assumptions.share, assumptions.ratio, assumptions.hazard_ratio
    if variance == "freedman":
        return (a + b) ** 2 * (1 + ratio * hr) ** 2 / (ratio * (1 - hr) ** 2)
    if variance == "schoenfeld":
        return (a + b) ** 2 / (q * (1 - q) * log(hr) ** 2)
    end = assumptions.duration
    first, second = assumptions.observed(end)
    common = assumptions.hazard * (1 + hr * ratio) / (1 + ratio)
    null = assumptions.enrolment.observed(end, common, assumptions.loss)
    spread = a * sqrt(1 / (q * null) + 1 / ((1 - q) * null))
    spread += b * sqrt(1 / first + 1 / second)
    return (spread / log(hr)) ** 2 * (first + second)
