"""Randomization methods as processes: what follows a history, and how probably."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

State = tuple[int, ...]
Moves = Sequence[
    tuple[float, int, State]
]  # probability, position of the arm, next state
Belief = tuple[tuple[State, float], ...]

DIGITS = 12  # of probabilities by which two beliefs are the same
SURE = 1 - 1e-9
MOST_BELIEFS = 20_000  # different ones after the same number of allocations


@dataclass(frozen=True)
class Process:
    """A method, as states that an observer of the allocations may not see.

    Attributes:
        start: before the first allocation.
        moves: from a state to those after the next allocation.
    """

    start: State
    moves: Callable[[State], Moves]


@dataclass(frozen=True, slots=True)
class Observed:
    """What an observer of all previous allocations, who knows the method, can know.

    Attributes:
        guessed: proportion of allocations that are guessed correctly by the arm with the
            higher probability.
        certain: proportion of which the observer is certain.
        guessed_error: Monte Carlo error of ``guessed``; 0 if it is exact.
        certain_error: of ``certain``.
    """

    guessed: float
    certain: float
    guessed_error: float = 0.0
    certain_error: float = 0.0


def by_counts(
    ratios: Mapping[str, int], rule: Callable[[Mapping[str, int]], Mapping[str, float]]
) -> Process:
    """A method that depends only on how many participants each arm has.

    Args:
        ratios: arm -> positive ratio.
        rule: from the counts of each arm to its probability.
    """
    arms = list(ratios)

    def moves(state: State) -> Moves:
        chances = rule(dict(zip(arms, state, strict=True)))
        return [
            (chances[arm], k, _added(state, k))
            for k, arm in enumerate(arms)
            if chances[arm] > 0
        ]

    return Process((0,) * len(arms), moves)


def of_blocks(ratios: Mapping[str, int], sizes: Sequence[int]) -> Process:
    """Permuted blocks; the state is what is left of the current block.

    Args:
        ratios: arm -> positive ratio.
        sizes: multiples of the sum of the ratios; each block has one of them at random.
    """
    shares = np.array(list(ratios.values()))
    blocks = [tuple((shares * (size // shares.sum())).tolist()) for size in sizes]

    def moves(state: State) -> Moves:
        opened = [state] if any(state) else blocks
        return [
            (left[k] / sum(left) / len(opened), k, _added(left, k, -1))
            for left in opened
            for k in range(len(left))
            if left[k]
        ]

    return Process((0,) * len(shares), moves)


def exact(process: Process, n: int) -> Observed | None:
    """What an observer can know of a list, by recursion over what the observer believes.

    The observer sees the arms and not the states, such as the size of a block. Histories
    after which the observer believes the same are followed as one.

    Args:
        process: of one stratum.
        n: allocations, at least 1.

    Returns:
        None if there are too many different beliefs, as in long lists of blocks of
        several sizes: use ``simulated``.

    Example:
        >>> found = exact(of_blocks({"drug": 1, "placebo": 1}, [4]), 40)
        >>> f"{found.guessed:.4f} {found.certain:.4f}"
        '0.7083 0.3333'
    """
    found = exact_by_position(process, n)
    if found is None:
        return None
    return Observed(float(found[0].mean()), float(found[1].mean()))


def exact_by_position(
    process: Process, n: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """As ``exact``, for each position of the list.

    Returns:
        Probability of a correct guess, and of certainty, both of shape (n,); None as in
        ``exact``.
    """
    beliefs: dict[Belief, float] = {((process.start, 1.0),): 1.0}
    guessed, certain = np.zeros(n), np.zeros(n)
    for position in range(n):
        after: dict[Belief, float] = defaultdict(float)
        for belief, mass in beliefs.items():
            learned = learn(process, belief)
            best = max(chance for chance, _ in learned.values())
            guessed[position] += mass * best
            certain[position] += mass * (best > SURE)
            for chance, following in learned.values():
                after[following] += mass * chance
        if len(after) > MOST_BELIEFS:
            return None
        beliefs = after
    return guessed, certain


def simulated(process: Process, lists: Sequence[Sequence[int]]) -> Observed:
    """As ``exact``, for the histories of simulated lists.

    Args:
        process: of one stratum.
        lists: positions of the arms, each list made by the method.
    """
    guessed, certain = np.zeros(len(lists)), np.zeros(len(lists))
    known: dict[Belief, dict[int, tuple[float, Belief]]] = {}
    for k, arms in enumerate(lists):
        belief: Belief = ((process.start, 1.0),)
        for arm in arms:
            if belief not in known:
                known[belief] = learn(process, belief)
            learned = known[belief]
            best = max(chance for chance, _ in learned.values())
            guessed[k] += best
            certain[k] += best > SURE
            belief = learned[arm][1]
    n = len(lists[0])
    root = np.sqrt(max(len(lists) - 1, 1))
    return Observed(
        float(guessed.mean() / n),
        float(certain.mean() / n),
        float(guessed.std() / n / root),
        float(certain.std() / n / root),
    )


def learn(process: Process, belief: Belief) -> dict[int, tuple[float, Belief]]:
    """For each arm that can be next: its probability, and what is believed after it.

    Args:
        process: the method.
        belief: states with their probabilities, from the allocations before.
    """
    states: dict[int, dict[State, float]] = {}
    for state, weight in belief:
        for chance, arm, following in process.moves(state):
            mine = states.setdefault(arm, {})
            mine[following] = mine.get(following, 0.0) + weight * chance
    found = {}
    for arm, mine in states.items():
        chance = sum(mine.values())
        shares = sorted((s, round(w / chance, DIGITS)) for s, w in mine.items())
        found[arm] = (chance, tuple(shares))
    return found


def _added(state: State, position: int, step: int = 1) -> State:
    return tuple(value + step * (k == position) for k, value in enumerate(state))
