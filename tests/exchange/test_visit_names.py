"""Which visit a name speaks of."""

import pytest

import equipoise as eq
from equipoise.exchange.visit_names import moment, nearest
from tests.exchange.small import feder, protocol


@pytest.mark.parametrize(
    ("text", "visit"),
    [
        ("baseline_arm_1", "baseline"),
        ("BL", "baseline"),
        ("24h_arm_1", "day-1"),
        ("day_7_arm_2b", "day-7"),
        ("Day 7", "day-7"),
        ("d7", "day-7"),
        ("week 1", "day-7"),
        ("wk1", "day-7"),
        ("24 h after the infusion", "day-1"),
        ("infusion 1", "infusion"),
        ("week 9", None),
        ("month 1", None),
        ("screening", "baseline"),
        ("Day 7 (Arm 1: Main)", "day-7"),
        ("24 h (Arm 2: Open label)", "day-1"),
        ("Screening (Arm 1: Main)", "baseline"),
        ("whatever", None),
        ("", None),
    ],
)
def test_visits_of_the_tutorial(text: str, visit: str | None) -> None:
    found = moment(text, protocol())
    assert (found.visit if found else None) == visit


def test_the_only_visit_of_screening_is_a_guess() -> None:
    found = moment("screening", protocol())
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize(
    ("text", "visit"),
    [("screen", "screening"), ("inf 3", "infusion-3"), ("post_24h", "post-24h")],
)
def test_visits_of_the_reference_protocol(text: str, visit: str) -> None:
    found = moment(text, feder())
    assert found is not None
    assert found.visit == visit


@pytest.mark.parametrize("months", [2, 4, 6, 8])
def test_months(months: int) -> None:
    found = moment(f"{months}m", eq.load_protocol("beat-the-blues"))
    assert found is not None
    assert found.visit == f"month-{months}"


def test_a_rating_comes_before_an_infusion_on_the_same_day() -> None:
    plan = feder().schedule
    days = [v.day for v in plan.visits if v.infusion is not None]
    shared = [v for v in plan.visits if v.infusion is None and v.day in days]
    for visit in shared:
        found = nearest(visit.day, feder(), slack=0)
        assert found is not None
        assert plan.visit(found.visit).infusion is None


def test_a_day_outside_every_window_is_no_visit() -> None:
    assert nearest(100, protocol(), slack=3) is None
    found = nearest(9, protocol(), slack=0)
    assert found is not None
    assert (found.visit, found.sure) == ("day-7", False)
