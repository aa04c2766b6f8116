"""Adjusted P values of several tests: fixed sequence, Bonferroni, Holm, Hochberg, graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]
EXHAUSTED = 1e-12  # a transition sum of 1 up to rounding: nothing is left to hand on


def fixed_sequence(p: ArrayLike) -> Vector:
    """Adjusted p-values of tests in a stated order: the largest so far.

    Source: Maurer, Hothorn and Lehmacher 1995, Biometrie in der chemisch-
    pharmazeutischen Industrie 6:3-18.
    """
    return np.maximum.accumulate(np.asarray(p, dtype=float))


def bonferroni(p: ArrayLike) -> Vector:
    """Adjusted p-values by Bonferroni's inequality: ``min(1, m p)``; any dependence.

    Source: R p.adjust(method = "bonferroni").
    """
    values = np.asarray(p, dtype=float)
    adjusted: Vector = np.minimum(1.0, len(values) * values)
    return adjusted


def holm(p: ArrayLike) -> Vector:
    """Adjusted p-values by Holm's step-down; any dependence of the tests.

    Source: Holm 1979, Scand J Stat 6:65-70; R p.adjust(method = "holm").
    """
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, kind="stable")
    m = len(values)
    stepped = np.maximum.accumulate((m - np.arange(m)) * values[order])
    return _put_back(np.minimum(stepped, 1.0), order)


def hochberg(p: ArrayLike) -> Vector:
    """Adjusted p-values by Hochberg's step-up; tests that depend positively.

    Source: Hochberg 1988, Biometrika 75:800-802; R p.adjust(method = "hochberg").
    """
    values = np.asarray(p, dtype=float)
    order = np.argsort(-values, kind="stable")
    stepped = np.minimum.accumulate(np.arange(1, len(values) + 1) * values[order])
    return _put_back(np.minimum(stepped, 1.0), order)


def graphical(
    p: ArrayLike,
    weights: Sequence[float],
    transitions: Sequence[Sequence[float]],
) -> Vector:
    """Adjusted p-values of a sequentially rejective graph.

    Args:
        p: m p-values.
        weights: share of alpha of each hypothesis at the start; at most 1 in sum.
        transitions: m x m, share handed to each other hypothesis by a rejected one;
            rows at most 1 in sum, diagonal 0.

    Returns:
        The smallest alpha at which each hypothesis would be rejected; at most 1.

    Source: Bretz, Maurer, Brannath and Posch 2009, Stat Med 28:586-604, algorithms 1
    and 2.
    """
    value = np.asarray(p, dtype=float)
    w, G = np.array(weights, dtype=float), np.array(transitions, dtype=float)
    adjusted = np.ones(len(value))
    left = list(range(len(value)))
    largest = 0.0
    while left:
        ratio = [value[i] / w[i] if w[i] > 0 else np.inf for i in left]
        best = left[int(np.argmin(ratio))]
        largest = max(largest, min(min(ratio), 1.0))
        adjusted[best] = largest
        left.remove(best)
        w, G = _without(w, G, best, left)
    return adjusted


def _without(w: Vector, G: Vector, gone: int, left: list[int]) -> tuple[Vector, Vector]:
    """The graph once a hypothesis is rejected: its share goes along its arrows."""
    new_w, new_G = np.zeros_like(w), np.zeros_like(G)
    for i in left:
        new_w[i] = w[i] + w[gone] * G[gone, i]
        rest = 1 - G[i, gone] * G[gone, i]
        for j in left:
            if i != j and rest > EXHAUSTED:
                new_G[i, j] = (G[i, j] + G[i, gone] * G[gone, j]) / rest
    return new_w, new_G


def _put_back(values: Vector, order: NDArray[np.intp]) -> Vector:
    found = np.empty_like(values)
    found[order] = values
    return found
