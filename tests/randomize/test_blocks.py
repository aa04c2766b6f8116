from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.numerics.rng import stream
from equipoise.randomize.blocks import permuted_blocks

ratios_and_sizes = st.dictionaries(
    st.sampled_from(["active", "placebo", "low", "high"]),
    st.integers(1, 3),
    min_size=1,
).flatmap(
    lambda ratios: st.tuples(
        st.just(ratios),
        st.lists(
            st.integers(1, 3).map(lambda times: times * sum(ratios.values())),
            min_size=1,
            max_size=3,
        ),
    )
)


@pytest.mark.property
@given(ratios_and_sizes, st.integers(0, 60), st.integers(0, 60), st.integers(0, 99))
def test_a_longer_list_never_changes_its_beginning(
    design: tuple[dict[str, int], list[int]], n: int, more: int, seed: int
) -> None:
    ratios, sizes = design
    short = permuted_blocks(n, ratios, sizes, stream(seed))
    long = permuted_blocks(n + more, ratios, sizes, stream(seed))
    assert len(short) == n
    assert long[:n] == short


@pytest.mark.property
@given(ratios_and_sizes, st.integers(1, 10), st.integers(0, 99))
def test_each_complete_block_is_balanced(
    design: tuple[dict[str, int], list[int]], n_blocks: int, seed: int
) -> None:
    ratios, (size, *_) = design
    sequence = permuted_blocks(n_blocks * size, ratios, [size], stream(seed))
    wanted = {
        arm: share * size // sum(ratios.values()) for arm, share in ratios.items()
    }
    for start in range(0, len(sequence), size):
        assert Counter(sequence[start : start + size]) == wanted


@pytest.mark.property
@given(ratios_and_sizes, st.integers(0, 80), st.integers(0, 99))
def test_arms_are_never_further_apart_than_half_a_block(
    design: tuple[dict[str, int], list[int]], n: int, seed: int
) -> None:
    ratios, sizes = design
    counts = Counter(permuted_blocks(n, ratios, sizes, stream(seed)))
    for arm, share in ratios.items():
        expected = n * share / sum(ratios.values())
        assert abs(counts[arm] - expected) <= max(sizes) / 2


def test_every_order_within_a_block_is_drawn() -> None:
    drawn = {
        tuple(permuted_blocks(4, {"a": 1, "b": 1}, [4], stream(seed)))
        for seed in range(200)
    }
    assert len(drawn) == 6  # 4! / (2! 2!)


def test_block_sizes_are_mixed() -> None:
    # In blocks of 2 the two of a pair always differ; in blocks of 4 not always.
    sequence = permuted_blocks(400, {"a": 1, "b": 1}, [2, 4], stream(3))
    equal = sum(a == b for a, b in zip(sequence[::2], sequence[1::2], strict=True))
    assert 0 < equal < 100


@pytest.mark.parametrize(
    ("ratios", "sizes"),
    [
        ({"a": 1, "b": 1}, [3]),
        ({"a": 2, "b": 1}, [3, 4]),
        ({"a": 1, "b": 1}, []),
        ({"a": 1, "b": 1}, [0]),
        ({"a": 1, "b": 0}, [2]),
        ({}, [2]),
    ],
    ids=str,
)
def test_blocks_that_the_ratios_do_not_divide_are_refused(
    ratios: dict[str, int], sizes: list[int]
) -> None:
    with pytest.raises(ValueError, match="block"):
        permuted_blocks(4, ratios, sizes, stream(1))
