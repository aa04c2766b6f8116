"""Balance and predictability of randomization methods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from equipoise.numerics.rng import stream
from equipoise.randomize.adaptive import big_stick, urn
from equipoise.randomize.blocks import permuted_blocks
from equipoise.randomize.complete import complete
from equipoise.randomize.draw import chosen
from equipoise.randomize.processes import (
    Process,
    by_counts,
    exact,
    of_blocks,
    simulated,
)

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Method:
    """A method with its settings.

    Attributes:
        sequence: returns a list of arms from a number and a generator.
        process: the same method, for an observer.
        ratios: arm -> positive ratio.
    """

    sequence: Callable[[int, np.random.Generator], list[str]]
    process: Process
    ratios: Mapping[str, int]

    def __call__(self, n: int, rng: np.random.Generator) -> list[str]:
        """A list of ``n`` allocations."""
        return self.sequence(n, rng)


@dataclass(frozen=True, slots=True)
class Properties:
    """Properties of one method, in lists of one length.

    Attributes:
        predictable: proportion of allocations guessed correctly by an observer who knows
            the method and all previous allocations, and guesses the arm with the higher
            probability; for two equal arms 0.5 is chance.
        certain: proportion of allocations of which such an observer can be certain.
        imbalance: mean at the end, of the largest difference of an arm from its ratio,
            as participants: for two equal arms the difference between them.
        largest: 95% quantile of the largest such difference at any time.
        std_error: Monte Carlo error of ``predictable``; 0 if it is exact.
        certain_error: of ``certain``; 0 if it is exact.
        imbalance_error: of ``imbalance``.
    """

    name: str
    predictable: float
    certain: float
    imbalance: float
    largest: float
    std_error: float
    certain_error: float
    imbalance_error: float


def methods(ratios: Mapping[str, int]) -> dict[str, Method]:
    """The methods available to a protocol, with usual settings.

    Args:
        ratios: arm -> positive ratio. Block sizes are one, two and three times the sum
            of the ratios; the big stick needs two arms with equal ratios.
    """
    total = sum(ratios.values())
    found = {
        "complete": Method(
            lambda n, rng: complete(n, ratios, rng),
            by_counts(ratios, lambda _: {a: r / total for a, r in ratios.items()}),
            ratios,
        )
    }
    for sizes in ((2 * total,), (2 * total, 3 * total), (total,)):
        name = "permuted blocks of " + " or ".join(map(str, sizes))
        found[name] = Method(
            partial(_blocks, ratios, sizes), of_blocks(ratios, sizes), ratios
        )
    rules: dict[str, Callable[[Mapping[str, int]], dict[str, float]]] = {
        "urn (1, 1)": lambda counts: urn(counts, ratios)
    }
    if len(ratios) == 2 and len(set(ratios.values())) == 1:
        rules["big stick of 3"] = lambda counts: big_stick(counts, ratios, bound=3)
    for name, rule in rules.items():
        found[name] = Method(
            partial(_adaptive, ratios, rule), by_counts(ratios, rule), ratios
        )
    return found


def properties(name: str, method: Method, n: int, trials: int, seed: int) -> Properties:
    """Properties of a method in lists of ``n`` allocations.

    What an observer knows is exact, by recursion, or in long lists with hidden block
    sizes calculated for the histories of the simulated lists. Imbalances are those of
    the simulated lists.

    Args:
        name: of the method.
        method: of ``methods``.
        n: number of allocations, at least 1.
        trials: number of simulated lists, at least 2.
        seed: of the simulation.

    Raises:
        ValueError: ``n`` or ``trials`` is too small.

    Example:
        >>> equal = {"drug": 1, "placebo": 1}
        >>> method = methods(equal)["permuted blocks of 2"]
        >>> properties("blocks of 2", method, 40, 200, seed=1).certain
        0.5

    Source: Rosenberger and Lachin 2016, Randomization in Clinical Trials, chapters 5
    and 6; Blackwell and Hodges 1957, Ann Math Stat 28:449-460.
    """
    if n < 1 or trials < 2:
        raise ValueError("a list has 1 or more allocations; simulate 2 lists or more")
    arms = list(method.ratios)
    place = {arm: k for k, arm in enumerate(arms)}
    made = (method(n, stream(seed, "properties", name, t)) for t in range(trials))
    lists = np.array([[place[arm] for arm in own] for own in made])
    known = exact(method.process, n) or simulated(method.process, lists.tolist())
    apart = _imbalance(lists, np.array(list(method.ratios.values())))
    return Properties(
        name=name,
        predictable=known.guessed,
        certain=known.certain,
        imbalance=float(apart[:, -1].mean()),
        largest=float(np.quantile(apart.max(axis=1), 0.95)),
        std_error=known.guessed_error,
        certain_error=known.certain_error,
        imbalance_error=float(apart[:, -1].std(ddof=1) / np.sqrt(trials)),
    )


def _imbalance(lists: Places, ratios: Places) -> Floats:
    """Twice the largest difference of an arm from its share, (lists, allocations)."""
    counts = np.cumsum(lists[:, :, None] == np.arange(len(ratios)), axis=1)
    expected = np.arange(1, lists.shape[1] + 1)[:, None] * ratios / ratios.sum()
    return np.asarray(2 * np.abs(counts - expected).max(axis=2))


def _blocks(
    ratios: Mapping[str, int], sizes: tuple[int, ...], n: int, rng: np.random.Generator
) -> list[str]:
    return permuted_blocks(n, ratios, sizes, rng)


def _adaptive(
    ratios: Mapping[str, int],
    rule: Callable[[Counter[str]], dict[str, float]],
    n: int,
    rng: np.random.Generator,
) -> list[str]:
    counts: Counter[str] = Counter()
    made = []
    for u in rng.random(n):
        arm = chosen(float(u), rule(counts))
        counts[arm] += 1
        made.append(arm)
    return made
