"""Listings of serious events and deaths: all of them, and nothing invented."""

from equipoise.analyze.safety.listings import safety_listings
from tests.analyze.small import data, protocol

MORE = {"A2": {"age": 43, "sex": "F"}}


def test_a_serious_event_has_its_row_and_its_narrative() -> None:
    known = data(
        events=[("A2", "syncope", 1, True), ("P1", "headache", 2, False)], more=MORE
    )
    serious, narratives, every = safety_listings(protocol(), known)
    assert [row[:3] for row in serious.rows] == [("A2", "Active", "syncope")]
    assert serious.rows[0][3] == "1"
    person, text = narratives.rows[0]
    assert person == "A2"
    assert "Participant A2 (43, f), randomized to Active," in text
    assert "“syncope” on day 1" in text
    assert "Severity: [not recorded]" in text
    assert len(every.rows) == 2


def test_a_death_is_listed_even_without_an_event() -> None:
    known = data(milestones=[("P1", "death", 20, "accident")])
    serious, narratives, _ = safety_listings(protocol(), known)
    assert serious.rows[0][0] == "P1"
    assert serious.rows[0][-1] == "accident"
    assert "died on day 20. Cause: accident." in narratives.rows[0][1]


def test_none_is_said_in_words() -> None:
    serious, narratives, every = safety_listings(protocol(), data())
    assert not serious.rows + narratives.rows + every.rows
    assert serious.note.startswith("No death and no serious adverse event")
