"""Sizes for a difference of proportions by the exact power of the test that is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, nan

from equipoise.design.fixed.exact_tests import (
    TESTS,
    Test,
    largest_error,
    probability,
    rejection_region,
)
from equipoise.design.fixed.proportions import corrected, proportions
from equipoise.design.requirements import (
    Size,
    Target,
    check_fractions,
    check_positive,
)
from equipoise.errors import DesignError
from equipoise.errors.counted import counted

LARGEST = 2000  # participants in an arm: four million tables
Arms = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ExactPower:
    """What a test does with so many participants, by enumeration of all tables.

    Attributes:
        test: of the two proportions.
        arms: participants in the first and in the second arm.
        power: at the assumed proportions, 0 to 1.
        error: type I error, the largest over all common proportions.
    """

    test: Test
    arms: Arms
    power: float
    error: float


@dataclass(frozen=True, slots=True)
class ExactSize:
    """The size of a trial by exact power.

    Exact power does not rise with every participant: it falls a little where the critical
    number of events stays the same. Two sizes are therefore given.

    Attributes:
        needed: the smallest size from which on the power is reached by every larger one.
        first_reached: the smallest size that reaches the power.
        horizon: largest size that was enumerated: a quarter more than ``needed``, and at
            least 20 participants in the smaller arm.
        step: participants in the smaller arm between two sizes that were enumerated; 1
            up to 399 in an arm.
        formula: score test by normal approximation, before rounding.
        at_needed: every test at the size ``needed``.
        at_formula: every test at the size of the formula.
    """

    needed: ExactPower
    first_reached: ExactPower
    horizon: Arms
    step: int
    formula: Size
    at_needed: tuple[ExactPower, ...]
    at_formula: tuple[ExactPower, ...]


def exact_size(
    first: float,
    second: float,
    target: Target | None = None,
    *,
    test: Test = "fisher",
    progress: Callable[[str], None] | None = None,
) -> ExactSize:
    """Participants for a test of two proportions, by its exact power.

    Args:
        first: assumed proportion of the first arm, above 0 and below 1.
        second: of the second, different from it.
        target: error, power and allocation. A one-sided test looks for the assumed
            direction.
        test: ``fisher`` is what the report of a binary endpoint prints as its p-value;
            ``boschloo`` stands below it; ``score`` is the test that the formula is for.
        progress: called with the size that is enumerated.

    Raises:
        DesignError: EQ801, a proportion is not between 0 and 1, or they are equal; EQ807,
            more than 2,000 participants in an arm.

    Source: unconditional power, the sum of the probabilities of all tables that the test
    rejects; Casagrande, Pike and Smith 1978, Appl Stat 27:176-180; the saw-tooth: Chernick
    and Liu 2002, Am Stat 56:149-155.

    Example:
        >>> size = exact_size(0.67, 0.20)
        >>> size.needed.arms, round(size.needed.power, 3)
        ((21, 21), 0.809)
    """
    target = target or Target()
    formula = proportions(first, second, target)
    near = corrected(first, second, target) if test == "fisher" else formula
    enumerable(near)

    def power(arms: Arms) -> float:
        return exact_power(first, second, arms, target, test=test, error=False).power

    def operating_characteristics(arms: Arms, test: Test) -> ExactPower:
        return exact_power(first, second, arms, target, test=test)

    smaller = min(near.first, near.second)
    step = max(int(smaller) // 200, 1)
    n = max(int((0.9 if smaller > 60 else 0.8) * smaller), 1)
    while n > 1 and power(_arms(n, target)) >= target.power:
        n = max(n // 2, 1)
    reached, begun = 0, 0  # participants in the smaller arm; 0 for not yet
    while not begun or n < begun + max(20, ceil(begun / 4)):
        arms = _arms(n, target)
        if progress:
            progress(
                f"enumerating the tables of {arms[0]} + {counted(arms[1], 'participant')}"
            )
        enough = power(arms) >= target.power
        begun = (begun or n) if enough else 0
        reached = reached or begun
        n += step
    arms = _arms(begun, target)
    return ExactSize(
        needed=operating_characteristics(arms, test),
        first_reached=operating_characteristics(_arms(reached, target), test),
        horizon=_arms(n - step, target),
        step=step,
        formula=formula,
        at_needed=tuple(operating_characteristics(arms, t) for t in TESTS),
        at_formula=tuple(operating_characteristics(formula.rounded, t) for t in TESTS),
    )


def exact_power(
    first: float,
    second: float,
    arms: Arms,
    target: Target | None = None,
    *,
    test: Test = "fisher",
    error: bool = True,
) -> ExactPower:
    """Power and type I error of a test of two proportions, by enumeration.

    Args:
        first: assumed proportion of the first arm.
        second: of the second.
        arms: participants in each.
        target: error and sides.
        test: of the two proportions.
        error: whether the type I error is calculated; else it is NaN.

    Raises:
        DesignError: EQ801.
    """
    target = target or Target()
    check_fractions(first=first, second=second)
    check_positive(first_arm=arms[0], second_arm=arms[1])
    turned = target.sides == 1 and first < second  # a region is for a larger first arm
    if turned:
        first, second, arms = second, first, (arms[1], arms[0])
    region = rejection_region(test, *arms, target.alpha, sides=target.sides)
    return ExactPower(
        test=test,
        arms=(arms[1], arms[0]) if turned else arms,
        power=probability(region, first, second),
        error=largest_error(region) if error else nan,
    )


def enumerable(size: Size) -> None:
    """Rejects a size with too many tables.

    Raises:
        DesignError: EQ807.
    """
    if max(size.first, size.second) > LARGEST:
        raise DesignError.single(
            "EQ807",
            f"{counted(max(size.rounded), 'participant')} in an arm",
            where="design, exact power",
            fix=f"use the formula: tables are enumerated up to {LARGEST} in an arm",
        )


def _arms(smaller: int, target: Target) -> Arms:
    """Participants in both arms when the smaller arm has so many."""
    if target.ratio >= 1:
        return ceil(target.ratio * smaller - 1e-9), smaller
    return smaller, ceil(smaller / target.ratio - 1e-9)
