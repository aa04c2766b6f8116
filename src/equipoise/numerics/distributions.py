"""Tails and quantiles of t and F, infinite degrees of freedom included.

The functions of ``scipy.special`` that ``scipy.stats`` stands on: the same digits without
a second of import.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Numbers = NDArray[np.float64]


def t_two_sided(t: ArrayLike, df: ArrayLike) -> Numbers:
    """Probability that ``|T|`` exceeds ``|t|``; NaN where ``t`` or ``df`` is."""
    size, free = np.broadcast_arrays(np.abs(t), np.asarray(df, dtype=float))
    finite = np.where(np.isinf(free), 1.0, free)
    tail = np.where(np.isinf(free), special.ndtr(-size), special.stdtr(finite, -size))
    return np.asarray(2 * tail)


def t_quantile(p: float, df: ArrayLike) -> Numbers:
    """The value that T stays below with probability ``p``, 0 < p < 1."""
    free = np.asarray(df, dtype=float)
    finite = np.where(np.isinf(free), 1.0, free)
    return np.where(np.isinf(free), special.ndtri(p), special.stdtrit(finite, p))


def f_upper(f: float, num: float, den: float) -> float:
    """Probability that F exceeds ``f``; NaN where ``den`` is not positive."""
    if np.isinf(den):
        return float(special.chdtrc(num, num * f))
    return float(special.fdtrc(num, den, f)) if den > 0 else float("nan")
