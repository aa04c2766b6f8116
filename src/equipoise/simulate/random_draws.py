"""Random numbers of simulated participants: a stream for each participant and purpose.

A participant's numbers depend neither on how many others there are, nor on what else
is simulated, nor on which other trials are simulated at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import special

from equipoise.numerics.philox import key_of, uniform, word_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Roster:
    """The people of one trial or of many, and where their random numbers come from.

    Attributes:
        seeds: of each trial.
        trial: (people,) index of the trial of each, ascending.
        place: (people,) who each is in the trial: 0 for the first one screened.
    """

    seeds: tuple[int, ...]
    trial: NDArray[np.intp]
    place: NDArray[np.intp]

    @classmethod
    def of(cls, seeds: tuple[int, ...], sizes: Iterable[int]) -> Self:
        """The first so many people of each trial."""
        counts = np.fromiter(sizes, dtype=np.intp)
        starts = np.repeat(np.cumsum(counts) - counts, counts)
        trial = np.repeat(np.arange(len(seeds)), counts)
        return cls(seeds, trial, np.arange(len(trial)) - starts)

    def __len__(self) -> int:
        """Number of people."""
        return len(self.trial)

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """(people,) ``P0001`` onwards in each trial."""
        known = np.array(
            [name_of(i) for i in range(int(self.place.max(initial=-1)) + 1)],
            dtype=object,
        )
        return np.asarray(known[self.place]) if len(known) else known

    @cached_property
    def words(self) -> NDArray[np.uint64]:
        """(people,) the counter word that stands for each name."""
        known = np.array(
            [_word(i) for i in range(int(self.place.max(initial=-1)) + 1)],
            dtype=np.uint64,
        )
        return np.asarray(known[self.place]) if len(known) else known

    def some(self, chosen: NDArray[np.bool_]) -> Roster:
        """The chosen ones, (people,) bool."""
        return Roster(self.seeds, self.trial[chosen], self.place[chosen])


def uniforms(people: Roster, purpose: str, *shape: int) -> Floats:
    """Uniform numbers between 0 and 1, shape (people, *shape)."""
    n = int(np.prod(shape, dtype=int))
    keys = np.array(
        [key_of(seed, "simulate", purpose) for seed in people.seeds], dtype=np.uint64
    ).reshape(-1, 2)
    if len(keys) == 1:
        drawn = uniform((keys[0, 0], keys[0, 1]), people.words, n)
    else:
        own = keys[people.trial]
        drawn = uniform((own[:, :1], own[:, 1:]), people.words, n)
    return drawn.reshape(len(people), *shape)


def normals(people: Roster, purpose: str, *shape: int) -> Floats:
    """Standard normal numbers, shape (people, *shape), by the inverse distribution."""
    return np.asarray(special.ndtri(uniforms(people, purpose, *shape)))


def choices(u: Floats, probabilities: Iterable[float]) -> NDArray[np.intp]:
    """Index of the alternative that each uniform number falls on.

    Args:
        u: uniform numbers.
        probabilities: of each alternative; what is missing to 1 is the index after the
            last alternative.
    """
    return np.searchsorted(np.cumsum(list(probabilities)), u, side="right")


def name_of(place: int) -> str:
    """What the person at a place is called."""
    return f"P{place + 1:04d}"


@lru_cache(maxsize=1 << 20)
def _word(place: int) -> int:
    return word_of(name_of(place))
