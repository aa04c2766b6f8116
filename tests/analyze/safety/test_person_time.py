"""Time observed, in the window and in all, and whether it depends on the outcome."""

from __future__ import annotations

from equipoise.analyze.safety.person_time import (
    emergent_time,
    last_day_observed,
    time_at_risk,
    why_not_compared,
)
from tests.analyze.safety.safety_trial import ARMS, event, trial, trial_data
from tests.analyze.small import data as small_data
from tests.analyze.small import protocol as small_protocol


def test_the_last_day_is_the_latest_of_visit_milestone_and_event() -> None:
    milestones = [("A2", "lost-to-follow-up", 20, None)]
    data = trial_data(
        milestones=milestones, events=[event("A3", "rash", 30)], seen="week-1"
    )
    days = last_day_observed(trial(), data)
    assert days[["A1", "A2", "A3"]].tolist() == [7, 20, 30]
    assert time_at_risk(trial(), data)["A1"] == 8


def test_a_rating_counts_as_observation() -> None:
    days = time_at_risk(small_protocol(), small_data())
    assert days["A1"] == 43  # day 42, day 0 included
    assert days["A4"] == 8  # rated last at week 1


def test_the_window_is_cut_at_its_end_and_at_the_last_day_observed() -> None:
    seen = dict.fromkeys(ARMS, "week-6") | {"A2": "week-1"}
    data = trial_data(milestones=[], seen=seen)
    days = emergent_time(trial(), data)
    assert days["A1"] == 9  # day 0 to day 8
    assert days["A2"] == 8  # day 0 to day 7, the last rating


def test_follow_up_by_response_is_not_compared() -> None:
    assert why_not_compared(trial()) is None
    reason = why_not_compared(trial(by_response=True))
    assert reason == (
        "not compared between arms: from Week 4 (day 28) on follow-up depends on the "
        "outcome (response)"
    )
    assert why_not_compared(trial(by_response=True), until=27) is None
    assert why_not_compared(trial(by_response=True), until=28) is not None
