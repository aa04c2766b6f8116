"""Boundaries of group sequential tests: families, and error spending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import e, expm1, inf, log
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.requirements import out_of_range
from equipoise.design.root import root, unsolvable
from equipoise.design.sequential.recursion import (
    BEGIN,
    State,
    below,
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
SPENDING: tuple[Spending, ...] = get_args(Spending)
HIGHEST = 12.0  # a z beyond any boundary: an error of less than 1.8e-33 cannot be spent
LEAST_ERROR = 1e-30
MOST_LOOKS = 500
RANGES: dict[str, tuple[float, float, str]] = {
    "wang-tsiatis": (-0.5, 1.0, "Delta from -0.5 to 1 (0 O'Brien-Fleming, 0.5 Pocock)"),
    "haybittle-peto": (0.0, HIGHEST, "z above 0, at most 12, such as 3"),
    "hwang-shih-decani": (-40.0, 40.0, "gamma from -40 to 40, such as -4"),
    "kim-demets": (0.0, 1000.0, "rho above 0, at most 1000, such as 2 or 3"),
}  # lowest and highest parameter, as in rpact (Delta) and gsDesign (gamma)
OPEN = ("haybittle-peto", "kim-demets")  # the lowest parameter itself is not possible


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
        timing: information fractions, rising to 1, of any spacing; at most 500.
        alpha: one-sided error, below 0.5.

    Returns:
        (looks,) z; inf where the error to spend is below 2e-33, as at a look at 3% of the
        information with the O'Brien-Fleming spending function (rpact prints Inf).

    Raises:
        DesignError: EQ801, the error is out of range; EQ804, the looks do not rise to 1,
            or a parameter is missing or out of range; EQ808, there is no such boundary;
            EQ809, a parameter for a rule that has none.

    Example:
        >>> efficacy(Rule(kind="obrien-fleming"), [0.5, 1], 0.025).round(3)  # as gsDesign
        array([2.797, 1.977])

    Source: O'Brien and Fleming 1979, Biometrics 35:549; Pocock 1977, Biometrika 64:191;
    Wang and Tsiatis 1987, Biometrics 43:193; Lan and DeMets 1983, Biometrika 70:659;
    Hwang, Shih and DeCani 1990, Stat Med 9:1439; Kim and DeMets 1987, Biometrika 74:149.
    """
    looks = checked(timing)
    parameter = check_rule(rule)
    check_error(alpha)
    if rule.kind == "obrien-fleming":
        return _family(0.0, looks, alpha)
    if rule.kind == "pocock":
        return _family(0.5, looks, alpha)
    if rule.kind == "wang-tsiatis":
        return _family(parameter, looks, alpha)
    if rule.kind == "haybittle-peto":
        return _peto(parameter, looks, alpha)
    return spend(cumulative_spending(rule, looks, alpha), looks)


def spending(rule: Rule, alpha: float) -> Callable[[float], float]:
    """Cumulative error that a spending function allows at an information fraction.

    Raises:
        DesignError: EQ804, the rule is a family of boundaries, or its parameter is
            missing or out of range.
    """
    if rule.kind not in SPENDING:
        raise _refusal(
            f"{rule.kind!r} is a family of boundaries and does not spend error",
            f"give a spending function: {', '.join(SPENDING)}",
        )
    parameter = check_rule(rule)
    if rule.kind == "lan-demets-of":
        z = -special.ndtri(alpha / 2)
        return lambda t: float(2 * special.ndtr(-z / np.sqrt(t))) if t > 0 else 0.0
    if rule.kind == "lan-demets-pocock":
        return lambda t: alpha * log(1 + (e - 1) * t)
    if rule.kind == "kim-demets":
        return lambda t: alpha * float(t**parameter)
    if abs(parameter) < 1e-9:
        return lambda t: alpha * t
    return lambda t: alpha * expm1(-parameter * t) / expm1(-parameter)


def cumulative_spending(
    rule: Rule, looks: Sequence[float], error: float
) -> list[float]:
    """Error spent up to each look: never falling, and all of it at the end.

    Args:
        rule: a spending function.
        looks: information fractions, rising to 1.
        error: of either kind.

    Raises:
        DesignError: EQ804; EQ808, nothing is left for the last look.
    """
    spent = spending(rule, error)
    total = [min(spent(t), error) for t in looks[:-1]] + [error]
    steps = np.diff([0.0, *total])
    ends = abs(spent(1.0) - error) <= 1e-9 * error
    if not ends or (steps < 0).any():
        raise unsolvable(
            f"the cumulative spending of {rule.kind!r} falls, or does not end at "
            f"{error:g}",
            "choose another parameter",
        )
    if steps[-1] <= 0:
        raise unsolvable(
            f"{rule.kind!r} spends all of the error before the last analysis",
            "choose a parameter that leaves some of it for the last analysis, or move "
            "the analyses apart",
        )
    return total


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
    under = [-inf] * len(information) if lower is None else list(lower)
    made: list[float] = []
    state, before = BEGIN, 0.0
    for look, (total, now) in enumerate(zip(cumulative, information, strict=True)):
        z = solve(state, now, theta, total - before)
        before = total
        made.append(z)
        if look + 1 < len(information):
            nxt = information[look + 1] - now
            state = onward(state, under[look], z, now, theta, nxt)
    return np.array(made)


