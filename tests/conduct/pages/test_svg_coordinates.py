"""Drawings stay inside their frame."""

from datetime import date

from equipoise.conduct.capture.timeline import Series, Span, Timeline
from equipoise.conduct.pages.svg_coordinates import WIDTH, course, growth


def test_a_time_line_stays_inside_its_frame() -> None:
    series = Series("CAPS-5", ((-14, 80.0), (0, 40.0), (182, 0.0)), (0.0, 80.0))
    events = (Span("Nausea", 0, 2), Span("Fall", 100, None, True))
    drawn = course(Timeline((series,), (Span("Infusion 1", 0),), events, (), 90))
    dots = drawn.lines[0].dots
    assert [dot.y for dot in dots] == [14.0, 92.0, 170.0]
    assert all(0 <= dot.x <= WIDTH for dot in dots)
    assert all(bar.y + 8 <= drawn.height for bar in drawn.events)
    assert drawn.today is not None
    assert [bar.left for bar in drawn.events] == [
        False,
        True,
    ]  # or its words are cut off


def test_what_happened_on_one_day_is_told_on_lines_of_its_own() -> None:
    ends = (Span("Treatment discontinued", 5), Span("Withdrew from the study", 5))
    drawn = course(Timeline((), (), (), ends, 20))
    first, second = drawn.milestones
    assert second.y - first.y >= 13  # the height of a line


def test_a_curve_ends_at_the_count() -> None:
    drawn = growth([date(2027, 1, 2)], 4, date(2027, 1, 1), date(2027, 1, 11))
    assert drawn.last is not None
    assert drawn.last.text == "1"
    assert drawn.points.endswith(f"{drawn.last.x},{drawn.last.y}")
