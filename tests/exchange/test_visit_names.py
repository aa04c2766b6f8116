"""Which visit a name speaks of."""

import pytest

import equipoise as eq
from equipoise.exchange.visit_names import event, moment, nearest
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


@pytest.mark.parametrize(
    ("text", "visit"),
    [
        ("visit_3_day_7_follo_arm_1", "day-7"),
        ("24_h_follow_up_rat_arm_1", "day-1"),
        ("baseline_selfrepo_arm_1", "baseline"),
        ("screening_selfrepo_arm_1", "baseline"),
        ("Day 7 (rating) (Arm 1: Main)", "day-7"),
        ("1 week follow-up", "day-7"),
        ("day_1_and_day_7_arm_1", None),
        ("visit_7_week_follo_arm_1", None),  # visit 7, not week 7
        ("day_70_arm_1", None),
        ("baseline_day_7_arm_1", None),  # two visits in one name
        ("odd_arm_1", None),
        ("visit_7_day_1_rating_arm_1", "day-1"),
        ("3 week 1 rating", None),  # week 3, or week 1
    ],
)
def test_events_with_further_words_are_guesses(text: str, visit: str | None) -> None:
    found = event(text, protocol())
    assert (found.visit if found else None) == visit
    assert found is None or not found.sure


def test_a_raw_name_that_redcap_cut_is_sure() -> None:
    plan = protocol().schedule
    longer = plan.visits[-1].model_copy(update={"label": "30 day follow-up survey"})
    visits = (*plan.visits[:-1], longer)
    trial = protocol().model_copy(
        update={"schedule": plan.model_copy(update={"visits": visits})}
    )
    found = event("30_day_follow_up_s_arm_1", trial)
    assert found is not None
    assert (found.visit, found.sure) == (longer.id, True)


def test_the_events_of_a_published_trial_are_not_taken_as_sure() -> None:
    # Names of the public data of orduek/ketamine_reconsolidation.
    for name in ("visit_7_week_follo_arm_1", "30_day_follow_up_s_arm_1"):
        found = event(name, feder())
        assert found is None or not found.sure
