"""Narratives state what the data hold, and nothing else."""

from __future__ import annotations

from equipoise.analyze.safety.listings import safety_listings
from tests.analyze.safety.safety_trial import event, trial, trial_data


def texts(**given: object) -> list[tuple[str, ...]]:
    listings = safety_listings(trial(), trial_data(**given))  # type: ignore[arg-type]
    return list(next(one for one in listings if one.id == "narratives").rows)


def test_a_serious_event_has_its_infusions_and_its_brackets() -> None:
    event_row = event("A2", "syncope", 4, serious=True, severity=None, action=None)
    ((person, text),) = texts(events=[event_row])
    assert person == "A2"
    assert (
        "randomized to Active, had the serious adverse event “syncope” on day 4" in text
    )
    assert "1 days after infusion 2" in text
    assert "Infusions received in all: 2." in text
    assert "Severity: [not recorded]" in text
    assert "Action taken: [not recorded]" in text


def test_infusions_that_were_not_recorded_are_not_zero() -> None:
    ((_, text),) = texts(events=[event("A2", "syncope", 4, serious=True)], infusions=[])
    assert "Infusions received in all: [not recorded]." in text


def test_a_death_has_its_day_and_cause() -> None:
    ((person, text),) = texts(milestones=[("P1", "death", 20, "accident")])
    assert person == "P1"
    assert "died on day 20. Cause: accident." in text
