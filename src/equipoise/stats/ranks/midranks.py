"""Midranks, in which values that are equal but for rounding are ties."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
EQUAL = 1e-12  # of the largest value: 0.1 + 0.2 and 0.3 differ by 2e-16


def midranks(values: Numbers, equal: float = EQUAL) -> tuple[Numbers, Numbers]:
    """The mean rank of each value, and the number of values in each group of ties.

    Values closer than 1e-12 times the largest are tied. R's ``rank`` and SAS compare the
    stored numbers, as with ``equal=0``: differences of 3.6 - 3.4 and 0.2 are no ties there.
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    limit = equal * np.abs(values).max() if len(values) else 0.0
    group = np.concatenate([[0], np.cumsum(np.diff(ordered) > limit)]).astype(int)
    sizes = np.bincount(group[: len(values)]).astype(float)
    ends = np.cumsum(sizes)
    ranks = np.empty(len(values))
    ranks[order] = (ends - (sizes - 1) / 2)[group[: len(values)]]
    return ranks, sizes


def tie_term(sizes: Numbers) -> float:
    """The sum of ``t³ - t`` over the groups of ties."""
    return float((sizes**3 - sizes).sum())
