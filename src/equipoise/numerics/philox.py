"""Random numbers of many streams together, by counting: Philox 4x64 on whole arrays.

A number depends on a key (what for) and a counter (for whom, which one) and on nothing
drawn before. ``numpy.random.Philox`` gives the same numbers one stream at a time; a
stream there takes ten microseconds to set up, here a few nanoseconds.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.rng import digest

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

ROUNDS = 10
TOGETHER = 2**13  # blocks of four numbers that fit into the cache of a core
MULTIPLIERS = (np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157))
WEYL = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B))
LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
FIRST_53 = np.uint64(11)


def key_of(seed: int, *names: str | int) -> tuple[int, int]:
    """The key of a purpose: 128 bits of BLAKE2b of seed and names, as two words.

    Raises:
        ValueError: ``seed`` is negative.
    """
    value = digest(seed, *names)
    return int.from_bytes(value[:8], "little"), int.from_bytes(value[8:], "little")


def word_of(name: str) -> int:
    """64 bits that stand for a name, such as that of a person."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


Key = tuple[int, int] | tuple[Words, Words]  # for all, or for each stream


def uniform(key: Key, who: Words, n: int) -> Floats:
    """Uniform numbers strictly between 0 and 1.

    Args:
        key: of the purpose; two words for all streams, or two arrays m x 1.
        who: a word for each stream, m.
        n: numbers of each stream.

    Returns:
        m x n, in steps of 2^-53 and never 0 or 1.
    """
    drawn = np.empty((len(who), n))
    rows = max(1, 4 * TOGETHER // max(n, 4))
    first, second = (np.asarray(word, dtype=np.uint64) for word in key)
    for at in range(0, len(who), rows):
        own = slice(at, at + rows)
        of = (first[own], second[own]) if first.ndim else key
        drawn[own] = _uniform(of, who[own], n)
    return drawn


def _uniform(key: Key, who: Words, n: int) -> Floats:
    """The numbers of a few streams, as many as fit into the cache."""
    blocks = -(-n // 4)
    place = np.broadcast_to(
        np.arange(1, blocks + 1, dtype=np.uint64), (len(who), blocks)
    )
    zero = np.zeros_like(place)
    person = np.broadcast_to(who[:, None], place.shape)
    words = philox((place, person, zero, zero), key)
    drawn = np.stack(words, axis=-1).reshape(len(who), 4 * blocks)[:, :n]
    return np.asarray(((drawn >> FIRST_53).astype(np.float64) + 0.5) * 2.0**-53)


def philox(
    counter: tuple[Words, Words, Words, Words], key: Key
) -> tuple[Words, Words, Words, Words]:
    """Philox 4x64 with 10 rounds, elementwise.

    Args:
        counter: four words, arrays of one shape.
        key: two words, or arrays that are broadcast to the counters.

    Source: Salmon, Moraes, Dror and Shaw 2011, Parallel random numbers: as easy as
    1, 2, 3, section 3.3; the bits are those of ``numpy.random.Philox``, which counts
    one up before it gives the first number.
    """
    a, b, c, d = np.broadcast_arrays(*(np.asarray(w, dtype=np.uint64) for w in counter))
    even, odd = np.stack([a, c]), np.stack([b, d])
    shape = (2, *(1,) * a.ndim)
    factor = np.array(MULTIPLIERS, dtype=np.uint64).reshape(shape)
    keys = np.array(key, dtype=np.uint64)
    if keys.ndim == 1:
        keys = keys.reshape(shape)
    weyl = np.array(WEYL, dtype=np.uint64).reshape(shape)
    with np.errstate(over="ignore"):  # words wrap around
        for number in range(ROUNDS):
            if number:
                keys = keys + weyl
            high, low = _product(factor, even)
            even, odd = high[::-1] ^ odd ^ keys, low[::-1]
    return even[0], odd[0], even[1], odd[1]


def _product(constant: Words, x: Words) -> tuple[Words, Words]:
    """Upper and lower 64 bits of a product, by halves."""
    c0, c1 = constant & LOW, constant >> HALF
    x0, x1 = x & LOW, x >> HALF
    low = c0 * x0
    middle = c1 * x0 + (low >> HALF)
    other = c0 * x1 + (middle & LOW)
    return c1 * x1 + (middle >> HALF) + (other >> HALF), constant * x
