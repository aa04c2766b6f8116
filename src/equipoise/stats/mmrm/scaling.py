"""The data of a fit, each visit in a unit of its own where spreads differ widely.

A standard deviation that falls by a factor of 1e4 over the visits, as that of a viral
load does, leaves no digits to a search that sees all visits in one unit. Structures with
a variance for each visit allow another unit for each: with ``D`` the diagonal matrix of
the units, ``D^-1 y`` has the model matrix ``D^-1 X``, the same coefficients, and the
covariance ``D^-1 S D^-1`` of the same family. Units are powers of two: nothing is
rounded, and all numbers are reported for the outcome itself.

Source: docs/methods/mmrm.md, equation (units).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from equipoise.errors import AnalysisError
from equipoise.stats.mmrm.aliasing import Basis, basis, in_units
from equipoise.stats.mmrm.correlations import Matrix
from equipoise.stats.mmrm.design import Design
from equipoise.stats.mmrm.moments import Moments, moments
from equipoise.stats.options import STRUCTURES

WIDE = 8.0  # ratio of the largest spread of a visit to the smallest that needs units
PASSES = 12  # over the data; each visit is measured once the visits above it are
ROUNDING = 1e-12  # of the largest outcome of a visit: what is left of it is no residual
RANGE = (1e-60, 1e60)  # of a standard deviation whose powers can be computed

Parts = Callable[[], Iterator[Design]]


def scaled_data(parts: Parts, structure: str) -> tuple[Basis, Moments]:
    """Basis and sums of products, in the units that the search needs.

    Args:
        parts: gives the rows, again at each call.
        structure: name of the covariance structure.

    Raises:
        AnalysisError: EQ404, too few rows, or a participant in two groups; EQ420,
            numbers too large or too small.
    """
    axes = basis(parts())
    data = moments(parts(), axes, structure)
    if not STRUCTURES[structure].by_visit:
        _refuse_range(_spreads(data))
        return axes, data
    unit = np.ones((len(data.start), len(data.largest)))
    for _ in range(PASSES):
        spread = _spreads(data)
        _refuse_range(spread)
        step = np.exp2(np.round(np.log2(spread))) / unit
        if not is_wide(data) or ((step > 1 / 4) & (step < 4)).all():
            break
        unit = unit * step
        axes = in_units(parts(), axes, unit)
        data = moments(parts(), axes, structure, unit)
    return axes, data


def is_wide(data: Moments) -> bool:
    """Whether the spreads of visits differ so much that they need units."""
    spread = _spreads(data)
    return bool(spread.max() > WIDE * spread.min())


def no_variance(data: Moments) -> np.ndarray:
    """Whether the residuals of a visit are rounding, by visit."""
    floors = np.maximum((ROUNDING * data.largest) ** 2, np.finfo(float).tiny)
    return np.asarray(np.any([np.diag(S) <= floors for S in data.start], axis=0))


def _spreads(data: Moments) -> Matrix:
    """Standard deviation of the residuals by group and visit, above rounding."""
    floor = np.maximum(ROUNDING * data.largest, np.sqrt(np.finfo(float).tiny))
    found = np.array([np.sqrt(np.diag(S)) for S in data.start])
    return np.asarray(np.maximum(found, floor))


def _refuse_range(spread: Matrix) -> None:
    varies = spread > 2 * np.sqrt(np.finfo(float).tiny)  # the others are constant
    low, high = spread[varies].min(initial=1.0), spread.max()
    if low < RANGE[0] or high > RANGE[1] or not np.isfinite(high):
        raise AnalysisError.single(
            "EQ420",
            f"the outcome varies by {low if low < RANGE[0] else high:.3g}, which is "
            "beyond the range of the arithmetic",
            where="frame of the model",
            fix="give the outcome in another unit",
        )