def solve(
    state: State, information: float, theta: float, more: float, *, lower: bool = False
) -> float:
    """The z that the next look crosses with a probability.

    Args:
        state: before the look.
        information: at the look.
        theta: drift.
        more: the probability.
        lower: cross it from above.

    Returns:
        inf (-inf for ``lower``) if the probability is too small for any z; the other end
        of the range if the state has less probability left.
    """
    side = -1.0 if lower else 1.0
    if more <= 0:
        return side * inf
    probability = below if lower else beyond

    def lacking(z: float) -> float:
        return probability(state, side * z, information, theta) - more

    far = HIGHEST + abs(theta) * float(np.sqrt(information))
    if lacking(far) > 0:
        return side * inf
    if lacking(-far) < 0:  # a binding boundary left less than may be spent
        return -side * far
    return side * root(lacking, -far, far, what="no boundary spends the error")


def checked(timing: Sequence[float]) -> list[float]:
    """Information fractions that rise to 1.

    Raises:
        DesignError: EQ804.
    """
    looks = [float(t) for t in timing]
    rising = all(a < b for a, b in zip([0.0, *looks], looks, strict=False))
    if not looks or not rising or abs(looks[-1] - 1) > 1e-12:
        raise _refusal(
            f"the interim analyses are at {_shown(looks)}",
            "give fractions that rise to 1, such as 0.5 and 1",
        )
    if len(looks) > MOST_LOOKS:
        raise _refusal(f"there are {len(looks)} analyses", f"plan at most {MOST_LOOKS}")
    return looks


def check_rule(rule: Rule) -> float:
    """The parameter of a rule, if it may have this value; 0 for a rule without one.

    Raises:
        DesignError: EQ804, the parameter is missing or out of range, or the rule is not
            known; EQ809, the rule has none.
    """
    if rule.kind not in (*get_args(Family), *SPENDING):
        raise _refusal(
            f"{rule.kind!r} is not a boundary family or spending function",
            f"choose one of: {', '.join((*get_args(Family), *SPENDING))}",
        )
    if rule.kind not in RANGES:
        if rule.parameter is not None:
            raise DesignError.single(
                "EQ809",
                f"{rule.kind!r} has no parameter, and {rule.parameter:g} has no effect",
                where="design, interim analyses",
                fix="omit the parameter, or choose one of: " + ", ".join(RANGES),
            )
        return 0.0
    low, high, needed = RANGES[rule.kind]
    if rule.parameter is None:
        raise _refusal(f"{rule.kind!r} needs a parameter", f"give {needed}")
    inside = low <= rule.parameter <= high
    if not inside or (rule.parameter == low and rule.kind in OPEN):
        raise _refusal(
            f"the parameter of {rule.kind!r} is {rule.parameter:g}", f"give {needed}"
        )
    return float(rule.parameter)


def check_error(alpha: float) -> None:
    """Rejects a one-sided error for which there is no boundary.

    Raises:
        DesignError: EQ801.
    """
    if not LEAST_ERROR < alpha < 0.5:
        needed = f"between {LEAST_ERROR:g} and 0.5"
        raise DesignError(out_of_range("alpha", alpha, needed))


def _family(shape: float, looks: list[float], alpha: float) -> Vector:
    """Boundaries c t^(shape - 0.5) whose c lies between two bounds that are known.

    The last look alone crosses with alpha at the quantile of alpha; the sum over all looks
    is at most alpha at the quantile of alpha / looks, divided by the smallest factor.
    """
    form = np.array(looks) ** (shape - 0.5)
    none = [-inf] * len(looks)

    def lacking(c: float) -> float:
        bounds = np.where(c * form > HIGHEST, inf, c * form)
        return float(crossing(bounds, none, looks, 0.0).upper.sum()) - alpha

    low = float(-special.ndtri(alpha))
    high = float(-special.ndtri(alpha / len(looks)) / min(1.0, form.min()))
    c = root(lacking, low - 1e-9, high + 1e-9, what="no boundary spends the error")
    return np.where(c * form > HIGHEST, inf, c * form)


def _peto(z: float, looks: list[float], alpha: float) -> Vector:
    """Boundaries z, and at the end what is left: between quantiles of alpha and of it."""
    none = [-inf] * len(looks)
    early = [z] * (len(looks) - 1)

    def lacking(last: float) -> float:
        return float(crossing([*early, last], none, looks, 0.0).upper.sum()) - alpha

    rest = -lacking(inf)
    if rest <= 0:
        raise unsolvable(
            f"a boundary of z = {z:g} at the interim analyses spends {alpha - rest:.4g}, "
            f"and the one-sided error is {alpha:g}",
            "choose a larger z, such as 3",
        )
    low, high = float(-special.ndtri(alpha)), float(-special.ndtri(rest))
    last = root(lacking, low - 1e-9, high + 1e-9, what="no boundary spends the error")
    return np.array([*early, last])


def _shown(looks: list[float]) -> str:
    shown = ", ".join(f"{t:g}" for t in looks[:8])
    return (shown + (", ..." if len(looks) > 8 else "")) or "no fraction"


def _refusal(what: str, fix: str) -> DesignError:
    return DesignError.single("EQ804", what, where="design, interim analyses", fix=fix)
