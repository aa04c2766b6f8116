"""Indices of what the protocol names."""

from equipoise.simulate.context import Context
from tests.simulate.trials import small_protocol, small_scenario


def test_names_have_their_place() -> None:
    context = Context.of(small_protocol(), small_scenario())
    assert context.arm == {"walk": 0, "wait": 1}
    assert context.visit["month-1"] == 2
    assert context.baseline == context.visit["start"] == 1
    assert context.visits[4].id == "month-3"
    assert context.plan.instruments == ("small", "second", "third")
