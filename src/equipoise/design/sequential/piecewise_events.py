"""Events over time with piecewise constant recruitment and hazards, such as a delay."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf

import numpy as np
from numpy.typing import NDArray

from equipoise.design.requirements import Target, check_positive, out_of_range
from equipoise.design.root import root
from equipoise.design.sequential.recruitment import Recruitment
from equipoise.errors import DesignError, refuse

Vector = NDArray[np.float64]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
LONGEST = 1e4  # times the planned duration: events that come later do not come


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecewiseEvents:
    """Assumptions of a trial with a time to event whose effect may change over time.

    All times have one unit. Periods of the hazards count from randomization.

    Attributes:
        hazards: of the event in the second arm, in each period; above 0.
        hazard_ratios: first arm to second, in each period; above 0.
        durations: of the periods but the last, which does not end.
        recruitment: only the proportions of its rates count for the events of one
            participant; its rates count if the size is asked for.
        accrual: duration of recruitment.
        follow_up: after the last randomization.
        loss: hazard of leaving before the event, in both arms.
        ratio: participants in the first arm for each in the second.

    Raises:
        DesignError: EQ801.
    """

    hazards: tuple[float, ...]
    hazard_ratios: tuple[float, ...]
    durations: tuple[float, ...]
    recruitment: Recruitment
    accrual: float
    follow_up: float
    loss: float = 0.0
    ratio: float = 1.0

    def __post_init__(self) -> None:
        check_positive(accrual=self.accrual, follow_up=self.follow_up)
        Target(ratio=self.ratio)
        named = (("hazard", self.hazards), ("hazard_ratio", self.hazard_ratios))
        problems = [
            out_of_range(name, value, "from 0.0001 to 10000")
            for name, values in named
            for value in values
            if not 1e-4 <= value <= 1e4
        ]
        problems += [
            out_of_range("duration of a period", value, "above 0")
            for value in self.durations
            if not 0 < value < inf
        ]
        if not 0 <= self.loss < inf:
            problems.append(out_of_range("loss", self.loss, "of at least 0"))
        refuse(DesignError, problems)
        periods = len(self.durations) + 1
        if {len(self.hazards), len(self.hazard_ratios)} != {periods}:
            raise DesignError(
                out_of_range("periods of the hazards", len(self.hazards), f"{periods}")
            )
        if not self.recruitment.randomized(self.accrual) > 0:
            raise DesignError(
                out_of_range(
                    "accrual", self.accrual, "in which participants are recruited"
                )
            )

    @property
    def share(self) -> float:
        """Proportion of participants in the first arm."""
        return self.ratio / (1 + self.ratio)

    @property
    def duration(self) -> float:
        """From the first randomization to the last analysis."""
        return self.accrual + self.follow_up

    def enrolled(self, time: float) -> float:
        """Proportion of the participants who are randomized by a time."""
        counted = self.recruitment.randomized(min(max(time, 0.0), self.accrual))
        return counted / self.recruitment.randomized(self.accrual)

    def observed(self, time: float) -> tuple[Vector, Vector]:
        """Events of either arm by a time, by period of the hazards.

        Args:
            time: from the first randomization.

        Returns:
            For one participant of the trial: first arm, second arm.

        Source: Lachin and Foulkes 1986, Biometrics 42:507-519; gsDesign2 expected_event.
        """
        first = self._of_arm(time, np.multiply(self.hazards, self.hazard_ratios))
        second = self._of_arm(time, np.array(self.hazards, dtype=float))
        return self.share * first, (1 - self.share) * second

    def average_log_hazard_ratio(self, time: float) -> float:
        """Mean of the log hazard ratios of the events that are observed by a time.

        Source: Mukhopadhyay et al. 2020, Contemp Clin Trials 99:106191; gsDesign2 ahr.
        """
        events = np.add(*self.observed(time))
        return float(events @ np.log(self.hazard_ratios) / events.sum())

    def time_of(self, events: float) -> float:
        """Time by which so many events of one participant are observed.

        Raises:
            DesignError: EQ810, they never are.
        """

        def lacking(time: float) -> float:
            return float(np.sum(self.observed(time))) - events

        high = self.duration
        while lacking(high) < 0:
            high *= 2
            if high > LONGEST * self.duration:
                raise DesignError.single(
                    "EQ810",
                    f"events in {100 * events:.3g}% of the participants do not occur "
                    "within the trial",
                    where="design, events",
                    fix="enrol more participants, follow longer or plan fewer events",
                )
        return root(lacking, 0.0, high, what="the events do not occur", xtol=1e-11)

    def without_effect(self) -> PiecewiseEvents:
        """The same with the hazards of the second arm in both."""
        return PiecewiseEvents(
            hazards=self.hazards, hazard_ratios=(1.0,) * len(self.hazards),
            durations=self.durations, recruitment=self.recruitment,
            accrual=self.accrual, follow_up=self.follow_up, loss=self.loss,
            ratio=self.ratio,
        )  # fmt: skip

    def _of_arm(self, time: float, hazards: Vector) -> Vector:
        """Probability of an observed event in each period, over all participants."""
        starts = np.concatenate([[0.0], np.cumsum(self.durations)])
        ends = np.append(starts[1:], inf)
        both = hazards + self.loss
        survival = np.exp(
            -np.concatenate([[0.0], np.cumsum(both[:-1] * self.durations)])
        )
        total = np.zeros(len(hazards))
        for low, high, rate in self._panels(time, starts):
            half = (high - low) / 2
            waited = time - (low + half * (NODES + 1))  # of those randomized at a node
            inside = np.clip(waited[:, None] - starts, 0.0, ends - starts)
            events = hazards / both * survival * -np.expm1(-both * inside)
            total += rate * half * (WEIGHTS @ events)
        return total / self.recruitment.randomized(self.accrual)

    def _panels(self, time: float, starts: Vector) -> list[tuple[float, float, float]]:
        """Intervals of randomization without a kink, each with its rate."""
        end = min(time, self.accrual)
        changes = np.cumsum(self.recruitment.durations)
        edges = [0.0, *changes, *(time - starts), end]
        # Nodes resolve a decay of some e-folds; many short panels where there are more.
        steep = max(self.hazards) * max(1.0, *self.hazard_ratios) + self.loss
        edges = sorted({float(e) for e in edges if 0 <= e <= end})
        found = []
        for low, high in pairwise(edges):
            pieces = min(int(steep * (high - low) / 4) + 1, 400)
            rate = (
                self.recruitment.randomized(high) - self.recruitment.randomized(low)
            ) / (high - low)
            cuts = np.linspace(low, high, pieces + 1)
            found += [(float(a), float(b), rate) for a, b in pairwise(cuts)]
        return found


def delayed(
    hazard: float, hazard_ratio: float, delay: float
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Hazards, hazard ratios and durations of an effect that begins after a delay.

    Example:
        >>> delayed(0.05, 0.6, 3)
        ((0.05, 0.05), (1.0, 0.6), (3,))
    """
    return (hazard, hazard), (1.0, hazard_ratio), (delay,)


def average_hazard_ratio(events: PiecewiseEvents, time: float) -> float:
    """Geometric mean of the hazard ratio over the events that are observed by a time.

    Example:
        >>> from math import log
        >>> events = PiecewiseEvents(
        ...     hazards=(log(2) / 9, log(2) / 18), hazard_ratios=(0.9, 0.6),
        ...     durations=(3,), recruitment=Recruitment((3, 6, 9), (2, 2)), accrual=14,
        ...     follow_up=16, loss=0.001,
        ... )
        >>> round(average_hazard_ratio(events, 30), 7)  # gsDesign2 ahr()
        0.6952153
        >>> round(float(108 * sum(events.observed(30)).sum()), 5)
        58.49097
    """
    return exp(events.average_log_hazard_ratio(time))
