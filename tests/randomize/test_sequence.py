from collections import Counter

import pytest

from equipoise.exchange.protocols import load_protocol
from equipoise.numerics.rng import stream
from equipoise.protocol.model import Protocol
from equipoise.randomize.blocks import permuted_blocks
from equipoise.randomize.complete import complete
from equipoise.randomize.sequence import allocation_sequence


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_protocol("feder2021")


def with_method(protocol: Protocol, **changes: object) -> Protocol:
    changed = protocol.randomization.model_copy(update=changes)
    return protocol.model_copy(update={"randomization": changed})


def test_the_list_follows_the_protocol(protocol: Protocol) -> None:
    sizes = (2, 4)
    blocked = with_method(protocol, method="permuted blocks", block_sizes=sizes)
    ratios = {arm.id: arm.ratio for arm in protocol.arms}
    wanted = permuted_blocks(30, ratios, sizes, stream(9, "randomize", "all"))
    assert allocation_sequence(blocked, 30, seed=9) == wanted
    wanted = complete(30, ratios, stream(9, "randomize", "site 1"))
    simple = with_method(protocol, method="complete", block_sizes=())
    assert allocation_sequence(simple, 30, seed=9, stratum="site 1") == wanted


def test_ratios_are_kept(protocol: Protocol) -> None:
    first, second = protocol.arms
    arms = (first.model_copy(update={"ratio": 2}), second)
    uneven = with_method(
        protocol.model_copy(update={"arms": arms}),
        method="permuted blocks",
        block_sizes=(3,),
    )
    counts = Counter(allocation_sequence(uneven, 30, seed=1))
    assert counts == {first.id: 20, second.id: 10}


def test_each_stratum_and_seed_has_its_own_list(protocol: Protocol) -> None:
    lists = {
        tuple(allocation_sequence(protocol, 40, seed=seed, stratum=stratum))
        for seed in (1, 2)
        for stratum in ("male", "female")
    }
    assert len(lists) == 4
