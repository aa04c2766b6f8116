"""Permuted blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np


def permuted_blocks(
    n: int,
    ratios: Mapping[str, int],
    block_sizes: Sequence[int],
    rng: np.random.Generator,
) -> list[str]:
    """An allocation sequence in blocks, each balanced by the ratios.

    A longer sequence from the same generator state starts with the shorter one, so that
    a list can be extended without changing previous allocations.

    Args:
        n: number of allocations, >= 0.
        ratios: arm -> positive ratio; the order of arms matters for replay.
        block_sizes: each a positive multiple of the sum of the ratios; with several, the
            size of each block is drawn at random.
        rng: generator of the stratum, such as ``stream(seed, "randomize", stratum)``.

    Returns:
        ``n`` arm ids in the order of the list.

    Raises:
        ValueError: no ratios or block sizes, or a size that is not a multiple of the sum.

    Example:
        >>> from equipoise.numerics.rng import stream
        >>> permuted_blocks(8, {"drug": 1, "placebo": 1}, [4], stream(1, "randomize"))
        ['drug', 'placebo', 'placebo', 'drug', 'drug', 'placebo', 'drug', 'placebo']

    Source:
        Rosenberger & Lachin 2016, Randomization in Clinical Trials, section 3.3.
    """
    return [arm for arm, _ in numbered_blocks(n, ratios, block_sizes, rng)]


def numbered_blocks(
    n: int,
    ratios: Mapping[str, int],
    block_sizes: Sequence[int],
    rng: np.random.Generator,
) -> list[tuple[str, int]]:
    """The sequence of ``permuted_blocks``: each arm with the number of its block.

    Args:
        n: number of allocations, >= 0.
        ratios: arm -> positive ratio; the order of arms matters for replay.
        block_sizes: each a positive multiple of the sum of the ratios.
        rng: generator of the stratum.

    Returns:
        ``n`` pairs of arm and block, blocks from 1.

    Raises:
        ValueError: no ratios or block sizes, or a size that is not a multiple of the sum.

    Example:
        >>> from equipoise.numerics.rng import stream
        >>> numbered_blocks(3, {"a": 1, "b": 1}, [2], stream(1, "randomize"))
        [('b', 1), ('a', 1), ('b', 2)]
    """
    total = sum(ratios.values())
    if not ratios or min(ratios.values()) < 1 or not block_sizes:
        raise ValueError("permuted blocks need positive ratios and a block size")
    if any(size < 1 or size % total for size in block_sizes):
        raise ValueError(
            f"block sizes {list(block_sizes)} are not multiples of {total}"
        )
    sequence: list[tuple[str, int]] = []
    number = 0
    while len(sequence) < n:
        size = int(rng.choice(np.asarray(block_sizes)))
        block = [a for a, share in ratios.items() for _ in range(share * size // total)]
        number += 1
        sequence.extend((block[i], number) for i in rng.permutation(size))
    return sequence[:n]
