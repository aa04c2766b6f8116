"""Random numbers of virtual participants: a stream for each person and purpose.

Nobody's numbers depend on how many others there are, or on what else is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.numerics.counter import key_of, uniform, word_of

Floats = NDArray[np.float64]


def uniforms(seed: int, people: Sequence[str], purpose: str, *shape: int) -> Floats:
    """Uniform numbers between 0 and 1, shape (people, *shape)."""
    who = np.array([_word(person) for person in people], dtype=np.uint64)
    n = int(np.prod(shape, dtype=int))
    drawn = uniform(key_of(seed, "simulate", purpose), who, n)
    return drawn.reshape(len(people), *shape)


def normals(seed: int, people: Sequence[str], purpose: str, *shape: int) -> Floats:
    """Standard normal numbers, shape (people, *shape), by the inverse distribution."""
    return np.asarray(special.ndtri(uniforms(seed, people, purpose, *shape)))


def choices(u: Floats, probabilities: Sequence[float]) -> NDArray[np.intp]:
    """Index of the alternative that each uniform number falls on.

    Args:
        u: uniform numbers.
        probabilities: of each alternative; what is missing to 1 is the index after the
            last alternative.
    """
    return np.searchsorted(np.cumsum(probabilities), u, side="right")


@lru_cache(maxsize=1 << 20)
def _word(person: str) -> int:
    return word_of(person)
