"""Probabilities of crossing boundaries, by numerical integration over the looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Vector = NDArray[np.float64]
FAR = 9.0  # standard deviations beyond which nothing is left to integrate
POINTS = 12  # of Gauss and Legendre in a panel
PANEL = 1.5  # width of a panel in standard deviations of the next increment
NODES, WEIGHTS = np.polynomial.legendre.leggauss(POINTS)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Probability of crossing at each look, without having crossed before.

    Attributes:
        upper: for efficacy.
        lower: for futility.
    """

    upper: Vector
    lower: Vector


@dataclass(frozen=True, slots=True)
class State:
    """Density of the score statistic where the trial continues.

    Attributes:
        at: nodes, on the scale z times the root of the information.
        mass: density times weight.
        information: at the look.
    """

    at: Vector
    mass: Vector
    information: float


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
        information: at each look, rising.
        theta: effect in units of 1 / root of the information.
        begin: where the trial stands; by default before its first look.

    Source: Armitage, McPherson and Rowe 1969, JRSS A 132:235-244; Jennison and Turnbull
    2000, Group Sequential Methods, chapter 19; here with Gauss-Legendre panels.
    """
    above, below, state = [], [], begin
    last = len(upper) - 1
    for look, (b, a, now) in enumerate(zip(upper, lower, information, strict=True)):
        above.append(beyond(state, b, now, theta))
        below.append(1 - above_all(state, a, now, theta))
        if look < last:
            nxt = information[look + 1] - now
            state = onward(state, a, b, now, theta, nxt)
    return Crossing(np.array(above), np.array(below))


def beyond(state: State, z: float, information: float, theta: float) -> float:
    """Probability that the next look is at or above z."""
    if np.isinf(z):
        return 0.0 if z > 0 else float(state.mass.sum())
    step = information - state.information
    limit = z * np.sqrt(information)
    tail = special.ndtr((state.at + theta * step - limit) / np.sqrt(step))
    return float(state.mass @ tail)


def above_all(state: State, z: float, information: float, theta: float) -> float:
    """1 minus the probability that the next look is below z."""
    if np.isinf(z):
        return 1.0 if z < 0 else 1 - float(state.mass.sum())
    step = information - state.information
    limit = z * np.sqrt(information)
    tail = special.ndtr((limit - state.at - theta * step) / np.sqrt(step))
    return 1 - float(state.mass @ tail)


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
    root = np.sqrt(information)
    origin = float(state.at[0]) if len(state.at) == 1 else 0.0
    centre = origin + theta * (information - (state.information if origin else 0.0))
    low = max(a * root, centre - FAR * root) if np.isfinite(a) else centre - FAR * root
    high = min(b * root, centre + FAR * root) if np.isfinite(b) else centre + FAR * root
    step = information - state.information
    width = PANEL * np.sqrt(min(following, step))
    panels = max(1, int(np.ceil((high - low) / width)))
    edges = np.linspace(low, max(high, low), panels + 1)
    half = np.diff(edges) / 2
    at = ((edges[:-1] + edges[1:]) / 2)[:, None] + half[:, None] * NODES
    at = at.ravel()
    weight = (half[:, None] * WEIGHTS).ravel()
    away = (at[:, None] - state.at - theta * step) / np.sqrt(step)
    density = np.exp(-0.5 * away**2) @ state.mass / np.sqrt(2 * np.pi * step)
    return State(at, density * weight, information)
