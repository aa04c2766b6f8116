"""A group sequential design: boundaries, information, expected size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from equipoise.design.requirements import shares
from equipoise.design.sequential.boundaries import (
    Rule,
    checked,
    efficacy,
    spend,
    spending,
)
from equipoise.design.sequential.recursion import Crossing, crossing

Vector = NDArray[np.float64]
HIGH = 20.0  # a z, or a drift, beyond any


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
        found = self.crossing(share)
        stop = found.upper + found.lower
        stop[-1] = 1 - stop[:-1].sum()
        return float(stop @ self.timing) * self.inflation


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
        DesignError: EQ801, EQ804.

    Example:
        >>> from equipoise.design.sequential.boundaries import Rule
        >>> design = sequential(Rule(kind="lan-demets-of"), [0.5, 1], power=0.8)
        >>> design.upper.round(4).tolist(), round(design.inflation, 4)
        ([2.9626, 1.9686], 1.0037)

    Source: Jennison and Turnbull 2000, Group Sequential Methods, chapters 4 and 7;
    Pampallona, Tsiatis and Kim 2001, Drug Inf J 35:1113-1121 (two spending functions).
    """
    shares(alpha=alpha, power=power)
    looks = checked(timing)
    if futility is not None:
        return _with_futility(rule, looks, alpha, power, futility, binding)
    upper = efficacy(rule, looks, alpha)
    none = np.full(len(looks), -np.inf)

    def lacking(drift: float) -> float:
        return float(crossing(upper, none, looks, drift).upper.sum()) - power

    drift = optimize.brentq(lacking, 0.1, HIGH, xtol=1e-12)
    return Sequential(np.array(looks), upper, none, alpha, power, float(drift), False)


def fixed_drift(alpha: float, power: float) -> float:
    """Effect times root information of a trial without looks."""
    return float(special.ndtri(power) - special.ndtri(alpha))


def _with_futility(
    rule: Rule,
    looks: list[float],
    alpha: float,
    power: float,
    futility: Rule,
    binding: bool,
) -> Sequential:
    """The drift at which both boundaries meet at the last look."""
    kept = spending(futility, 1 - power)
    losses = [kept(t) for t in looks]
    errors = spending(rule, alpha) if binding else None
    plain = efficacy(rule, looks, alpha)

    def at(drift: float) -> tuple[Vector, Vector]:
        upper, lower = plain.copy(), np.full(len(looks), -np.inf)
        for look in range(len(looks)):
            part = looks[: look + 1]
            if errors is not None:
                spent = [errors(t) for t in part]
                upper[: look + 1] = spend(spent, part, lower=lower[: look + 1])
            lower[look] = _lower(upper, lower, losses, looks, look, drift)
        return upper, lower

    def gap(drift: float) -> float:
        upper, lower = at(drift)
        return float(lower[-1] - upper[-1])

    low = fixed_drift(alpha, power)
    drift = float(optimize.brentq(gap, low * 0.999, low * 2, xtol=1e-11))
    upper, lower = at(drift)
    lower[-1] = upper[-1]
    return Sequential(np.array(looks), upper, lower, alpha, power, drift, binding)


def _lower(
    upper: Vector,
    lower: Vector,
    losses: list[float],
    looks: list[float],
    look: int,
    drift: float,
) -> float:
    """The futility boundary of a look: by symmetry an upper one of the mirrored trial."""
    part = looks[: look + 1]
    mirrored = [-b for b in upper[:look]] + [-np.inf]
    known = [-a for a in lower[:look]]
    before = losses[look - 1] if look else 0.0

    def lacking(z: float) -> float:
        found = crossing([*known, z], mirrored, part, -drift)
        return float(found.upper[-1]) - (losses[look] - before)

    if lacking(-HIGH) < 0:  # so large a drift leaves fewer failures than may be spent
        return HIGH
    return -float(optimize.brentq(lacking, -HIGH, HIGH, xtol=1e-12))
