"""Probabilities of crossing boundaries, by numerical integration over the looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.design.sequential.panels import (
    FAR,
    NODES,
    WEIGHTS,
    add_narrow,
    graded_edges,
    narrow_tail,
)

__all__ = [
    "BEGIN",
    "NODES",
    "WEIGHTS",
    "Crossing",
    "State",
    "above_all",
    "below",
    "beyond",
    "crossing",
    "onward",
]

Vector = NDArray[np.float64]
FARTHEST = 14.0  # the same where a boundary beyond FAR is possible
PANEL = 1.5  # width of a panel in standard deviations of the next increment
MOST = 60  # panels of equal width; more are made of unequal width


@dataclass(frozen=True, slots=True)
class Crossing:
    """Probability of crossing at each look, without having crossed before.

    Attributes:
        upper: for efficacy.
        lower: for futility.
    """

    upper: Vector
    lower: Vector

    @property
    def ends(self) -> Vector:
        """Probability that the trial ends at each look."""
        found = self.upper + self.lower
        found[-1] = 1 - found[:-1].sum()
        return found

    def at(self, look: int) -> tuple[float, float]:
        """Probability of efficacy and of futility at a look, from 0."""
        return float(self.upper[look]), float(self.lower[look])


@dataclass(frozen=True, slots=True)
class State:
    """Density of the score statistic where the trial continues.

    Attributes:
        at: nodes, on the scale z times the root of the information.
        mass: density times weight.
        information: at the look.
        edges: of the panels of the nodes; None for a point.
    """

    at: Vector
    mass: Vector
    information: float
    edges: Vector | None = None


BEGIN = State(np.zeros(1), np.ones(1), 0.0)


def crossing(
    upper: Sequence[float] | Vector,
    lower: Sequence[float] | Vector,
    information: Sequence[float] | Vector,
    theta: float,
    begin: State = BEGIN,
) -> Crossing:
    """Crossing probabilities under a drift.

    Args:
        upper: z at each look; inf for no boundary.
        lower: z at each look, at most the upper; -inf for no boundary.
        information: at each look, rising; looks may be as close as numbers can be.
        theta: effect in units of 1 / root of the information.
        begin: where the trial stands; by default before its first look.

    Source: Armitage, McPherson and Rowe 1969, JRSS A 132:235-244; Jennison and Turnbull
    2000, Group Sequential Methods, chapter 19; here with Gauss-Legendre panels.
    """
    above, under, state = [], [], begin
    last = len(upper) - 1
    for look, (b, a, now) in enumerate(zip(upper, lower, information, strict=True)):
        above.append(beyond(state, b, now, theta))
        under.append(below(state, a, now, theta))
        if look < last:
            nxt = information[look + 1] - now
            state = onward(state, a, b, now, theta, nxt)
    return Crossing(np.array(above), np.array(under))


def beyond(state: State, z: float, information: float, theta: float) -> float:
    """Probability that the next look is at or above z."""
    return _tail(state, z, information, theta, 1.0)


def below(state: State, z: float, information: float, theta: float) -> float:
    """Probability that the next look is below z."""
    return _tail(state, z, information, theta, -1.0)


def above_all(state: State, z: float, information: float, theta: float) -> float:
    """1 minus the probability that the next look is below z."""
    return 1 - below(state, z, information, theta)


def _tail(
    state: State, z: float, information: float, theta: float, sign: float
) -> float:
    if np.isinf(z):
        return 0.0 if z * sign > 0 else float(state.mass.sum())
    step = information - state.information
    sd = float(np.sqrt(step))
    limit = float(z * np.sqrt(information) - theta * step)  # of the score before
    tail = special.ndtr(sign * (state.at - limit) / sd)
    found = float(state.mass @ tail)
    if state.edges is None:
        return found
    return found + narrow_tail(state.edges, state.mass, limit, sd, sign, tail)


def onward(
    state: State, a: float, b: float, information: float, theta: float, following: float
) -> State:
    """The density between the boundaries after a look.

    Args:
        state: before the look.
        a: lower boundary, z.
        b: upper boundary, z.
        information: at the look.
        theta: drift.
        following: information that the next look adds; sets how fine the grid is.
    """
    step = information - state.information
    sd = float(np.sqrt(step))
    low, high = _domain(state, a, b, information, theta)
    width = PANEL * np.sqrt(min(following, step))
    panels = max(1, int(np.ceil(min((high - low) / width, 1e9))))
    if panels <= MOST or high <= low:
        edges = np.linspace(low, max(high, low), panels + 1)
    else:
        edges = graded_edges(state.edges, theta * step, sd, low, high)
    half = np.diff(edges) / 2
    at = (((edges[:-1] + edges[1:]) / 2)[:, None] + half[:, None] * NODES).ravel()
    weight = (half[:, None] * WEIGHTS).ravel()
    away = (at[:, None] - state.at - theta * step) / sd
    kernel = np.exp(-0.5 * away**2)
    density = kernel @ state.mass / np.sqrt(2 * np.pi * step)
    if state.edges is not None:
        add_narrow(density, kernel, state.edges, state.mass, at - theta * step, sd)
    return State(at, density * weight, information, edges)


def _domain(
    state: State, a: float, b: float, information: float, theta: float
) -> tuple[float, float]:
    """Where the density after a look is kept: between the boundaries, and not far out."""
    root = float(np.sqrt(information))
    step = information - state.information
    origin = float(state.at[0]) if state.edges is None else 0.0
    centre = origin + theta * (information - (state.information if origin else 0.0))
    far = (FAR if b <= FAR else FARTHEST) * root
    low, high = max(a * root, centre - FAR * root), min(b * root, centre + far)
    if (
        state.edges is not None
    ):  # nothing goes farther than the next increment carries it
        reach = FARTHEST * float(np.sqrt(step))
        low = max(low, float(state.edges[0]) + theta * step - reach)
        high = min(high, float(state.edges[-1]) + theta * step + reach)
    return low, high
