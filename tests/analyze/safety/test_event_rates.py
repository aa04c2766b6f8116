"""Rates in the treatment-emergent window and in all of the follow-up."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.analyze.result import Estimate
from equipoise.analyze.safety.adverse_events import adverse_events
from equipoise.stats.event_rates import rate_ratio
from tests.analyze.feder import emergent, feder, virtual
from tests.analyze.safety.safety_trial import ARMS, event, trial, trial_data

EVENTS = [event("A1", "rash", 1), event("A2", "rash", 2), event("P1", "rash", 30)]
VISITS = ("week-2", "week-4", "week-6")


def found(by_response: bool = False, **given: Any) -> dict[str, Estimate]:
    protocol = trial(by_response=by_response)
    data = trial_data(protocol=protocol, **given)
    return {e.id: e for e in adverse_events(protocol, data)}


def test_numerator_and_denominator_have_the_same_window() -> None:
    rows = found(events=[*EVENTS, event("P2", "rash", 5)], seen="week-6")
    assert rows["events.number.placebo"].estimate == 1  # that of day 30 is later
    assert rows["events.weeks.active"].estimate == pytest.approx(3 * 9 / 7)
    assert rows["events.rate.active"].estimate == pytest.approx(100 * 2 / (27 / 7))
    wanted = rate_ratio(2, 27, 1, 18)
    assert wanted is not None
    assert rows["events.rate-ratio"].estimate == pytest.approx(wanted.estimate)


def test_the_follow_up_is_a_second_row() -> None:
    rows = found(events=EVENTS, seen="week-6")
    assert rows["events.number-follow-up.placebo"].estimate == 1
    assert rows["events.weeks-follow-up.active"].estimate == pytest.approx(3 * 43 / 7)
    assert rows["events.rate-follow-up-ratio"].estimate is not None


def test_follow_up_that_depends_on_the_outcome_has_no_ratio_and_says_why() -> None:
    rows = found(by_response=True, events=EVENTS, seen="week-6")
    assert rows["events.rate-follow-up.active"].estimate is not None
    ratio = rows["events.rate-follow-up-ratio"]
    assert ratio.estimate is None
    assert "follow-up depends on the outcome" in str(ratio.note)


def test_without_a_treatment_period_there_is_no_treatment_emergent_rate() -> None:
    milestones = [(p, "treatment-started", None, None) for p in ARMS]
    rows = found(events=EVENTS, infusions=[], milestones=milestones)
    assert rows["events.rate.active"].estimate is None
    assert rows["events.rate.active"].analysis == "rate"
    assert rows["events.rate-ratio"].analysis == "rate-ratio"
    assert "treatment period is not recorded" in str(rows["events.rate-ratio"].note)
    assert rows["events.rate-follow-up.active"].estimate is not None


def test_the_reference_trial_shows_more_events_with_ketamine() -> None:
    """Repeated infusions bring more of the same events, in nearly equal time."""
    rows = {e.id: e for e in adverse_events(feder(), virtual())}
    ratio = rows["events.rate-ratio"]
    number = [
        rows[f"events.number.{arm}"].estimate for arm in ("ketamine", "midazolam")
    ]
    weeks = [rows[f"events.weeks.{arm}"].estimate for arm in ("ketamine", "midazolam")]
    arm = emergent(virtual())["participant"].map(virtual().arm)
    assert number == [(arm == name).sum() for name in ("ketamine", "midazolam")]
    assert (number, ratio.estimate is not None) == ([67, 40], True)
    equal = rate_ratio(67, 1, 40, 1)  # R: poisson.test(c(67, 40), c(1, 1))
    assert equal is not None
    assert equal.estimate == pytest.approx(1.675, abs=1e-4)
    # One participant left the treatment early: the times differ by less than 1%.
    assert weeks[0] == pytest.approx(weeks[1], rel=0.01)
    assert ratio.estimate == pytest.approx(equal.estimate, rel=0.01)
    assert rows["events.rate-follow-up-ratio"].estimate is None


EARLY = [event("A1", "rash", 1), event("A1", "rash", 6), event("P1", "rash", 2)]


@cache
def without_later() -> dict[str, Estimate]:
    return found(events=EARLY)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.sampled_from(VISITS), min_size=3, max_size=3),
    st.lists(st.integers(15, 60), max_size=3),
)
def test_later_follow_up_of_one_arm_never_changes_the_treatment_emergent_ratio(
    last: list[str], days: list[int]
) -> None:
    plain = without_later()
    seen = dict.fromkeys(ARMS, "week-2") | dict(
        zip(("A1", "A2", "A3"), last, strict=True)
    )
    later = [event("A2", "rash", day) for day in days]
    longer = found(events=[*EARLY, *later], seen=seen)
    for name in ("events.rate.active", "events.rate.placebo", "events.rate-ratio"):
        assert longer[name].estimate == plain[name].estimate
        assert longer[name].lower == plain[name].lower
