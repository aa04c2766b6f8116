"""The allocation sequence of a protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from equipoise.numerics.rng import stream
from equipoise.protocol.model import Protocol
from equipoise.randomize.adaptive import big_stick, urn
from equipoise.randomize.blocks import permuted_blocks
from equipoise.randomize.complete import complete
from equipoise.randomize.draw import Draw, drawn
from equipoise.randomize.minimization import minimization


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

    Example:
        >>> import equipoise as eq
        >>> allocation_sequence(eq.load_protocol("feder2021"), 4, seed=1)
        ['ketamine', 'ketamine', 'ketamine', 'midazolam']
    """
    ratios = {arm.id: arm.ratio for arm in protocol.arms}
    rng = stream(seed, "randomize", stratum)
    plan = protocol.randomization
    if plan.method == "complete":
        return complete(n, ratios, rng)
    if plan.method == "permuted blocks":
        return permuted_blocks(n, ratios, plan.block_sizes, rng)
    return [draw.arm for draw in _adaptive(protocol, n, ratios, seed, stratum)]


def _adaptive(
    protocol: Protocol, n: int, ratios: dict[str, int], seed: int, stratum: str
) -> list[Draw]:
    """Draws that look at those before them, each replayable."""
    plan, made = protocol.randomization, []
    counts: Counter[str] = Counter()
    for place in range(n):
        if plan.method == "urn":
            start, add = plan.balls or (1.0, 1.0)
            shares = urn(counts, ratios, start=start, add=add)
        elif plan.method == "big stick":
            shares = big_stick(counts, ratios, bound=plan.bound or 1)
        else:
            raise ValueError("minimization needs participants: use minimized")
        made.append(drawn(seed, stratum, place, shares))
        counts[made[-1].arm] += 1
    return made


def minimized(
    protocol: Protocol, people: Sequence[Mapping[str, str]], *, seed: int
) -> list[Draw]:
    """The allocation of participants in their order, by minimization.

    Args:
        protocol: states the factors, the probability and the measure.
        people: level of each factor.
        seed: of the draws.
    """
    plan = protocol.randomization
    ratios = {arm.id: arm.ratio for arm in protocol.arms}
    history: list[tuple[Mapping[str, str], str]] = []
    made = []
    for place, levels in enumerate(people):
        shares = minimization(
            levels,
            history,
            ratios,
            probability=plan.probability or 0.8,
            measure=plan.measure,
        )
        made.append(drawn(seed, "minimization", place, shares))
        history.append((levels, made[-1].arm))
    return made
