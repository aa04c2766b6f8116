"""A sample becomes numbers, and the tests of them."""

from equipoise.exchange.protocols import load_protocol
from equipoise.leaktest.allocation_sample import allocated, every_test
from equipoise.numerics.rng import stream
from equipoise.randomize.methods import allocation_sequence

FEDER = load_protocol("feder2021")
N = 200


def sample(**change: object) -> dict:
    rng = stream(4, "many")
    return {
        "arms": allocation_sequence(FEDER, N, seed=5),
        "strata": ["{}"] * N,
        "kits": rng.choice(10**6, N, replace=False).tolist(),
        "syringes": rng.choice(10**8, N, replace=False).tolist(),
        "seconds": rng.random(N).tolist(),
        "answers": [442] * N,
        "sizes": [92] * N,
        "contents": [1052] * N,
        "requested": True,
    } | change


def test_the_first_arm_is_zero() -> None:
    said = sample(requested=False)
    made = allocated(FEDER, said)
    first = FEDER.arms[0].id
    assert [value == 0 for value in made.arms] == [arm == first for arm in said["arms"]]
    assert made.requested is False


def test_a_clean_sample_passes_and_a_telling_one_does_not() -> None:
    assert [t.name for t in every_test(FEDER, sample(), 1) if not t.passed] == []
    arms = sample()["arms"]
    long = [442 + (arm == "ketamine") for arm in arms]
    told = [t.name for t in every_test(FEDER, sample(answers=long), 1) if not t.passed]
    assert told == ["size of the answer and arm"]
