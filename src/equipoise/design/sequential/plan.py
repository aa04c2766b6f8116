"""A group sequential design: boundaries, information, expected size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.requirements import out_of_range
from equipoise.design.root import root, unsolvable
from equipoise.design.sequential.boundaries import (
    SPENDING,
    Rule,
    check_error,
    checked,
    cumulative_spending,
    efficacy,
    solve,
)
from equipoise.design.sequential.recursion import BEGIN, Crossing, crossing, onward
from equipoise.errors import DesignError

Vector = NDArray[np.float64]
LARGEST = 64.0  # times the drift of a fixed design: 4,096 times its information


@dataclass(frozen=True)
class Sequential:
    """A design with looks.

    Attributes:
        timing: information fractions.
        upper: z that stops for efficacy.
        lower: z that stops for futility; -inf for none.
        alpha: one-sided error.
        power: at the assumed effect.
        drift: assumed effect times the root of the largest information.
        binding: whether the error counts on stopping for futility.
    """

    timing: Vector
    upper: Vector
    lower: Vector
    alpha: float
    power: float
    drift: float
    binding: bool

    @property
    def inflation(self) -> float:
        """Largest information, as a multiple of that of a trial without looks."""
        return (self.drift / fixed_drift(self.alpha, self.power)) ** 2

    def crossing(self, share: float = 1.0) -> Crossing:
        """Crossing probabilities at a share of the assumed effect; 0 for none."""
        return crossing(self.upper, self.lower, self.timing, share * self.drift)

    def expected(self, share: float = 1.0) -> float:
        """Mean information at the end, as a multiple of a trial without looks."""
        return float(self.crossing(share).ends @ self.timing) * self.inflation

    def without_futility(self) -> Sequential:
        """The same design in which futility stops nothing."""
        return replace(self, lower=np.full(len(self.upper), -inf))

    def errors(self) -> Vector:
        """Error spent at each look; it counts on stopping for futility if binding."""
        design = self if self.binding else self.without_futility()
        return design.crossing(0.0).upper


def sequential(
    rule: Rule,
    timing: Sequence[float],
    alpha: float = 0.025,
    power: float = 0.9,
    *,
    futility: Rule | None = None,
    binding: bool = False,
) -> Sequential:
    """The design of a rule, with the information that gives the power.

    Args:
        rule: for efficacy.
        timing: information fractions, rising to 1.
        alpha: one-sided error.
        power: at the assumed effect.
        futility: spending of the error of the second kind; None for no futility looks.
        binding: whether a trial that crosses it must stop; if so efficacy is easier.

    Raises:
        DesignError: EQ801, an error or power is out of range; EQ804, the looks or a
            parameter; EQ808, no design has these properties; EQ809, an option without
            effect.

    Example:
        >>> from equipoise.design.sequential.boundaries import Rule
        >>> design = sequential(Rule(kind="lan-demets-of"), [0.5, 1], power=0.8)
        >>> design.upper.round(4).tolist(), round(design.inflation, 4)
        ([2.9626, 1.9686], 1.0037)

    Source: Jennison and Turnbull 2000, Group Sequential Methods, chapters 4 and 7;
    Pampallona, Tsiatis and Kim 2001, Drug Inf J 35:1113-1121 (two spending functions).
    """
    check_error(alpha)
    if not alpha < power < 1 - 1e-12:
        raise DesignError(out_of_range("power", power, "between the error and 1"))
    looks = checked(timing)
    upper = efficacy(rule, looks, alpha)
    if binding and futility is not None and rule.kind not in SPENDING:
        raise DesignError.single(
            "EQ804",
            f"futility is binding, and {rule.kind!r} is a family of boundaries",
            where="design, interim analyses",
            fix="choose a spending function for efficacy, or non-binding futility",
        )
    if futility is not None:
        return _with_futility(rule, upper, looks, alpha, power, futility, binding)
    if binding:
        raise binding_without_futility()
    none = np.full(len(looks), -np.inf)

    def lacking(drift: float) -> float:
        return float(crossing(upper, none, looks, drift).upper.sum()) - power

    # No test has more power than the fixed one; the last look alone has less than all.
    low = fixed_drift(alpha, power)
    high = float(upper[-1] + special.ndtri(power))
    drift = root(
        lacking, low * (1 - 1e-6), high + 1e-6, what=_no_power(power), xtol=1e-12
    )
    return Sequential(np.array(looks), upper, none, alpha, power, drift, False)


def binding_without_futility() -> DesignError:
    """The error for a binding futility boundary that is not stated."""
    return DesignError.single(
        "EQ809",
        "futility is binding, and there is no futility boundary",
        where="design, interim analyses",
        fix="give a spending function for futility, or omit binding",
    )


def fixed_drift(alpha: float, power: float) -> float:
    """Effect times root information of a trial without looks."""
    return float(special.ndtri(power) - special.ndtri(alpha))


def _with_futility(
    rule: Rule,
    plain: Vector,
    looks: list[float],
    alpha: float,
    power: float,
    futility: Rule,
    binding: bool,
) -> Sequential:
    """The drift at which both boundaries meet at the last look."""
    losses = cumulative_spending(futility, looks, 1 - power)
    errors = cumulative_spending(rule, looks, alpha) if binding else None

    def at(drift: float) -> tuple[Vector, Vector]:
        return _both(plain, looks, losses, errors, drift)

    def gap(drift: float) -> float:
        upper, lower = at(drift)
        return float(max(lower[-1], -LARGEST) - upper[-1])

    low = fixed_drift(alpha, power)
    high = low * 1.5
    while gap(high) < 0 and high < LARGEST * low:
        high *= 1.5
    drift = root(gap, low * 0.999, high, what=_no_power(power), xtol=1e-11)
    upper, lower = at(drift)
    lower[-1] = upper[-1]
    made = Sequential(np.array(looks), upper, lower, alpha, power, drift, binding)
    reached = float(made.crossing().upper.sum())
    if abs(reached - power) > 1e-6 or (lower[:-1] >= upper[:-1]).any():
        raise unsolvable(
            "the boundaries of efficacy and futility meet before the last analysis",
            "choose spending functions that spend less at the interim analyses",
        )
    return made


def _both(
    plain: Vector,
    looks: list[float],
    losses: list[float],
    errors: list[float] | None,
    drift: float,
) -> tuple[Vector, Vector]:
    """Both boundaries under a drift, look by look.

    Args:
        plain: efficacy boundaries without futility.
        looks: information fractions.
        losses: cumulative spending of the error of the second kind.
        errors: of the first kind if futility is binding; None keeps ``plain``.
        drift: effect times the root of the largest information.
    """
    upper, lower = plain.copy(), np.full(len(looks), -np.inf)
    null = effect = BEGIN
    lost = spent = 0.0
    for look, now in enumerate(looks):
        if errors is not None:
            upper[look] = solve(null, now, 0.0, errors[look] - spent)
            spent = errors[look]
        lower[look] = solve(effect, now, drift, losses[look] - lost, lower=True)
        lost = losses[look]
        if look + 1 == len(looks):
            break
        if lower[look] >= upper[look]:  # nothing continues: the drift is too large
            lower[look + 1 :] = LARGEST
            break
        a, b, following = lower[look], upper[look], looks[look + 1] - now
        effect = onward(effect, a, b, now, drift, following)
        if errors is not None:
            null = onward(null, a, b, now, 0.0, following)
    return upper, lower


def _no_power(power: float) -> str:
    return f"no sample size gives a power of {power:g} with these boundaries"
