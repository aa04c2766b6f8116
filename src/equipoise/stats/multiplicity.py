"""Adjusted P values of several tests: fixed sequence, Bonferroni, Holm, Hochberg, graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.input_checks import (
    checked_lengths,
    checked_probabilities,
    impossible,
)

Vector = NDArray[np.float64]
ROUNDED = 1e-9  # of a sum of decimals, as the check of a protocol allows
EXHAUSTED = 1e-12  # a transition sum of 1 up to rounding: nothing is left to hand on


def fixed_sequence(p: ArrayLike) -> Vector:
    """Adjusted p-values of tests in a fixed order: the largest so far.

    Example:
        >>> fixed_sequence([0.01, 0.04, 0.03]).tolist()
        [0.01, 0.04, 0.04]

    Source: Maurer, Hothorn and Lehmacher 1995, Biometrie in der chemisch-
    pharmazeutischen Industrie 6:3-18.
    """
    return np.maximum.accumulate(_values(p))


def bonferroni(p: ArrayLike) -> Vector:
    """Adjusted p-values by Bonferroni's inequality: ``min(1, m p)``; any dependence.

    Example:
        >>> bonferroni([0.01, 0.04, 0.03]).tolist()
        [0.03, 0.12, 0.09]

    Source: R p.adjust(method = "bonferroni").
    """
    values = _values(p)
    adjusted: Vector = np.minimum(1.0, len(values) * values)
    return adjusted


def holm(p: ArrayLike) -> Vector:
    """Adjusted p-values by Holm's step-down; any dependence of the tests.

    Example:
        >>> holm([0.01, 0.04, 0.03]).tolist()
        [0.03, 0.06, 0.06]

    Source: Holm 1979, Scand J Stat 6:65-70; R p.adjust(method = "holm").
    """
    values = _values(p)
    order = np.argsort(values, kind="stable")
    m = len(values)
    stepped = np.maximum.accumulate((m - np.arange(m)) * values[order])
    return _put_back(np.minimum(stepped, 1.0), order)


def hochberg(p: ArrayLike) -> Vector:
    """Adjusted p-values by Hochberg's step-up; tests that depend positively.

    Example:
        >>> hochberg([0.01, 0.04, 0.03]).tolist()
        [0.03, 0.04, 0.04]

    Source: Hochberg 1988, Biometrika 75:800-802; R p.adjust(method = "hochberg").
    """
    values = _values(p)
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
        weights: proportion of alpha of each hypothesis at the start; at most 1 in sum.
        transitions: m x m, proportion passed to each other hypothesis by a rejected
            one; rows at most 1 in sum, diagonal 0.

    Returns:
        The smallest alpha at which each hypothesis would be rejected; at most 1.

    Raises:
        AnalysisError: EQ462, impossible p-values, weights or transitions.

    Example:
        >>> graphical([0.01, 0.04, 0.03], [1, 0, 0], [[0, 0.5, 0.5], [0, 0, 1], [0, 1, 0]])
        array([0.01, 0.06, 0.06])

    Source: Bretz, Maurer, Brannath and Posch 2009, Stat Med 28:586-604, algorithms 1
    and 2.
    """
    value = _values(p)
    w = checked_probabilities("weights", weights)
    G = checked_probabilities("transitions", transitions)
    checked_lengths(p=value, weights=w, transitions=G)
    if G.ndim != 2 or w.ndim != 1:
        raise impossible("weights or transitions have a wrong shape", "graphical")
    m = len(value)
    sums = np.append(G.sum(axis=-1), w.sum()) > 1 + ROUNDED
    if G.shape != (m, m) or sums.any() or np.diag(G).any():
        raise impossible(
            f"the graph of {m} hypotheses has transitions of shape {G.shape}, a sum above "
            "1, or a transition from a hypothesis to itself",
            "weights and transitions",
            "give m x m transitions with diagonal 0, sums at most 1",
        )
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
    """The graph once a hypothesis is rejected: its alpha passes along its arrows."""
    new_w, new_G = np.zeros_like(w), np.zeros_like(G)
    for i in left:
        new_w[i] = w[i] + w[gone] * G[gone, i]
        rest = 1 - G[i, gone] * G[gone, i]
        for j in left:
            if i != j and rest > EXHAUSTED:
                new_G[i, j] = (G[i, j] + G[i, gone] * G[gone, j]) / rest
    return new_w, new_G


def _values(p: ArrayLike) -> Vector:
    """P values, in one dimension."""
    values = checked_probabilities("p", p)
    if values.ndim != 1:
        raise impossible(f"p has shape {values.shape}, not one dimension", "p")
    return values


def _put_back(values: Vector, order: NDArray[np.intp]) -> Vector:
    adjusted = np.empty_like(values)
    adjusted[order] = values
    return adjusted


ADJUSTMENTS: dict[str, Callable[[ArrayLike], Vector]] = {
    "bonferroni": bonferroni,
    "holm": holm,
    "hochberg": hochberg,
    "fixed-sequence": fixed_sequence,
}
