"""A new scenario fits its protocol, and can be simulated."""

import pytest

from equipoise import library
from equipoise.exchange.protocols import load_protocol
from equipoise.simulate.check import check_scenario
from equipoise.simulate.read_scenario import parse_scenario
from equipoise.simulate.skeleton import skeleton
from equipoise.simulate.trial import simulate

PROTOCOLS = library.names("protocols")


@pytest.mark.parametrize("name", PROTOCOLS)
def test_a_skeleton_is_simulated_as_it_is(name: str) -> None:
    protocol = load_protocol(name)
    scenario = parse_scenario(skeleton(protocol), origin="new.toml")
    assert check_scenario(scenario, protocol) == []
    trial = simulate(protocol, scenario, seed=1, n=8)
    assert trial.participants["arm"].notna().sum() == 8
