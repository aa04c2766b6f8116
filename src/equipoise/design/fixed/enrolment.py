"""Enrolment over time, and the events that are observed by a calendar time."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1

import numpy as np

from equipoise.design.requirements import check_positive, out_of_range
from equipoise.errors import DesignError

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
SHORT = 1.0  # an exponent below which quadrature is exact and the closed form cancels


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Enrolment at a constant rate, after an optional linear start.

    Attributes:
        duration: from the first to the last randomization, above 0.
        ramp: length of the start, in which the rate rises linearly from 0; 0 to
            ``duration``.
    """

    duration: float
    ramp: float = 0.0

    def __post_init__(self) -> None:
        check_positive(accrual=self.duration)
        if not 0 <= self.ramp <= self.duration:
            raise DesignError(
                out_of_range("ramp", self.ramp, f"from 0 to {self.duration:g}")
            )

    @property
    def at_full_rate(self) -> float:
        """Time at the full rate in which the same number would be enrolled."""
        return self.duration - self.ramp / 2

    def enrolled(self, time: float) -> float:
        """Proportion of all participants who are enrolled by a time."""
        time = min(max(time, 0.0), self.duration)
        started = min(time, self.ramp)
        area = started**2 / (2 * self.ramp) if self.ramp else 0.0
        return (area + max(time - self.ramp, 0.0)) / self.at_full_rate

    def observed(self, time: float, hazard: float, loss: float = 0.0) -> float:
        """Probability that the event of a participant occurs and is observed by a time.

        Args:
            time: since the first randomization.
            hazard: of the event, constant, above 0.
            loss: hazard of leaving the trial before the event.

        Returns:
            Proportion of all participants, also of those not enrolled by then.

        Source: Lachin and Foulkes 1986, Biometrics 42:507-519, for a uniform rate; here
        with a linear start.
        """
        both = hazard + loss
        total = 0.0
        if self.ramp:
            end = min(time, self.ramp)
            total += _waiting(0.0, end, time, both, 0.0, 1 / self.ramp)
        end = min(time, self.duration)
        if end > self.ramp:
            total += _waiting(self.ramp, end, time, both, 1.0, 0.0)
        return hazard / both * total / self.at_full_rate


def _waiting(
    start: float, end: float, time: float, both: float, level: float, slope: float
) -> float:
    """Integral of (level + slope u) (1 - exp(-both (time - u))) over start to end."""
    if end <= start:
        return 0.0
    if both * (time - start) < SHORT:
        half = (end - start) / 2
        u = start + half * (NODES + 1)
        rate = level + slope * u
        return float(half * (WEIGHTS @ (rate * -np.expm1(-both * (time - u)))))
    area = level * (end - start) + slope * (end**2 - start**2) / 2
    width = end - start
    last = exp(-both * (time - end))
    # Integral of exp(-both (time - u)), and of u times it.
    mass = last * -expm1(-both * width) / both
    moment = (last * end - exp(-both * (time - start)) * start - mass) / both
    return area - level * mass - slope * moment
