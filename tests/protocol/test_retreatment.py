"""Infusions that a loss of response triggers: in the schedule, with limits, described."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.protocol.amend import content_hash
from equipoise.protocol.calendar import Retreatment
from equipoise.protocol.notes import notes
from equipoise.protocol.retreatment import descriptions, handling, rated_after
from equipoise.protocol.schedule import decided_at
from tests.protocol.faults import Change, found, read

BOOSTER = """[[schedule.visits]]
id = "booster-{n}"
label = "Booster {n}"
day = {day}
window = [0, 2]
phase = "follow-up"
only_if = "relapse"
infusion = {infusion}
procedures = ["infusion-day"]
assumed = true

"""
WEEK_6 = '[[schedule.visits]]\nid = "week-6"'
WEEK_10 = '[[schedule.visits]]\nid = "week-10"'
ONE: tuple[Change, ...] = ((WEEK_6, BOOSTER.format(n=1, day=36, infusion=7) + WEEK_6),)
TWO: tuple[Change, ...] = (
    *ONE,
    (WEEK_10, BOOSTER.format(n=2, day=57, infusion=8) + WEEK_10),
)
LIMITS = (
    '[[schedule.retreatments]]\ntrigger = "relapse"\nmaximum = {most}\n'
    "interval_days = {days}\nassumed = true\n\n"
)


def limited(most: int, days: int, *more: Change) -> tuple[Change, ...]:
    return (*TWO, (WEEK_6, LIMITS.format(most=most, days=days) + WEEK_6), *more)


def test_a_loss_of_response_triggers_an_infusion() -> None:
    assert found(*TWO) == []
    trial = read(*TWO)[0]
    assert trial is not None
    assert [visit.id for visit in trial.triggered()] == ["booster-1", "booster-2"]
    # The rating of responders just before decides, not the last one of all at week 2.
    assert decided_at(trial, "relapse", "booster-1") == "week-5"
    assert decided_at(trial, "relapse", "booster-2") == "week-8"
    assert decided_at(trial, "response", "week-6") == "week-2"


def test_the_note_states_who_has_it_how_often_and_in_which_arms() -> None:
    trial = read(*limited(1, 14))[0]
    assert trial is not None
    (text,) = descriptions(trial)
    assert "Booster 1 (day 36; decided at Week 5)" in text
    assert "present at Week 2 and absent at the deciding rating" in text
    assert "at most 1 for one participant, at least 14 days apart" in text
    assert "each arm receives its own treatment" in text
    assert text in notes(trial)


def test_ratings_after_it_are_analyzed_and_the_check_says_so() -> None:
    later: Change = ('at = "week-2"\n\n[endpoints.estimand]',
                     'at = "week-12"\n\n[endpoints.estimand]')  # fmt: skip
    visits: Change = (
        'visits = ["post-24h", "week-1", "week-2"]',
        'visits = ["post-24h", "week-1", "week-2", "week-12"]',
    )
    trial = read(*TWO, visits, later)[0]
    assert trial is not None
    endpoint = trial.endpoint("caps5_change")
    assert [v.id for v in rated_after(trial, endpoint)] == ["booster-1", "booster-2"]
    assert any(
        text.startswith(
            "caps5_change: ratings after Booster 1 and Booster 2 are analyzed"
        )
        for text in notes(trial)
    )
    assert endpoint.label in handling(trial)
    before = read(*TWO)[0]
    assert before is not None
    assert rated_after(before, before.endpoint("caps5_change")) == ()
    assert handling(before) == ""


@pytest.mark.parametrize(
    "changes",
    [
        limited(3, 14),  # two visits
        limited(2, 40),  # 57 + 2 - 36 days
        (*ONE, (WEEK_6, LIMITS.format(most=1, days=1).replace("relapse", "response")
                + WEEK_6)),
        limited(1, 14, (WEEK_10, LIMITS.format(most=1, days=9) + WEEK_10)),
    ],
)  # fmt: skip
def test_limits_that_the_visits_cannot_have(changes: tuple[Change, ...]) -> None:
    assert {code for code, _ in found(*changes)} == {"EQ126"}


def test_a_rating_after_time_zero_must_decide() -> None:
    early: Change = ('only_if = "response"', 'only_if = "relapse"')  # of week 3
    assert found(early) == [("EQ115", "schedule.visits[week-3].only_if")]


def test_protocols_without_limits_keep_their_hash() -> None:
    with_visits, with_limits = read(*TWO)[0], read(*limited(2, 14))[0]
    assert with_visits is not None
    assert with_limits is not None
    bare = with_visits.model_copy(
        update={
            "schedule": with_visits.schedule.model_copy(update={"retreatments": ()})
        }
    )
    assert content_hash(bare) == content_hash(with_visits)
    assert content_hash(with_limits) != content_hash(with_visits)


@pytest.mark.property
@given(
    most=st.integers(1, 4),
    apart=st.integers(1, 60),
    days=st.lists(st.integers(0, 200), max_size=12, unique=True).map(sorted),
)
def test_limits_are_never_exceeded(most: int, apart: int, days: list[int]) -> None:
    """Whatever visits are offered: no more than the maximum, none too near."""
    limit = Retreatment(trigger="loss", maximum=most, interval_days=apart, assumed=True)
    had: list[float] = []
    for day in days:
        had += [day] if limit.allows(had, day) else []
    assert len(had) <= most
    assert all(b - a >= apart for a, b in pairwise(had))
    assert bool(had) == bool(days)
