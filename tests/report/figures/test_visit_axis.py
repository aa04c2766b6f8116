"""Axes of visits: to scale where that can be read, with n below."""

from equipoise.report.blocks import Series
from equipoise.report.figures.style import figure
from equipoise.report.figures.visit_axis import CLOSEST, VisitAxis, apart
from tests.analyze.feder import feder


def axis(*visits: str) -> VisitAxis:
    return VisitAxis(feder(), visits)


def test_places_are_planned_days() -> None:
    made = axis("week-2", "baseline", "week-1")
    days = {v.id: v.day for v in feder().schedule.visits}
    assert made.to_scale
    assert made.at == {name: days[name] for name in ("baseline", "week-1", "week-2")}


def test_visits_too_close_to_read_are_evenly_spaced_and_it_says_so() -> None:
    made = axis("baseline", "post-24h", "week-1", "week-26")
    assert not made.to_scale
    assert list(made.at.values()) == [0, 1, 2, 3]
    _, axes = figure()
    made.draw(axes, [])
    assert "Visit (distances not to scale)" in [t.get_text() for t in axes.texts]


def test_day_visit_and_n_stand_below_their_place() -> None:
    made = axis("baseline", "week-2")
    days = tuple(made.at.values())
    _, axes = figure()
    none = (None, None)
    part = Series(
        "Ketamine", "ketamine", days, (1.0, 2.0), none, none, (15, 12), ("", "")
    )
    made.draw(axes, [part])
    texts = {(t.get_text(), t.get_position()[0]) for t in axes.texts}
    assert {("−3", days[0]), ("14", days[1]), ("15", days[0]), ("12", days[1])} <= texts
    assert {("Baseline", days[0]), ("n, Ketamine", 0)} <= texts


def test_labels_that_would_overlap_stand_in_another_line() -> None:
    made = axis("baseline", "post-24h", "week-4")
    _, axes = figure()
    made.draw(axes, [])
    depth = {
        t.get_text(): t.get_transform().transform(t.get_position())[1]
        for t in axes.texts
    }
    assert depth["24 h after"] < depth["Baseline"] == depth["Week 4"]


def test_no_visits_is_an_empty_axis() -> None:
    _, axes = figure()
    axis().draw(axes, [])
    assert not list(axes.get_xticks())


def test_labels_that_have_no_room_are_left_out() -> None:
    assert apart([], 100) == []
    assert apart([0, 1, 100], 100) == [0, 100]
    assert apart([0, CLOSEST, 100], 100) == [0, CLOSEST, 100]
