"""Listings of serious events and deaths: all of them, and nothing invented."""

from __future__ import annotations

from typing import Any

import pytest

from equipoise.analyze.result import Listing
from equipoise.analyze.safety.listings import HEAD, safety_listings
from tests.analyze.safety.safety_trial import ARMS, event, trial, trial_data


def listings(**given: Any) -> dict[str, Listing]:
    return {one.id: one for one in safety_listings(trial(), trial_data(**given))}


def test_deaths_serious_and_significant_events_are_listed_with_the_reason() -> None:
    milestones = [(p, "study-completed", 14, None) for p in ARMS if p != "P1"]
    milestones.append(("P1", "death", 12, "accident"))
    events = [
        event("A1", "syncope", 1, serious=True),
        event("A2", "rash", 1, action="DRUG WITHDRAWN"),
        event("A3", "nausea", 1, action="DRUG INTERRUPTED"),
        event("P2", "cough", 1),
        event("P2", "stroke", 3, outcome="FATAL"),
    ]
    table = listings(events=events, milestones=milestones)["serious-events"]
    assert {(row[0], row[2], row[3]) for row in table.rows} == {
        ("P1", "death", "accident"),
        ("P2", "death", "stroke"),
        ("A1", "serious", "syncope"),
        ("A2", "led to discontinuation of treatment", "rash"),
        ("A3", "led to a change or interruption of the dose", "nausea"),
    }
    assert all(len(row) == len(table.columns) for row in table.rows)
    death = next(row for row in table.rows if row[3] == "accident")
    assert death[table.columns.index("Start day")] == "12"


def test_every_event_has_its_flag_duration_and_infusion() -> None:
    events = [
        event("A1", "rash", 4, stopped_day=6),
        event("A1", "late", 20),
        event("A1", "undated", None, serious=None),
    ]
    table = listings(events=events)["adverse-events"]
    rows = {row[2]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert table.columns == HEAD
    assert rows["rash"]["Treatment-emergent"] == "yes"
    assert rows["rash"]["Duration, days"] == "3"
    assert rows["rash"]["Relation to infusion"] == "1 d after infusion 2"
    assert rows["late"]["Treatment-emergent"] == "no"
    assert rows["undated"]["Start day"] == ""
    assert rows["undated"]["Serious"] == ""
    assert "5 days after the last dose" in table.note


def test_none_is_said_only_where_everything_is_known() -> None:
    events = [event("A1", "rash", 1)]
    assert listings(events=events)["serious-events"].note == (
        "No death and no serious adverse event was recorded."
    )
    assert listings(confirmed_empty=("events",))["adverse-events"].note == (
        "No adverse event was recorded."
    )


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, ("Serious adverse events: not known", "No death was recorded.")),
        (
            {"events": [event("A1", "rash", 1, serious=None), event("A1", "x", 1)]},
            ("Seriousness not recorded for 1 of 2 events.", "No death was recorded."),
        ),
        (
            {"events": [event("A1", "rash", 1)], "milestones": []},
            ("Deaths: not recorded", "No serious adverse event was recorded."),
        ),
        (
            {"events": [event("A1", "x", 1)], "milestones": [("A1", "death", 3, "")]},
            ("Final status not recorded for 4 participants.",),
        ),
        (
            {"milestones": []},
            ("Deaths: not recorded", "Serious adverse events: not known"),
        ),
    ],
)
def test_what_is_not_known_is_said_so(given: Any, wanted: tuple[str, ...]) -> None:
    note = listings(**given)["serious-events"].note
    for sentence in wanted:
        assert sentence in note
    assert "No death and no serious" not in note


def test_without_a_treatment_period_no_event_is_classified() -> None:
    table = listings(events=[event("A1", "rash", 1)], infusions=[])["adverse-events"]
    assert table.rows[0][HEAD.index("Treatment-emergent")] == "not known"
    assert "treatment period is not recorded" in table.note
