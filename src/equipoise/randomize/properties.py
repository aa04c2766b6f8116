"""Balance and predictability of randomization methods, by simulation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from equipoise.numerics.rng import stream
from equipoise.randomize.adaptive import big_stick, urn
from equipoise.randomize.blocks import permuted_blocks
from equipoise.randomize.complete import complete
from equipoise.randomize.draw import chosen

Sequence = Callable[[int, np.random.Generator], list[str]]


@dataclass(frozen=True, slots=True)
class Properties:
    """Properties of one method, over simulated lists of two arms with equal ratios.

    Attributes:
        predictable: proportion of allocations guessed correctly by an observer who knows
            all previous ones and guesses the arm with fewer allocations (Blackwell and
            Hodges 1957); 0.5 is chance.
        certain: proportion of allocations of which such an observer can be certain.
        imbalance: mean absolute difference of the arms at the end.
        largest: 95% quantile of the largest difference at any time.
        std_error: Monte Carlo error of ``predictable``.
    """

    name: str
    predictable: float
    certain: float
    imbalance: float
    largest: float
    std_error: float


def methods(ratios: Mapping[str, int]) -> dict[str, Sequence]:
    """The methods available to a protocol, with usual settings."""
    return {
        "complete": lambda n, rng: complete(n, ratios, rng),
        "permuted blocks of 4": lambda n, rng: permuted_blocks(n, ratios, (4,), rng),
        "permuted blocks of 4 or 6": (
            lambda n, rng: permuted_blocks(n, ratios, (4, 6), rng)
        ),
        "permuted blocks of 2": lambda n, rng: permuted_blocks(n, ratios, (2,), rng),
        "urn (1, 1)": partial(_adaptive, ratios, lambda c: urn(c, ratios)),
        "big stick of 3": partial(
            _adaptive, ratios, lambda c: big_stick(c, ratios, bound=3)
        ),
    }


def properties(
    name: str, sequence: Sequence, n: int, trials: int, seed: int
) -> Properties:
    """Properties of a method in lists of ``n`` allocations.

    Args:
        name: of the method.
        sequence: returns a list of arms from a number and a generator.
        n: number of allocations.
        trials: number of simulated lists.
        seed: of the simulation.

    Source: Rosenberger and Lachin 2016, Randomization in Clinical Trials, chapters 5
    and 6; Blackwell and Hodges 1957, Ann Math Stat 28:449-460.
    """
    lists = [sequence(n, stream(seed, "properties", name, t)) for t in range(trials)]
    first = lists[0][0]
    x = np.array([[1 if arm == first else -1 for arm in own] for own in lists])
    before = np.cumsum(x, axis=1) - x
    right = np.where(before == 0, 0.5, x == -np.sign(before)).mean(axis=1)
    after = np.abs(np.cumsum(x, axis=1))
    return Properties(
        name=name,
        predictable=float(right.mean()),
        certain=_certain(lists),
        imbalance=float(after[:, -1].mean()),
        largest=float(np.quantile(after.max(axis=1), 0.95)),
        std_error=float(right.std(ddof=1) / np.sqrt(trials)),
    )


def _certain(lists: list[list[str]]) -> float:
    """Positions whose arm was the same in every list with the same start, by counting."""
    n = len(lists[0])
    seen: dict[tuple[str, ...], Counter[str]] = {}
    for own in lists:
        for place in range(min(n, 8)):  # longer beginnings are too rare to compare
            seen.setdefault(tuple(own[:place]), Counter())[own[place]] += 1
    often = [c for c in seen.values() if c.total() >= 20]
    total = sum(c.total() for c in often)
    return sum(c.total() for c in often if len(c) == 1) / total if total else 0.0


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
