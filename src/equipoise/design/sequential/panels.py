"""Panels of Gauss and Legendre for a density, and increments narrower than a panel.

An increment with a standard deviation far below the width of a panel sees only a small
piece of it. The density, a polynomial in each panel, is then integrated over that piece.
So memory and time do not grow as two looks come closer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Vector = NDArray[np.float64]
FAR = 9.0  # standard deviations beyond which nothing is left to integrate
POINTS = 12  # of Gauss and Legendre in a panel
NODES, WEIGHTS = np.polynomial.legendre.leggauss(POINTS)
PIECE, PIECE_WEIGHTS = np.polynomial.legendre.leggauss(72)  # over 2 FAR of an increment
# Values at the nodes of a panel to coefficients of its polynomial (Legendre):
TO_COEFFICIENTS = (
    np.polynomial.legendre.legvander(NODES, POINTS - 1).T
    * WEIGHTS
    * (2 * np.arange(POINTS)[:, None] + 1)
    / 2
)
WIDEST = 1.5 * (1 + 1e-9)  # panel in standard deviations that its own nodes integrate
FINE = 1.0  # the same for panels whose density is interpolated


def graded_edges(
    before: Vector | None, shift: float, sd: float, low: float, high: float
) -> Vector:
    """Edges of unequal panels: narrow where the density changes within ``sd``.

    Args:
        before: edges of the density before the increment, which they resolve; None for a
            point.
        shift: mean of the increment.
        sd: standard deviation of the increment.
        low: lower end of the new density.
        high: upper end, above ``low``.
    """
    width = FINE * sd
    if before is None:
        return np.linspace(low, high, int(np.ceil((high - low) / width)) + 1)
    layer = width * np.arange(-14, 15)  # the smoothed cut at either end
    made = [before + shift, before[0] + shift + layer, before[-1] + shift + layer]
    inside = np.unique(np.concatenate(made))
    edges = [low]
    inside = np.append(inside[(inside > low) & (inside < high)], high)
    for edge, following in zip(inside, np.append(inside[1:], np.inf), strict=True):
        if edge == high or following - edges[-1] > width:
            edges.append(float(edge))
    return np.array(edges)


def narrow_tail(
    edges: Vector, mass: Vector, limit: float, sd: float, sign: float, tail: Vector
) -> float:
    """What the nodes of wide panels miss of a tail probability.

    Args:
        edges: of the panels.
        mass: density times weight at their nodes.
        limit: from which on an increment of mean 0 reaches the boundary.
        sd: standard deviation of the increment.
        sign: 1 for the upper tail, -1 for the lower.
        tail: probabilities that the nodes were given.
    """
    width = np.diff(edges)
    near = (edges[:-1] < limit + FAR * sd) & (edges[1:] > limit - FAR * sd)
    found = 0.0
    for panel in np.flatnonzero(near & (width > WIDEST * sd)):
        own = slice(panel * POINTS, (panel + 1) * POINTS)
        low, high = edges[panel], edges[panel + 1]
        cuts = np.clip([low, limit - FAR * sd, limit + FAR * sd, high], low, high)
        half, middle = np.diff(cuts) / 2, (cuts[:-1] + cuts[1:]) / 2
        x = middle[:, None] + half[:, None] * PIECE
        density = _density(mass[own], low, high, x)
        value = density * special.ndtr(sign * (x - limit) / sd)
        found += float(half @ (value @ PIECE_WEIGHTS)) - float(mass[own] @ tail[own])
    return found


def add_narrow(
    density: Vector, kernel: Vector, edges: Vector, mass: Vector, at: Vector, sd: float
) -> None:
    """Corrects a new density, in place, for panels that are wide for the increment.

    Args:
        density: at ``at``, with the nodes of all panels.
        kernel: (new nodes, old nodes) that they were given, 1 at distance 0.
        edges: of the old panels.
        mass: old density times weight.
        at: new nodes less the mean of the increment.
        sd: standard deviation of the increment.
    """
    scale = 1 / (np.sqrt(2 * np.pi) * sd)
    for panel in np.flatnonzero(np.diff(edges) > WIDEST * sd):
        low, high = float(edges[panel]), float(edges[panel + 1])
        own = slice(panel * POINTS, (panel + 1) * POINTS)
        near = np.flatnonzero((at > low - FAR * sd) & (at < high + FAR * sd))
        density -= kernel[:, own] @ mass[own] * scale
        if not len(near):
            continue
        y = at[near][:, None]
        start, end = np.maximum(low, y - FAR * sd), np.minimum(high, y + FAR * sd)
        half = (end - start) / 2
        x = (start + end) / 2 + half * PIECE
        value = _density(mass[own], low, high, x) * np.exp(-0.5 * ((y - x) / sd) ** 2)
        density[near] += half[:, 0] * (value @ PIECE_WEIGHTS) * scale
    np.maximum(density, 0.0, out=density)  # a difference of equals may end below 0


def _density(mass: Vector, low: float, high: float, x: Vector) -> Vector:
    """The polynomial of a panel at ``x``, by its density times weight at the nodes."""
    half = (high - low) / 2
    coefficients = TO_COEFFICIENTS @ (mass / (WEIGHTS * half))
    t = np.clip((x - (low + high) / 2) / half, -1.0, 1.0)
    return np.asarray(np.polynomial.legendre.legval(t, coefficients), dtype=np.float64)
