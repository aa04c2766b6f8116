"""Terms by infusion, of those who received it."""

from __future__ import annotations

from equipoise.analyze.safety.adverse_events import adverse_events
from tests.analyze.safety.safety_trial import event, trial, trial_data

EVENTS = [
    event("A1", "rash", 0),
    event("A1", "rash", 1),  # the day after
    event("A1", "cough", 4),
    event("A2", "rash", 6),  # later than the day after infusion 2
    event("A3", "rash", None),
    event("P1", "rash", 3),
]


def test_participants_of_those_infused_and_events() -> None:
    infusions = [(p, "infusion") for p in ("A1", "A2", "A3", "P1", "P2")]
    infusions += [("A1", "infusion-2"), ("A2", "infusion-2"), ("P1", "infusion-2")]
    data = trial_data(events=EVENTS, infusions=infusions)
    rows = {e.id: e for e in adverse_events(trial(), data)}
    first = rows["events.infusion-1.active"]
    assert (first.estimate, first.n) == (1, 3)
    assert rows["events.infusion-1.events.active"].estimate == 2
    second = rows["events.infusion-2.active"]
    assert (second.estimate, second.n, second.statistic) == (1, 2, 0.5)
    assert rows["events.infusion-2.placebo"].estimate == 1
    assert rows["events.no-infusion.events.active"].estimate == 2
    names = {e.note: e.id for e in rows.values() if e.id.endswith(".infusion-2.active")}
    assert rows[names["infusion 2, cough"]].estimate == 1
    assert rows[names["infusion 2, rash"]].estimate == 0


def test_an_infusion_that_an_arm_did_not_receive_has_no_count() -> None:
    infusions = [(p, "infusion") for p in ("A1", "P1")] + [("A1", "infusion-2")]
    data = trial_data(events=EVENTS, infusions=infusions)
    rows = {e.id: e for e in adverse_events(trial(), data)}
    assert rows["events.infusion-2.placebo"].estimate is None
    assert rows["events.infusion-2.placebo"].n == 0


def test_without_infusions_there_is_no_such_count() -> None:
    milestones = [(p, "treatment-started", 0, None) for p in ("A1", "P1")]
    data = trial_data(events=EVENTS, infusions=[], milestones=milestones)
    rows = adverse_events(trial(), data)
    assert any(e.id == "events.any.active" for e in rows)
    assert not any("infusion" in e.id for e in rows)
