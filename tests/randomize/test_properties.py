"""Predictability and balance, against published and exact values."""

import numpy as np
import pytest

from equipoise.numerics.rng import stream
from equipoise.randomize.processes import exact, of_blocks, simulated
from equipoise.randomize.properties import methods, properties

EQUAL = {"a": 1, "b": 1}


def found(name: str, n: int = 24, trials: int = 2000):  # type: ignore[no-untyped-def]
    return properties(name, methods(EQUAL)[name], n, trials, seed=1)


def test_complete_randomization_cannot_be_guessed_and_is_unbalanced() -> None:
    """The mean difference of 24 fair coins is sqrt(2 n / pi) = 3.91, exactly 3.87."""
    own = found("complete")
    assert own.predictable == pytest.approx(0.5, abs=1e-12)
    assert own.imbalance == pytest.approx(3.87, abs=4 * own.imbalance_error)
    assert own.certain == 0


def test_blocks_of_four_are_guessed_as_blackwell_and_hodges_say() -> None:
    """Expected right guesses in a block of 2 m: m + (4^m / C(2m, m) - 1) / 2; m = 2."""
    own = found("permuted blocks of 4")
    exact = (2 + (16 / 6 - 1) / 2) / 4
    assert own.predictable == pytest.approx(exact, abs=1e-12)
    assert own.imbalance == 0
    assert own.largest == 2
    assert own.certain == pytest.approx(1 / 3)


def test_blocks_of_two_give_away_every_second_place() -> None:
    own = found("permuted blocks of 2")
    assert own.predictable == pytest.approx(0.75, abs=1e-12)
    assert own.certain == pytest.approx(0.5, abs=1e-12)


def test_the_big_stick_keeps_its_bound_and_tells_little() -> None:
    own = found("big stick of 3")
    assert own.largest == 3
    assert own.predictable < found("permuted blocks of 4").predictable


def test_the_urn_lies_between() -> None:
    own = found("urn (1, 1)")
    assert 0.5 < own.predictable < found("permuted blocks of 4").predictable
    assert own.imbalance < found("complete").imbalance


def big_stick_certain(n: int, bound: int = 3) -> float:
    """By the Markov chain of the difference, from its transition matrix."""
    size = 2 * bound + 1
    chain = np.zeros((size, size))
    for d in range(1, size - 1):
        chain[d, d - 1] = chain[d, d + 1] = 0.5
    chain[0, 1] = chain[-1, -2] = 1
    at = np.eye(size)[bound]
    sure = 0.0
    for _ in range(n):
        sure += at[0] + at[-1]
        at = at @ chain
    return sure / n


def test_certain_places_of_the_big_stick_are_those_of_its_markov_chain() -> None:
    assert found("big stick of 3", 40).certain == pytest.approx(big_stick_certain(40))


@pytest.mark.parametrize("name", list(methods(EQUAL)))
def test_exact_and_simulated_agree(name: str) -> None:
    """The same observer in every list, or along 2,000 simulated lists."""
    method = methods(EQUAL)[name]
    lists = [
        [list(EQUAL).index(arm) for arm in method(16, stream(t, "agree"))]
        for t in range(2000)
    ]
    known, tried = exact(method.process, 16), simulated(method.process, lists)
    assert known is not None
    assert known.guessed == pytest.approx(
        tried.guessed, abs=4 * tried.guessed_error + 1e-12
    )
    assert known.certain == pytest.approx(
        tried.certain, abs=4 * tried.certain_error + 1e-12
    )


def test_an_observer_by_counting_all_lists_of_two_blocks() -> None:
    """Blocks of 2 or 4, 6 places: every list with its probability, without beliefs."""
    process = of_blocks(EQUAL, [2, 4])
    lists: dict[tuple[int, ...], float] = {}

    def extend(state: tuple[int, ...], made: tuple[int, ...], p: float) -> None:
        if len(made) == 6:
            lists[made] = lists.get(made, 0.0) + p
            return
        for chance, arm, following in process.moves(state):
            extend(following, (*made, arm), p * chance)

    extend(process.start, (), 1.0)
    assert sum(lists.values()) == pytest.approx(1)
    guessed = certain = 0.0
    for k in range(6):
        starts: dict[tuple[int, ...], list[float]] = {}
        for made, p in lists.items():
            starts.setdefault(made[:k], [0.0, 0.0])[made[k]] += p
        guessed += sum(max(p) for p in starts.values()) / 6
        certain += sum(sum(p) for p in starts.values() if min(p) < 1e-12) / 6
    own = exact(process, 6)
    assert own is not None
    assert own.guessed == pytest.approx(guessed)
    assert own.certain == pytest.approx(certain)


def test_unequal_arms_are_guessed_by_the_larger_one() -> None:
    ratios = {"drug": 2, "placebo": 1}
    own = properties("c", methods(ratios)["complete"], 40, 200, seed=1)
    assert own.predictable == pytest.approx(2 / 3)
    blocks = properties("b", methods(ratios)["permuted blocks of 3"], 39, 200, seed=1)
    # Places of drug, drug, placebo in random order: 2/3, then 2/3, then certain.
    assert blocks.predictable == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert blocks.imbalance == pytest.approx(0)
    assert "big stick of 3" not in methods(ratios)


def test_long_lists_with_hidden_sizes_have_an_error() -> None:
    own = found("permuted blocks of 4 or 6", 120, 200)
    assert 0 < own.std_error < 0.01
    assert 0 < own.certain_error < 0.01
    assert own.certain == pytest.approx(0.057, abs=0.01)


def test_no_list_and_no_simulation_are_refused() -> None:
    with pytest.raises(ValueError, match="1 or more allocations"):
        found("complete", 0)
    with pytest.raises(ValueError, match="2 lists or more"):
        found("complete", 10, 1)
