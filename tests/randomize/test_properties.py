"""Predictability and balance, against published and exact values."""

import pytest

from equipoise.randomize.properties import methods, properties

EQUAL = {"a": 1, "b": 1}


def found(name: str, n: int = 24, trials: int = 2000):  # type: ignore[no-untyped-def]
    return properties(name, methods(EQUAL)[name], n, trials, seed=1)


def test_complete_randomization_cannot_be_guessed_and_is_unbalanced() -> None:
    """The mean difference of 24 fair coins is sqrt(2 n / pi) = 3.91, exactly 3.87."""
    own = found("complete")
    assert own.predictable == pytest.approx(0.5, abs=4 * own.std_error)
    assert own.imbalance == pytest.approx(3.87, abs=0.25)
    assert own.certain == 0


def test_blocks_of_four_are_guessed_as_blackwell_and_hodges_say() -> None:
    """Expected right guesses in a block of 2 m: m + (4^m / C(2m, m) - 1) / 2; m = 2."""
    own = found("permuted blocks of 4")
    exact = (2 + (16 / 6 - 1) / 2) / 4
    assert own.predictable == pytest.approx(exact, abs=4 * own.std_error)
    assert own.imbalance == 0
    assert own.largest == 2
    assert own.certain > 0.2


def test_blocks_of_two_give_away_every_second_place() -> None:
    own = found("permuted blocks of 2")
    assert own.predictable == pytest.approx(0.75, abs=4 * own.std_error)
    assert own.certain == pytest.approx(0.5, abs=0.02)


def test_the_big_stick_keeps_its_bound_and_tells_little() -> None:
    own = found("big stick of 3")
    assert own.largest == 3
    assert own.predictable < found("permuted blocks of 4").predictable


def test_the_urn_lies_between() -> None:
    own = found("urn (1, 1)")
    assert 0.5 < own.predictable < found("permuted blocks of 4").predictable
    assert own.imbalance < found("complete").imbalance
