"""The blinding indices of James and of Bang, with their standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from equipoise.stats.input_checks import (
    checked_count,
    checked_level,
    float_array,
    impossible,
)
from equipoise.stats.result import Result

Counts = NDArray[np.float64]
STEP = 1e-30  # of a complex derivative: exact to rounding


@dataclass(frozen=True, slots=True, repr=False)
class BlindingIndex(Result):
    """An index with its standard error."""

    estimate: float
    std_error: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Two-sided normal interval."""
        checked_level(level)
        half = float(special.ndtri((1 + level) / 2)) * self.std_error
        return self.estimate - half, self.estimate + half


def james_index(guesses: ArrayLike) -> BlindingIndex | None:
    """James' index: 1 none knows, 0.5 random guessing, 0 all are unblinded.

    Args:
        guesses: counts, 3 x 2; rows are guesses (first arm, second arm, don't know),
            columns the arm that was given.

    Returns:
        None without guesses, or where all who guess name one arm and all of them had
        it or all had the other: chance agreement has no value. If all say don't know,
        1 with standard error 0.

    Raises:
        AnalysisError: EQ462, counts that are impossible.

    Example:
        >>> james_index([[20, 12], [10, 18], [10, 10]])
        BlindingIndex(estimate=0.525, std_error=0.05575)

    Source: James, Bloch, Lee, Kraemer and Fuller 1996, Stat Med 15:1421-1434; standard
    error by the delta method on the multinomial distribution, as theirs.
    """
    guesses = float_array("guesses", guesses)
    if guesses.shape != (3, 2):
        raise impossible(f"guesses of shape {guesses.shape} are not 3 x 2", "guesses")
    for count in guesses.ravel():
        checked_count("guesses", count)
    n = guesses.sum()
    if n == 0:
        return None
    p = guesses.ravel() / n
    if p[4:].sum() == 1:
        return BlindingIndex(1.0, 0.0)
    with np.errstate(all="ignore"):
        value = float(_james(p.astype(complex)).real)
    if not np.isfinite(value):
        return None
    slope = np.empty(6)
    for place in range(6):
        moved = p.astype(complex)
        moved[place] += 1j * STEP
        slope[place] = _james(moved).imag / STEP
    variance = float((p * slope**2).sum() - (p * slope).sum() ** 2) / n
    return BlindingIndex(value, float(np.sqrt(max(variance, 0.0))))


def _james(p: NDArray[np.complex128]) -> np.complex128:
    """The index from six proportions; a correct guess weighs 0, a wrong one 0.5."""
    table = p.reshape(3, 2)
    unknown = table[2].sum()
    decided = table[:2] / (1 - unknown)
    observed = 0.5 * (decided[0, 1] + decided[1, 0])
    rows = decided.sum(axis=1)
    given = decided.sum(axis=0)
    expected = 0.5 * (rows[0] * given[1] + rows[1] * given[0])
    kappa = (observed - expected) / expected
    return np.complex128((1 + unknown + (1 - unknown) * kappa) / 2)


def bang_index(correct: int, wrong: int, unknown: int) -> BlindingIndex | None:
    """Bang's index of one arm: 1 all guess right, 0 random, -1 all guess wrong.

    Args:
        correct: participants of the arm who named it.
        wrong: participants who named the other.
        unknown: participants who did not know.

    Returns:
        None without guesses.

    Raises:
        AnalysisError: EQ462, counts that are impossible.

    Example:
        >>> bang_index(20, 10, 10)
        BlindingIndex(estimate=0.25, std_error=0.1311)

    Source: Bang, Ni and Davis 2004, Control Clin Trials 25:143-156.
    """
    n = sum(checked_count("guesses", count) for count in (correct, wrong, unknown))
    if n == 0:
        return None
    p, q = correct / n, wrong / n
    variance = (p * (1 - p) + q * (1 - q) + 2 * p * q) / n
    return BlindingIndex(float(p - q), float(np.sqrt(variance)))
