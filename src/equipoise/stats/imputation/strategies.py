"""What is expected of a participant after an intercurrent event.

Source: Carpenter, Roger and Kenward 2013, J Biopharm Stat 23:1352-1371; R rbmi
(``R/strategies.R``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.errors import AnalysisError
from equipoise.stats.input_checks import checked_option
from equipoise.stats.options import StrategyName

Matrix = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Strategy:
    """What is expected of a participant after an intercurrent event.

    Attributes:
        label: as a report writes it.
        meaning: in a sentence.
        expected: outcomes from those expected in the own arm and in the reference arm,
            and the position of the first visit after the event.
    """

    label: str
    meaning: str
    expected: Callable[[Matrix, Matrix, Positions], Matrix]

    def __str__(self) -> str:
        return f"{self.label}: {self.meaning}"


def checked_strategy(strategy: str) -> None:
    """Rejects what is not one of ``STRATEGIES``.

    Raises:
        AnalysisError: EQ407.
    """
    where = "imputation of missing outcomes"
    checked_option("strategy", strategy, STRATEGIES, code="EQ407", where=where)


def expected_outcomes(
    own: Matrix, reference: Matrix, first: Positions, strategy: StrategyName
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

    Example:
        >>> own, reference = np.array([[10.0, 8, 6]]), np.array([[10.0, 9, 9]])
        >>> expected_outcomes(own, reference, np.array([1]), "CIR")
        array([[10.,  9.,  9.]])
    """
    checked_strategy(strategy)
    return STRATEGIES[strategy].expected(own, reference, first)


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
            fix="use another strategy, such as CIR",
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


STRATEGIES: Mapping[StrategyName, Strategy] = {
    "MAR": Strategy(
        "missing at random",
        "as others of the same arm with the same visit history",
        _missing_at_random,
    ),
    "JR": Strategy(
        "jump to reference",
        "from the event on as the reference arm",
        _jump_to_reference,
    ),
    "CR": Strategy(
        "copy reference", "throughout as the reference arm", _copy_reference
    ),
    "CIR": Strategy(
        "copy increments in reference",
        "the gain so far is retained, later change is that of the reference arm",
        _copy_increments,
    ),
    "LMCF": Strategy(
        "last mean carried forward",
        "the mean of the arm stays as it was",
        _last_mean,
    ),
}
