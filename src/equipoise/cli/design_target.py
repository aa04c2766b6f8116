"""Error and sides of a test, as the options of ``equipoise design`` give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from equipoise.errors import DesignError

if TYPE_CHECKING:  # kept out of `equipoise --help`: scipy takes a second
    from equipoise.design.requirements import Target


@dataclass(frozen=True, slots=True)
class Sided:
    """Options of the target; None for an option that was not given.

    Attributes:
        one_sided: whether the hypothesis has one side only.
    """

    alpha: float | None
    sides: int | None
    power: float
    ratio: float = 1.0
    one_sided: bool = False


def sided(given: Sided) -> Target:
    """The target of a sample size: 5% two-sided or 2.5% one-sided unless given.

    Raises:
        DesignError: EQ801, a number is out of range; EQ809, two sides for a hypothesis
            with one.
    """
    from equipoise.design.requirements import Target

    if given.one_sided and given.sides == 2:
        raise DesignError.single(
            "EQ809",
            "two sides are given, and non-inferiority and equivalence are one-sided",
            where="design, --sides",
            fix="omit --sides; --alpha is the error of one side",
        )
    sides: Literal[1, 2] = 1 if given.one_sided or given.sides == 1 else 2
    alpha = given.alpha if given.alpha is not None else 0.025 * sides
    return Target(alpha=alpha, power=given.power, sides=sides, ratio=given.ratio)


def level(target: Target) -> str:
    """Sides and error of the test, such as "two-sided at 5%"."""
    side = "two-sided" if target.sides == 2 else "one-sided"
    return f"{side} at {100 * target.alpha:g}%"
