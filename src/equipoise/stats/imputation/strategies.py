"""What is expected of a participant after an intercurrent event.

Source: Carpenter, Roger and Kenward 2013, J Biopharm Stat 23:1352-1371; R rbmi
(``R/strategies.R``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import AnalysisError, listing

Matrix = NDArray[np.float64]
Positions = NDArray[np.intp]
Strategy = Literal["MAR", "JR", "CR", "CIR", "LMCF"]
STRATEGIES: dict[Strategy, str] = {
    "MAR": "missing at random: as others of the same arm with the same visit history",
    "JR": "jump to reference: from the event on as the reference arm",
    "CR": "copy reference: throughout as the reference arm",
    "CIR": "copy increments in reference: the gain so far is retained, later change is "
    "that of the reference arm",
    "LMCF": "last mean carried forward: the mean of the arm stays as it was",
}


def expected(
    own: Matrix, reference: Matrix, first: Positions, strategy: Strategy
) -> Matrix:
    """Expected outcomes of participants under a strategy.

    Args:
        own: expectation in the participant's arm, ... x n x T.
        reference: the same in the reference arm.
        first: position of the first visit after the event of each participant, n; T
            without one.
        strategy: what applies from that visit on.

    Returns:
        ... x n x T; without an event, and under MAR, that of the own arm. After an event
        before the first visit CIR is that of the reference, as in R rbmi.

    Raises:
        AnalysisError: EQ407, no such strategy; EQ404, LMCF after an event before the
            first visit: there is no mean to carry forward (R rbmi stops too).
    """
    if strategy not in _EXPECTED:
        raise AnalysisError.single(
            "EQ407",
            f"there is no strategy {strategy!r}",
            where="imputation of missing outcomes",
            mend=f"strategies: {listing(_EXPECTED)}",
        )
    return _EXPECTED[strategy](own, reference, first)


def _missing_at_random(own: Matrix, reference: Matrix, first: Positions) -> Matrix:
    del reference, first
    return own


def _jump_to_reference(own: Matrix, reference: Matrix, first: Positions) -> Matrix:
    return np.where(_after(own, first), reference, own)


def _copy_reference(own: Matrix, reference: Matrix, first: Positions) -> Matrix:
    return np.where((first < own.shape[-1])[:, None], reference, own)


def _copy_increments(own: Matrix, reference: Matrix, first: Positions) -> Matrix:
    later = _last(own, first) + reference - _last(reference, first)
    later = np.where((first == 0)[:, None], reference, later)
    return np.where(_after(own, first), later, own)


def _last_mean(own: Matrix, reference: Matrix, first: Positions) -> Matrix:
    del reference
    early = int((first == 0).sum())
    if early:
        raise AnalysisError.single(
            "EQ404",
            f"participants with the event before the first visit: {early}; there is no "
            "mean to carry forward",
            where="last mean carried forward",
            mend="use another strategy, such as CIR",
        )
    return np.where(_after(own, first), _last(own, first), own)


def _after(own: Matrix, first: Positions) -> NDArray[np.bool_]:
    """Visits after the event, n x T."""
    return np.asarray(np.arange(own.shape[-1]) >= first[:, None])


def _last(means: Matrix, first: Positions) -> Matrix:
    """Expectation at the last visit before the event, ... x n x 1."""
    last = np.maximum(first - 1, 0)[:, None]
    at = np.broadcast_to(last, (*means.shape[:-1], 1))
    return np.take_along_axis(means, at, axis=-1)


_EXPECTED: dict[str, Callable[[Matrix, Matrix, Positions], Matrix]] = {
    "MAR": _missing_at_random,
    "JR": _jump_to_reference,
    "CR": _copy_reference,
    "CIR": _copy_increments,
    "LMCF": _last_mean,
}
