"""Random numbers of virtual participants: a stream for each person and purpose.

Nobody's numbers depend on how many others there are, or on what else is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.rng import stream

Floats = NDArray[np.float64]


def uniforms(seed: int, people: Sequence[str], purpose: str, *shape: int) -> Floats:
    """Uniform numbers in [0, 1), shape (people, *shape)."""
    return np.array(
        [stream(seed, "simulate", p, purpose).random(shape) for p in people]
    ).reshape(len(people), *shape)


def normals(seed: int, people: Sequence[str], purpose: str, *shape: int) -> Floats:
    """Standard normal numbers, shape (people, *shape)."""
    return np.array(
        [stream(seed, "simulate", p, purpose).standard_normal(shape) for p in people]
    ).reshape(len(people), *shape)


def choices(u: Floats, probabilities: Sequence[float]) -> NDArray[np.intp]:
    """Index of the alternative that each uniform number falls on.

    Args:
        u: uniform numbers.
        probabilities: of each alternative; what is missing to 1 is the index after the
            last alternative.
    """
    return np.searchsorted(np.cumsum(probabilities), u, side="right")
