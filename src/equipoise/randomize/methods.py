"""The allocation sequence of a protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from equipoise.numerics.rng import stream
from equipoise.protocol.governance import Randomization, RandomizationMethod
from equipoise.protocol.model import Protocol
from equipoise.randomize.adaptive import big_stick, urn
from equipoise.randomize.blocks import permuted_blocks
from equipoise.randomize.complete import complete
from equipoise.randomize.draw import Draw, drawn
from equipoise.randomize.minimization import minimization
from equipoise.randomize.strata import no_list_of_minimization, require_list


def allocation_sequence(
    protocol: Protocol, n: int, *, seed: int, stratum: str = "all"
) -> list[str]:
    """The first ``n`` allocations of one stratum by the method of the protocol.

    Args:
        protocol: with the method, the block sizes and the ratios.
        n: number of allocations, >= 0.
        seed: master seed of the list.
        stratum: name of the stratum; each has its own random stream. A protocol with
            strata has only those of ``stratum_names``; without strata, any name, such
            as that of a site, is a list of its own.

    Returns:
        ``n`` arm ids in the order of the list.

    Raises:
        DesignError: EQ840, fewer than 0 allocations, a stratum that the protocol cannot
            have, or minimization, which needs participants.

    Example:
        >>> import equipoise as eq
        >>> allocation_sequence(eq.load_protocol("feder2021"), 4, seed=1)
        ['ketamine', 'ketamine', 'ketamine', 'midazolam']
    """
    require_list(protocol, n, stratum)
    ratios = {arm.id: arm.ratio for arm in protocol.arms}
    plan = protocol.randomization
    return METHODS[plan.method](_Stratum(plan, ratios, n, seed, stratum))


@dataclass(frozen=True, slots=True)
class _Stratum:
    plan: Randomization
    ratios: Mapping[str, int]
    n: int
    seed: int
    name: str

    @property
    def rng(self) -> np.random.Generator:
        return stream(self.seed, "randomize", self.name)

    def one_by_one(self, shares: Callable[..., Mapping[str, float]]) -> list[str]:
        """Draws that depend on previous draws, each replayable."""
        counts: Counter[str] = Counter()
        arms: list[str] = []
        for place in range(self.n):
            probabilities = shares(counts, self.ratios)
            arms.append(drawn(self.seed, self.name, place, probabilities).arm)
            counts[arms[-1]] += 1
        return arms


def _urn(stratum: _Stratum) -> list[str]:
    start, add = stratum.plan.balls or (1.0, 1.0)
    return stratum.one_by_one(partial(urn, start=start, add=add))


def _minimization(_: _Stratum) -> list[str]:
    raise no_list_of_minimization()


# Every method that a protocol can name, with the list of one stratum that it gives.
METHODS: dict[RandomizationMethod, Callable[[_Stratum], list[str]]] = {
    "complete": lambda s: complete(s.n, s.ratios, s.rng),
    "permuted blocks": lambda s: permuted_blocks(
        s.n, s.ratios, s.plan.block_sizes, s.rng
    ),
    "urn": _urn,
    "big stick": lambda s: s.one_by_one(partial(big_stick, bound=s.plan.bound or 1)),
    "minimization": _minimization,
}


def minimized(
    protocol: Protocol, people: Sequence[Mapping[str, str]], *, seed: int
) -> list[Draw]:
    """The allocation of participants in their order, by minimization.

    Args:
        protocol: with the factors, the probability and the measure.
        people: level of each factor of each participant.
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
