"""Deaths: from both sources, once each, and of whom it is not known."""

from __future__ import annotations

from equipoise.analyze.safety.deaths import deaths
from tests.analyze.safety.safety_trial import ARMS, event, trial, trial_data


def test_a_participant_dies_once() -> None:
    data = trial_data(
        milestones=[
            ("A1", "death", 9, "accident"),
            ("A2", "study-completed", 14, None),
        ],
        events=[
            event("A1", "injury", 8, outcome="fatal"),
            event("P1", "stroke", 4, stopped_day=6, outcome="died"),
        ],
        seen="week-1",
    )
    result = deaths(trial(), data)
    rows = result.table.to_dict("records")
    assert [(r["participant"], r["day"], r["cause"]) for r in rows] == [
        ("A1", 9, "accident"),
        ("P1", 6, "stroke"),
    ]
    assert result.recorded
    assert result.unknown == {"A3", "P2"}  # not at the last planned visit, and no end


def test_a_participant_at_the_last_planned_visit_was_alive() -> None:
    data = trial_data(milestones=[("A1", "randomized", 0, None)], seen="week-6")
    result = deaths(trial(), data)
    assert result.table.empty
    assert not result.unknown


def test_without_dispositions_nothing_is_recorded() -> None:
    result = deaths(trial(), trial_data(milestones=[]))
    assert not result.recorded
    assert result.unknown == set(ARMS)
