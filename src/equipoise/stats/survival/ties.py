"""Times that differ by rounding only are tied."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]
RELATIVE = float(np.sqrt(np.finfo(float).eps))  # 1.5e-8 of the median time


def with_ties(*times: Times) -> tuple[Times, ...]:
    """Times in which values that differ by rounding only are equal.

    A duration that is computed from dates in years, such as 58 / 365.25 and
    (60 - 2) / 365.25, may have two values that differ in the last digit. Two successive
    times are tied where their difference is at most 1.5e-8 times the median of the
    distinct times; both then have the smaller value.

    Args:
        times: arrays on one time scale, such as the starts and the ends of intervals.

    Returns:
        The same arrays, or copies in which such times are equal.

    Source: R survival::aeqSurv (``timefix``). R takes the mean of the times, so that a
    few very long ones would join short ones that differ, and it also joins times nearer
    than 1.5e-8 in whatever unit, so that another unit of time may change its result.
    """
    values = np.unique(np.concatenate([np.ravel(each) for each in times]))
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return times
    near = np.diff(values) <= RELATIVE * np.median(np.abs(values))
    if not near.any():
        return times
    starts = values[np.concatenate([[True], ~near])]
    return tuple(
        np.where(
            np.isfinite(each),
            starts[np.searchsorted(starts, each, side="right") - 1],
            each,
        )
        for each in times
    )
