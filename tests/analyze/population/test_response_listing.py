"""The listing of individual efficacy response data."""

from __future__ import annotations

from equipoise.analyze.population.response_listing import responses
from tests.analyze.population.full import full_protocol, trial
from tests.analyze.small import data, protocol


def test_score_change_and_response_by_hand() -> None:
    listing = responses(protocol(), data())
    assert listing.columns == (
        "Participant", "Arm", "Visit", "Day", "Score", "Change", "Response",
    )  # fmt: skip
    mine = [row[2:] for row in listing.rows if row[0] == "A1"]
    assert mine == [
        ("Baseline", "-1", "20", "", ""),
        ("Week 1", "7", "12", "−8", "no"),
        ("Week 2", "14", "10", "−10", "yes"),
        ("Week 4", "28", "9", "−11", "yes"),
        ("Week 6", "42", "11", "−9", "no"),
    ]


def test_a_rating_that_is_missing_is_a_row() -> None:
    rows = {row[2]: row for row in responses(protocol(), data()).rows if row[0] == "A4"}
    assert rows["Week 2"][4:] == ("not rated", "", "")
    assert "Infusion" not in rows


def test_a_visit_that_was_not_due_is_no_row() -> None:
    rows = {r[2] for r in responses(full_protocol(), trial()).rows if r[0] == "A3"}
    assert "Week 4" not in rows  # A3 did not respond
    assert "Week 6" in rows


def test_an_increase_has_its_sign() -> None:
    rows = [r for r in responses(protocol(), data()).rows if r[0] == "P4"]
    assert rows[1][5] == "+1"
