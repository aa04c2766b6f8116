"""The allocation sequence of a protocol."""

from __future__ import annotations

from equipoise.numerics.rng import stream
from equipoise.protocol.model import Protocol
from equipoise.randomize.blocks import permuted_blocks
from equipoise.randomize.complete import complete


def allocation_sequence(
    protocol: Protocol, n: int, *, seed: int, stratum: str = "all"
) -> list[str]:
    """The first ``n`` places of one stratum by the protocol's method.

    Args:
        protocol: states the method, the block sizes and the ratios.
        n: places wanted, >= 0.
        seed: master seed of the list.
        stratum: name of the stratum; each has its own random stream.

    Returns:
        ``n`` arm ids in the order of the list.
    """
    ratios = {arm.id: arm.ratio for arm in protocol.arms}
    rng = stream(seed, "randomize", stratum)
    if protocol.randomization.method == "complete":
        return complete(n, ratios, rng)
    return permuted_blocks(n, ratios, protocol.randomization.block_sizes, rng)
