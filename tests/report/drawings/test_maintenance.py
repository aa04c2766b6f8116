"""The drawing of a comparison."""

from equipoise.report.drawings.maintenance import _apart, maintenance, style
from tests.report.maintenance.compared import comparison


def test_it_is_drawn_the_same_each_time_and_said_in_words() -> None:
    made = maintenance(comparison())
    assert made.svg == maintenance(comparison()).svg
    assert "share of responders" in made.alt
    assert made.png.startswith(b"\x89PNG")


def test_no_two_schedules_look_alike() -> None:
    looks = [tuple(sorted(style(place).items())) for place in range(24)]
    assert len(set(looks)) == 24


def test_labels_are_moved_apart_upwards_in_their_order() -> None:
    assert _apart([5.0, 5.1, 1.0], 1.0) == [5.0, 6.0, 1.0]
    assert _apart([3.0, 1.0], 1.0) == [3.0, 1.0]
