"""Boundaries of group sequential tests: families, and error spending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import e, exp, isfinite, log
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from equipoise.design.sequential.recursion import (
    BEGIN,
    State,
    beyond,
    crossing,
    onward,
)
from equipoise.errors import DesignError

Vector = NDArray[np.float64]
Family = Literal["obrien-fleming", "pocock", "wang-tsiatis", "haybittle-peto"]
Spending = Literal[
    "lan-demets-of", "lan-demets-pocock", "hwang-shih-decani", "kim-demets"
]
HIGHEST = 12.0  # a z beyond any boundary


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How error is spread over the looks.

    Attributes:
        kind: a family of boundaries, or a spending function.
        parameter: Delta of Wang and Tsiatis (0 O'Brien-Fleming, 0.5 Pocock); gamma of
            Hwang, Shih and DeCani; rho of Kim and DeMets; z of Haybittle and Peto.
    """

    kind: Family | Spending
    parameter: float | None = None


def efficacy(rule: Rule, timing: Sequence[float], alpha: float) -> Vector:
    """Upper boundaries, z, of a one-sided test.

    Args:
        rule: family or spending function.
        timing: information fractions, rising to 1.
        alpha: one-sided error.

    Raises:
        DesignError: EQ804, the looks do not rise to 1, or a parameter is missing.

    Example:
        >>> efficacy(Rule(kind="obrien-fleming"), [0.5, 1], 0.025).round(3)  # as gsDesign
        array([2.797, 1.977])

    Source: O'Brien and Fleming 1979, Biometrics 35:549; Pocock 1977, Biometrika 64:191;
    Wang and Tsiatis 1987, Biometrics 43:193; Lan and DeMets 1983, Biometrika 70:659;
    Hwang, Shih and DeCani 1990, Stat Med 9:1439; Kim and DeMets 1987, Biometrika 74:149.
    """
    looks = checked(timing)
    shape = _shape(rule)
    if shape is not None:
        return _family(shape, looks, alpha)
    if rule.kind == "haybittle-peto":
        return _peto(_needed(rule), looks, alpha)
    spent = spending(rule, alpha)
    return spend([spent(t) for t in looks], looks)


def spending(rule: Rule, alpha: float) -> Callable[[float], float]:
    """Cumulative error that a spending function allows at an information fraction."""
    if rule.kind == "lan-demets-of":
        z = -special.ndtri(alpha / 2)
        return lambda t: float(2 * special.ndtr(-z / np.sqrt(t))) if t > 0 else 0.0
    if rule.kind == "lan-demets-pocock":
        return lambda t: alpha * log(1 + (e - 1) * t)
    power = _needed(rule)
    if rule.kind == "kim-demets":
        return lambda t: alpha * t**power
    if rule.kind == "hwang-shih-decani":
        if power == 0:
            return lambda t: alpha * t
        return lambda t: alpha * (1 - exp(-power * t)) / (1 - exp(-power))
    raise _refusal(f"{rule.kind!r} does not spend error")


def spend(
    cumulative: Sequence[float],
    information: Sequence[float],
    *,
    lower: Sequence[float] | Vector | None = None,
    theta: float = 0.0,
) -> Vector:
    """Upper boundaries that cross with the stated cumulative probabilities.

    Args:
        cumulative: at each look, not falling.
        information: at each look.
        lower: futility boundaries that bind; None for none.
        theta: drift under which they cross.
    """
    below = [-np.inf] * len(information) if lower is None else list(lower)
    made: list[float] = []
    state, before = BEGIN, 0.0
    for look, (total, now) in enumerate(zip(cumulative, information, strict=True)):
        more = total - before
        before = total
        z = _solve(state, now, theta, more)
        made.append(z)
        if look + 1 < len(information):
            nxt = information[look + 1] - now
            state = onward(state, below[look], z, now, theta, nxt)
    return np.array(made)


def _solve(state: State, information: float, theta: float, more: float) -> float:
    if more <= 0:
        return np.inf

    def lacking(z: float) -> float:
        return beyond(state, z, information, theta) - more

    far = HIGHEST + abs(theta) * float(np.sqrt(information))
    if lacking(-far) < 0:  # a binding boundary left less than may be spent
        return -far
    return float(optimize.brentq(lacking, -far, far, xtol=1e-13))


def checked(timing: Sequence[float]) -> list[float]:
    """Information fractions that rise to 1.

    Raises:
        DesignError: EQ804.
    """
    looks = [float(t) for t in timing]
    rising = all(a < b for a, b in zip([0.0, *looks], looks, strict=False))
    if not looks or not rising or abs(looks[-1] - 1) > 1e-12:
        raise _refusal(f"the looks are at {looks}")
    return looks


def _shape(rule: Rule) -> float | None:
    if rule.kind == "obrien-fleming":
        return 0.0
    if rule.kind == "pocock":
        return 0.5
    return _needed(rule) if rule.kind == "wang-tsiatis" else None


def _family(shape: float, looks: list[float], alpha: float) -> Vector:
    form = np.array(looks) ** (shape - 0.5)
    none = [-np.inf] * len(looks)

    def lacking(c: float) -> float:
        return float(crossing(c * form, none, looks, 0.0).upper.sum()) - alpha

    c = optimize.brentq(lacking, 0.1, HIGHEST, xtol=1e-13)
    return float(c) * form


def _peto(z: float, looks: list[float], alpha: float) -> Vector:
    none = [-np.inf] * len(looks)
    early = [z] * (len(looks) - 1)

    def lacking(last: float) -> float:
        return float(crossing([*early, last], none, looks, 0.0).upper.sum()) - alpha

    return np.array([*early, optimize.brentq(lacking, 0.1, HIGHEST, xtol=1e-13)])


def _needed(rule: Rule) -> float:
    if rule.parameter is None:
        raise _refusal(f"{rule.kind!r} needs a parameter")
    if not isfinite(rule.parameter):
        raise _refusal(f"the parameter of {rule.kind!r} is {rule.parameter:g}")
    return rule.parameter


def _refusal(what: str) -> DesignError:
    return DesignError.single(
        "EQ804",
        what,
        where="design, looks",
        fix="give fractions that rise to 1, such as 0.5 and 1, and the parameter of "
        "wang-tsiatis, hwang-shih-decani, kim-demets or haybittle-peto",
    )
