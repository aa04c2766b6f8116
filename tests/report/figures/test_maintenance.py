"""The drawing of a comparison."""

from matplotlib.figure import Figure

from equipoise.report.figures.maintenance import _apart, _days_by_infusions, maintenance
from tests.report.maintenance.compared import comparison


def test_it_is_drawn_the_same_each_time_with_an_alt_text() -> None:
    made = maintenance(comparison())
    assert made.svg == maintenance(comparison()).svg
    assert "proportion of responders" in made.alt


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


def test_each_name_stands_beside_its_point() -> None:
    """On the axis of infusions exactly; on that of days moved upwards at most."""
    axes = Figure().subplots()
    _days_by_infusions(axes, comparison())
    labels = {text.get_text(): text.xy for text in axes.texts}
    points = {
        kept.schedule.spelling: (
            kept.mean("infusions").value,
            kept.mean("days_true").value,
        )
        for kept in comparison().kept
    }
    assert labels.keys() == points.keys()
    for name, (infusions, days) in points.items():
        assert labels[name][0] == infusions
        assert labels[name][1] >= days
