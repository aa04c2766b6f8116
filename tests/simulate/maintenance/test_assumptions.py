"""The assumptions that a protocol and a scenario state."""

from types import SimpleNamespace

import pytest

from equipoise.errors import SimulationError
from equipoise.exchange.protocols import load_protocol
from equipoise.simulate.maintenance.assumptions import Assumptions
from tests.simulate.maintenance.participants import scenario

PROTOCOL = load_protocol("feder2021")


def test_they_are_those_of_the_protocol_and_the_scenario() -> None:
    made = Assumptions.of(PROTOCOL, scenario())
    assert made.induction == (0, 2, 4, 7, 9, 11)
    assert (made.start, made.baseline_day) == (14, -3)
    assert (made.entry_day, made.entry_least) == (-14, 30)
    assert made.rule == PROTOCOL.definition("response")
    assert made.better == "lower"
    assert (made.lowest, made.highest) == (0, 80)
    assert (made.drug, made.placebo, made.build_up, made.half_life) == (
        -16,
        -6.4,
        0.4,
        45,
    )
    assert (made.retest, made.stable, made.days) == (0.78, 0.45, 14)
    acute = made.dissociation
    assert (acute.rest, acute.peak, acute.attenuation) == (1.5, 7.7, 0.85)


def test_belief_carries_expectancy_only_where_it_is_stated() -> None:
    stated = scenario()
    stated.courses[0].effects[0].expectancy = -3.0
    assert Assumptions.of(PROTOCOL, stated).expectancy == 0
    stated.response.belief = SimpleNamespace(at_rest=0.3, odds=1.25)
    made = Assumptions.of(PROTOCOL, stated)
    assert (made.expectancy, made.belief_at_rest, made.belief_odds) == (-3, 0.3, 1.25)


def test_a_response_to_sessions_is_not_part_of_the_model() -> None:
    stated = scenario()
    stated.courses[0].effects[0].sessions = -8.0
    with pytest.raises(SimulationError, match="no response to sessions"):
        Assumptions.of(PROTOCOL, stated)


def test_a_response_may_be_named_instead_of_its_loss() -> None:
    loss = Assumptions.of(PROTOCOL, scenario())
    assert Assumptions.of(PROTOCOL, scenario(), definition="response") == loss
    stricter = Assumptions.of(PROTOCOL, scenario(), definition="response50")
    assert stricter.rule.threshold == 50


def test_all_that_a_scenario_lacks_is_said_at_once() -> None:
    bare = scenario(response=None, acute=())
    with pytest.raises(SimulationError, match="EQ612") as refused:
        Assumptions.of(PROTOCOL, bare, arm="placebo")
    assert len(refused.value.problems) == 3
    with pytest.raises(SimulationError, match="EQ611"):
        Assumptions.of(PROTOCOL, scenario(), definition="recovery")
