"""Counts by arm: what is unknown is no zero."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analyze.safety.event_counts import EventCounts
from equipoise.stats.proportions import risk_difference
from tests.analyze.safety.safety_trial import ARMS, trial

ARM = pd.Series(ARMS)


def counts(not_compared: str | None = None) -> EventCounts:
    return EventCounts(trial(), trial().endpoint("harm"), ARM, not_compared)


def test_a_count_has_its_proportion_and_the_arms_their_difference() -> None:
    made = counts()
    made.participants("x", "label", {"A1", "A2", "P1", "somebody else"})
    rows = {e.id: e for e in made.estimates}
    assert (rows["events.x.active"].estimate, rows["events.x.active"].n) == (2, 3)
    assert rows["events.x.placebo"].statistic == 0.5
    wanted = risk_difference(2, 3, 1, 2)
    assert rows["events.x.difference"].lower == wanted.lower


def test_a_reason_takes_the_place_of_the_difference() -> None:
    made = counts("not compared between arms: because")
    made.participants("x", "label", {"A1"})
    row = made.estimates[-1]
    assert row.estimate is None
    assert row.note == "label; not compared between arms: because"


def test_no_number_for_any_arm() -> None:
    made = counts()
    made.unknown("x", "not recorded")
    assert [e.estimate for e in made.estimates] == [None, None]


@given(st.sets(st.sampled_from(list(ARMS))), st.sets(st.sampled_from(list(ARMS))))
def test_where_anything_is_unknown_nothing_is_claimed_to_be_absent(
    who: set[str], unknown: set[str]
) -> None:
    made = counts()
    made.participants("x", "label", who, unknown - who)
    rows = {e.id: e for e in made.estimates}
    for arm in ("active", "placebo"):
        row = rows[f"events.x.{arm}"]
        open_here = any(ARMS[p] == arm for p in unknown - who)
        if open_here:
            assert row.estimate != 0
            assert row.statistic is None
            assert rows["events.x.difference"].estimate is None
        else:
            assert row.estimate == sum(ARMS[p] == arm for p in who)
