import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.numerics.rng import stream

names = st.lists(st.one_of(st.text(max_size=8), st.integers()), max_size=4)


@pytest.mark.property
@given(seed=st.integers(0, 2**70), names=names)
def test_the_same_names_give_the_same_numbers(
    seed: int, names: list[str | int]
) -> None:
    first, second = stream(seed, *names), stream(seed, *names)
    np.testing.assert_array_equal(first.random(5), second.random(5))


@pytest.mark.property
@given(a=names, b=names)
def test_different_names_give_different_numbers(
    a: list[str | int], b: list[str | int]
) -> None:
    same = [(type(x), x) for x in a] == [(type(x), x) for x in b]
    drawn = [stream(1, *parts).integers(2**63, size=3).tolist() for parts in (a, b)]
    assert (drawn[0] == drawn[1]) == same


def test_names_are_not_glued_together() -> None:
    streams = [
        stream(1, "ab", "c"),
        stream(1, "a", "bc"),
        stream(1, "abc"),
        stream(1, 1),
        stream(1, "1"),
        stream(11),
        stream(1),
    ]
    assert len({s.integers(2**63) for s in streams}) == len(streams)


def test_one_stream_does_not_disturb_another() -> None:
    alone = stream(7, "b").random(3)
    stream(7, "a").random(1000)
    np.testing.assert_array_equal(stream(7, "b").random(3), alone)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="non-negative"):
        stream(-1)


def test_the_key_is_the_documented_digest() -> None:
    parts = b"".join(
        kind + len(text).to_bytes(8, "big") + text
        for kind, text in [(b"i", b"2021"), (b"s", b"randomize"), (b"i", b"3")]
    )
    key = int.from_bytes(hashlib.blake2b(parts, digest_size=16).digest(), "big")
    wanted = np.random.Generator(np.random.Philox(key=key))
    drawn = stream(2021, "randomize", 3)
    np.testing.assert_array_equal(drawn.random(4), wanted.random(4))


def test_another_process_with_another_hash_seed_draws_the_same() -> None:
    code = (
        "from equipoise.numerics.rng import stream\n"
        "print(stream(5, 'x').integers(10**9))"
    )
    result = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(result.stdout) == stream(5, "x").integers(10**9)
