"""The target of a sample size: error, power and allocation."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

from scipy import special

from equipoise.errors import DesignError, Problem, refuse

MOST = 1e9  # participants
LEAST_ERROR = 1e-30  # an error that no test can be asked to keep is below it
MOST_RATIO = 1000.0  # participants in one arm for each in the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Error, power and allocation.

    Attributes:
        alpha: error of the test, one- or two-sided as ``sides`` says.
        power: at the assumed effect.
        sides: of the test.
        ratio: participants in the first arm for each in the second.
    """

    alpha: float = 0.05
    power: float = 0.8
    sides: Literal[1, 2] = 2
    ratio: float = 1.0

    def __post_init__(self) -> None:
        found = []
        if not LEAST_ERROR < self.alpha < 0.5:
            found.append(out_of_range("alpha", self.alpha, "between 0 and 0.5"))
        if not self.one_sided < self.power < 1 - 1e-12:
            found.append(out_of_range("power", self.power, "between the error and 1"))
        if not 1 / MOST_RATIO <= self.ratio <= MOST_RATIO:
            needed = f"from {1 / MOST_RATIO:g} to {MOST_RATIO:g}"
            found.append(out_of_range("ratio", self.ratio, needed))
        refuse(DesignError, found)

    @property
    def one_sided(self) -> float:
        """Error on one side."""
        return self.alpha / self.sides

    @property
    def z(self) -> tuple[float, float]:
        """Normal quantiles of the error and of the power."""
        return (
            float(-special.ndtri(self.one_sided)),
            float(special.ndtri(self.power)),
        )

    @property
    def spread(self) -> float:
        """Variance of a difference of means of N participants, times N / variance."""
        return (1 + self.ratio) ** 2 / self.ratio


@dataclass(frozen=True, slots=True)
class Size:
    """Participants that a trial needs, before rounding.

    Attributes:
        first: in the first arm.
        second: in the second.
        events: for a time to event; None for other outcomes.
    """

    first: float
    second: float
    events: float | None = None

    @property
    def total(self) -> float:
        """In both arms."""
        return self.first + self.second

    @property
    def rounded(self) -> tuple[int, int]:
        """Each arm rounded up."""
        return ceil(self.first - 1e-9), ceil(self.second - 1e-9)

    @property
    def whole(self) -> tuple[int, int]:
        """The former name of ``rounded``, kept for one release."""
        return self.rounded


def split(total: float, target: Target, events: float | None = None) -> Size:
    """A total in the allocation ratio."""
    first = total * target.ratio / (1 + target.ratio)
    return Size(first, total - first, events)


def limited(size: Size) -> Size:
    """The size, unless it is more than 1e9 participants.

    Raises:
        DesignError: EQ802.
    """
    if not size.total <= MOST:
        raise DesignError.single(
            "EQ802",
            f"the power is not reached with {MOST:g} participants",
            where="design, difference",
            fix="assume a difference that a trial can find",
        )
    return size


def check_positive(**values: float) -> None:
    """Rejects values that are not above 0, or beyond any quantity (1e-100 to 1e100).

    Raises:
        DesignError: EQ801.
    """
    refuse(
        DesignError,
        [
            out_of_range(n, v, "above 0")
            for n, v in values.items()
            if not 1e-100 < v < 1e100
        ],
    )


def check_finite(**values: float) -> None:
    """Rejects values that are infinite or not numbers, or too large to be differences.

    Raises:
        DesignError: EQ801.
    """
    refuse(
        DesignError,
        [
            out_of_range(n, v, "that is finite, below 1e100")
            for n, v in values.items()
            if not abs(v) < 1e100
        ],
    )


def check_correlation(correlation: float) -> None:
    """Rejects a correlation of which nothing is left unexplained.

    Raises:
        DesignError: EQ801.
    """
    if not -1 < correlation < 1:
        problem = out_of_range("correlation", correlation, "between -1 and 1")
        raise DesignError(problem)


def check_fractions(**values: float) -> None:
    """Rejects values that are not between 0 and 1.

    Raises:
        DesignError: EQ801.
    """
    refuse(
        DesignError,
        [
            out_of_range(n, v, "between 0 and 1")
            for n, v in values.items()
            if not 0 < v < 1
        ],
    )


def out_of_range(name: str, value: float, needed: str) -> Problem:
    """EQ801: the number ``name`` is ``value``, and what it should be."""
    return Problem(
        code="EQ801",
        what=f"{name} is {value:g}",
        where=f"design, {name.replace('_', ' ')}",
        fix=f"give a number {needed}",
    )
