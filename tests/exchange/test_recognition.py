"""Input and findings of the recognition keep what they are given."""

from equipoise.exchange.recognition import Finding, Scene
from tests.exchange.small import protocol


def test_a_finding_starts_without_points_or_rivals() -> None:
    one = Finding(("a",), {"to": "participants.age"}, "by its name", "high")
    assert (one.points, one.others) == (0.0, ())


def test_a_scene_is_long_without_events_by_default() -> None:
    scene = Scene(protocol=protocol(), looks={}, decimal=".", long=True)
    assert not scene.events
    assert scene.cells is None
