"""The number of participants at which a rising power is reached, and tails of t."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from equipoise.design.requirements import MOST
from equipoise.design.root import root
from equipoise.errors import DesignError


def smallest_total(surplus: Callable[[float], float], least: float) -> float:
    """The number of participants at which a rising power is reached, before rounding.

    The bracket is known: it starts at the least number that can be analyzed and is doubled
    until the power is reached.

    Args:
        surplus: power less its target, by the total.
        least: total with which the analysis is possible.

    Raises:
        DesignError: EQ802, it is more than 1e9.
    """
    if surplus(least) >= 0:
        return least
    high = 2 * least
    while not surplus(high) >= 0:
        high *= 2
        if high > 2 * MOST:
            raise DesignError.single(
                "EQ802",
                f"the power is not reached with {MOST:g} participants",
                where="design, difference",
                fix="assume a difference that a trial can find",
            )
    return root(
        surplus, high / 2, high, what="no number of participants has this power",
        xtol=1e-10,
    )  # fmt: skip


def upper_t(critical: float, df: float, shift: ArrayLike) -> NDArray[np.float64]:
    """Upper tail of the noncentral t distribution.

    Args:
        critical: value that is exceeded.
        df: degrees of freedom, above 0.
        shift: noncentrality.

    Source: scipy.stats.nct; where that returns no number, far out, Abramowitz and Stegun
    1964, 26.7.10.
    """
    away = np.asarray(shift, dtype=float)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # overflow far out, replaced below
        found = np.asarray(stats.nct.sf(critical, df, away), dtype=float)
    scale = np.sqrt(1 + critical**2 / (2 * df))
    near = special.ndtr((away - critical * (1 - 1 / (4 * df))) / scale)
    return np.where(np.isfinite(found), found, near)
