"""Counted numbers: those of numpy's Philox, and as random as they must be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.numerics.philox import key_of, philox, uniform, word_of

WORD = st.integers(0, 2**64 - 1)


@given(st.tuples(WORD, WORD), st.tuples(WORD, WORD, WORD, WORD))
def test_the_bits_are_numpys(key: tuple[int, int], start: tuple[int, ...]) -> None:
    number = sum(word << (64 * place) for place, word in enumerate(start))
    before = (number - 1) % 2**256  # numpy counts one up before the first block
    theirs = np.random.Philox(key=key[0] + (key[1] << 64), counter=before).random_raw(4)
    ours = philox(tuple(np.array([w], dtype=np.uint64) for w in start), key)
    assert [int(w[0]) for w in ours] == [int(w) for w in theirs]


def test_a_stream_is_that_of_its_name_and_longer_ones_begin_alike() -> None:
    key = key_of(7, "simulate", "mood")
    who = np.array([word_of(f"P{n}") for n in range(50)], dtype=np.uint64)
    few, more = uniform(key, who[:3], 5), uniform(key, who, 9)
    np.testing.assert_array_equal(few, more[:3, :5])
    turned = uniform(key, who[::-1], 5)
    np.testing.assert_array_equal(turned[::-1][:3], few)


def test_names_are_told_apart() -> None:
    assert key_of(1, "ab", "c") != key_of(1, "a", "bc")
    assert key_of(1, "a") != key_of(2, "a")
    assert key_of(1, 1) != key_of(1, "1")
    with pytest.raises(ValueError, match="non-negative"):
        key_of(-1, "a")


def test_uniform_within_and_between_streams() -> None:
    """200,000 numbers: Kolmogorov's test, and correlations known to 0.002."""
    who = np.array([word_of(f"P{n}") for n in range(2000)], dtype=np.uint64)
    drawn = uniform(key_of(3, "test"), who, 100)
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert stats.kstest(drawn.ravel(), "uniform").pvalue > 1e-4
    neighbours = np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]
    following = np.corrcoef(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())[0, 1]
    other = uniform(key_of(4, "test"), who, 100)
    seeds = np.corrcoef(drawn.ravel(), other.ravel())[0, 1]
    assert max(abs(neighbours), abs(following), abs(seeds)) < 0.01


@pytest.mark.parametrize("n", [1, 3, 61])
def test_pieces_that_fit_into_the_cache_are_the_whole(
    n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One key or a key for each stream, however many streams are drawn together."""
    who = np.array([word_of(f"P{k}") for k in range(90)], dtype=np.uint64)
    keys = np.array([key_of(seed, "test") for seed in range(90)], dtype=np.uint64)
    own = keys[:, :1], keys[:, 1:]
    whole = uniform(key_of(1, "test"), who, n), uniform(own, who, n)
    monkeypatch.setattr("equipoise.numerics.philox.TOGETHER", 40)
    np.testing.assert_array_equal(uniform(key_of(1, "test"), who, n), whole[0])
    np.testing.assert_array_equal(uniform(own, who, n), whole[1])
    assert uniform(own, who[:0], n).shape == (0, n)
