"""Indices of what the protocol names."""

from equipoise.simulate.context import World
from tests.simulate.trials import small_protocol, small_scenario


def test_names_have_their_place() -> None:
    world = World.of(small_protocol(), small_scenario())
    assert world.arm == {"walk": 0, "wait": 1}
    assert world.visit["month-1"] == 2
    assert world.baseline == world.visit["start"] == 1
    assert world.visits[4].id == "month-3"
    assert world.plan.instruments == ("small", "second", "third")
