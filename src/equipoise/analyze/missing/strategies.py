"""What is expected of a participant after an intercurrent event.

Source: Carpenter, Roger and Kenward 2013, J Biopharm Stat 23:1352-1371; R rbmi.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Strategy = Literal["MAR", "JR", "CR", "CIR", "LMCF"]
STRATEGIES: dict[Strategy, str] = {
    "MAR": "missing at random: as others of the same arm with the same course",
    "JR": "jump to reference: from the event on as the arm of reference",
    "CR": "copy reference: throughout as the arm of reference",
    "CIR": "copy increments in reference: the gain is kept, later change is that of "
    "the arm of reference",
    "LMCF": "last mean carried forward: the gain of the arm stays as it was",
}


def expected(
    own: Matrix, reference: Matrix, first: NDArray[np.intp], strategy: Strategy
) -> Matrix:
    """Expected outcomes of participants under a strategy.

    Args:
        own: expectation in the participant's arm, ... x n x T.
        reference: the same in the arm of reference.
        first: position of the first visit after the event of each participant, n; T for
            who had none.
        strategy: what holds from that visit on.

    Returns:
        ... x n x T; without an event, and under MAR, that of the own arm. Who had the
        event before the first visit has no last visit of its own: CIR and LMCF then are
        those of the reference, as in R rbmi.
    """
    T = own.shape[-1]
    after = np.arange(T) >= first[:, None]
    if strategy == "MAR":
        return own
    if strategy == "JR":
        return np.where(after, reference, own)
    if strategy == "CR":
        return np.where((first < T)[:, None], reference, own)
    last = np.maximum(first - 1, 0)[:, None]
    at = np.broadcast_to(last, (*own.shape[:-1], 1))
    kept = np.take_along_axis(own, at, axis=-1)
    since = reference - np.take_along_axis(reference, at, axis=-1)
    later = kept + since if strategy == "CIR" else np.broadcast_to(kept, own.shape)
    return np.where(after, np.where((first == 0)[:, None], reference, later), own)
