"""The drawing of a comparison."""

from equipoise.report.drawings.maintenance import _apart, maintenance
from tests.report.maintenance.compared import comparison


def test_it_is_drawn_the_same_each_time_with_an_alt_text() -> None:
    made = maintenance(comparison())
    assert made.svg == maintenance(comparison()).svg
    assert "share of responders" in made.alt


def test_its_data_are_those_of_the_schedules() -> None:
    made = maintenance(comparison())
    for kept in comparison().kept:
        curve, point = (s for s in made.series if s.label == kept.schedule.spelling)
        assert curve.y == tuple(100 * float(v) for v in kept.curve)
        assert point.x == (kept.mean("infusions").value,)
        assert point.y == (kept.mean("days_true").value,)


def test_labels_are_moved_apart_upwards_in_their_order() -> None:
    assert _apart([5.0, 5.1, 1.0], 1.0) == [5.0, 6.0, 1.0]
    assert _apart([3.0, 1.0], 1.0) == [3.0, 1.0]
