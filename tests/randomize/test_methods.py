from collections import Counter
from typing import get_args

import pytest
from pydantic import ValidationError

from equipoise.errors import DesignError
from equipoise.exchange.protocols import load_protocol
from equipoise.exchange.scenarios import load_scenario
from equipoise.numerics.rng import stream
from equipoise.protocol.governance import (
    InequalityMeasure,
    Randomization,
    RandomizationMethod,
)
from equipoise.protocol.model import Protocol
from equipoise.randomize.blocks import permuted_blocks
from equipoise.randomize.complete import complete
from equipoise.randomize.methods import METHODS, allocation_sequence, minimized
from equipoise.randomize.minimization import MEASURES, minimization
from equipoise.randomize.properties import methods
from equipoise.simulate.trial import simulate


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


def test_an_urn_and_a_big_stick_follow_the_protocol(protocol: Protocol) -> None:
    stick = with_method(protocol, method="big stick", block_sizes=(), bound=2)
    made = allocation_sequence(stick, 200, seed=3)
    first = protocol.arms[0].id
    walk = 0
    for arm in made:
        walk += 1 if arm == first else -1
        assert abs(walk) <= 2
    assert made[:50] == allocation_sequence(stick, 50, seed=3)
    urns = with_method(protocol, method="urn", block_sizes=(), balls=(1.0, 1.0))
    assert len(set(allocation_sequence(urns, 40, seed=3))) == 2


def test_minimization_draws_can_be_replayed(protocol: Protocol) -> None:
    plan = with_method(
        protocol,
        method="minimization",
        block_sizes=(),
        strata=("sex",),
        probability=0.9,
    )
    people = [{"sex": "FM"[n % 3 == 0]} for n in range(60)]
    draws = minimized(plan, people, seed=4)
    assert all(draw.holds(4) for draw in draws)
    for level in "FM":
        arms = [d.arm for d, p in zip(draws, people, strict=True) if p["sex"] == level]
        assert abs(arms.count(protocol.arms[0].id) * 2 - len(arms)) <= 5


def test_a_trial_on_virtual_participants_is_minimized(protocol: Protocol) -> None:
    plan = with_method(
        protocol,
        method="minimization",
        block_sizes=(),
        strata=("sex",),
        probability=0.95,
    )
    data = simulate(plan, load_scenario("feder2021"), seed=5, n=80)
    people = data.participants.dropna(subset="arm").set_index("participant")
    margins = people.groupby(["sex", "arm"], observed=True).size().unstack(fill_value=0)
    assert (margins.iloc[:, 0] - margins.iloc[:, 1]).abs().max() <= 4


def test_every_method_of_a_protocol_has_one_function_and_known_properties() -> None:
    assert tuple(METHODS) == get_args(RandomizationMethod)
    simulated = methods({"a": 1, "b": 1})
    for name in METHODS.keys() - {"minimization"}:
        assert any(usual.startswith(name) for usual in simulated), name


def test_an_unknown_method_or_measure_is_an_error_by_name(protocol: Protocol) -> None:
    with pytest.raises(KeyError, match="coin toss"):
        allocation_sequence(with_method(protocol, method="coin toss"), 4, seed=1)
    with pytest.raises(ValidationError, match="coin toss"):
        Randomization.model_validate({"method": "coin toss", "assumed": True})
    assert tuple(MEASURES) == get_args(InequalityMeasure)
    with pytest.raises(ValueError, match=r"'rnage'.*range"):
        minimization({}, [], {"a": 1, "b": 1}, measure="rnage")  # type: ignore[arg-type]


@pytest.mark.parametrize("stratum", ["all", "", "X", "F; M", "f"])
def test_a_stratified_protocol_has_only_its_own_lists(
    protocol: Protocol, stratum: str
) -> None:
    plan = with_method(protocol, strata=("sex",))
    with pytest.raises(DesignError, match=r"EQ840[\s\S]*use one of: F, M"):
        allocation_sequence(plan, 4, seed=1, stratum=stratum)
    assert len(allocation_sequence(plan, 4, seed=1, stratum="F")) == 4


def test_a_list_below_zero_and_a_list_of_minimization_are_refused(
    protocol: Protocol,
) -> None:
    with pytest.raises(DesignError, match="cannot have -1 allocations"):
        allocation_sequence(protocol, -1, seed=1)
    assert allocation_sequence(protocol, 0, seed=1) == []
    plan = with_method(protocol, method="minimization", block_sizes=())
    with pytest.raises(DesignError, match="no list in advance"):
        allocation_sequence(plan, 4, seed=1)
