"""The listings of individual efficacy response data."""

from __future__ import annotations

from equipoise.analyze.population.response_listing import (
    responses,
    secondary_responses,
)
from tests.analyze.feder import feder, virtual
from tests.analyze.population.full import changed, full_protocol, trial
from tests.analyze.small import data, protocol


def test_score_change_and_response_by_hand() -> None:
    listing = responses(protocol(), data())
    assert listing.columns == (
        "Participant", "Arm", "Visit", "Day", "Score", "Change", "Change, %", "Response",
    )  # fmt: skip
    mine = [row[2:] for row in listing.rows if row[0] == "A1"]
    assert mine == [
        ("Baseline", "", "20", "", "", ""),
        ("Week 1", "", "12", "−8", "−40", "no"),
        ("Week 2", "", "10", "−10", "−50", "yes"),
        ("Week 4", "", "9", "−11", "−55", "yes"),
        ("Week 6", "", "11", "−9", "−45", "no"),
    ]
    assert "event" not in listing.note


def test_the_day_is_the_recorded_one_and_never_a_planned_one() -> None:
    """The small trial records no day; in the full one A4 did not come to week 2."""
    rows = changed("visits", {"participant": "A1", "visit": "week-2"}, actual_day=16)
    listing = responses(full_protocol(), trial(visits=rows))
    days = {(row[0], row[2]): row[3] for row in listing.rows}
    assert days["A1", "Week 2"] == "16"
    assert days["A1", "Week 1"] == "7"
    assert days["A4", "Week 2"] == ""
    assert {row[3] for row in responses(protocol(), data()).rows} == {""}


def test_a_response_after_a_composite_event_is_marked() -> None:
    """A1 responds at weeks 2 and 4; a new treatment started on day 20."""
    known = data(milestones=[("A1", "new-treatment", 20, None)])
    listing = responses(protocol(), known)
    flags = {row[2]: row[7] for row in listing.rows if row[0] == "A1"}
    assert flags["Week 2"] == "yes"
    assert flags["Week 4"] == "yes (after event)"
    assert flags["Week 6"] == "no (after event)"
    assert not any("after" in row[7] for row in listing.rows if row[0] != "A1")
    assert listing.note.endswith(
        "(after event): response as rated, at a visit before which there was an event: "
        "new treatment, composite strategy. The analysis counts no response there: "
        "Response at week 2."
    )


def test_rows_are_sorted_by_arm_and_participant() -> None:
    rows = responses(protocol(), data()).rows
    people = list(dict.fromkeys(row[0] for row in rows))
    assert people == ["A1", "A2", "A3", "A4", "P1", "P2", "P3", "P4"]


def test_a_rating_that_is_missing_is_a_row() -> None:
    rows = {row[2]: row for row in responses(protocol(), data()).rows if row[0] == "A4"}
    assert rows["Week 2"][4:] == ("not rated", "", "", "")
    assert "Infusion" not in rows


def test_a_visit_that_was_not_due_is_no_row() -> None:
    rows = {r[2] for r in responses(full_protocol(), trial()).rows if r[0] == "A3"}
    assert "Week 4" not in rows  # A3 did not respond
    assert "Week 6" in rows


def test_an_increase_has_its_sign() -> None:
    rows = [r for r in responses(protocol(), data()).rows if r[0] == "P4"]
    assert rows[1][5] == "+1"


def test_responses_are_those_of_endpoints_that_are_not_exploratory() -> None:
    wanted = {
        feder().definition(e.variable.definition).label
        for e in feder().endpoints
        if e.type == "binary" and e.level != "exploratory" and e.variable.definition
    }
    columns = responses(feder(), virtual(n=4)).columns
    assert set(columns[7:]) <= wanted
    assert columns[7:]


def test_scores_of_secondary_endpoints_are_a_file() -> None:
    assert secondary_responses(protocol(), data()) == ()
    (listing,) = secondary_responses(feder(), virtual(n=4))
    assert not listing.printed
    assert listing.columns[2] == "Instrument"
    assert {row[2] for row in listing.rows} >= {"MADRS total", "IES-R total"}
    assert listing.id == "efficacy-responses-secondary"
