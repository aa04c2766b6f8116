"""Curves of the loss between visits, and of leaving, on the small trial."""

import pytest

from equipoise.analyze.time_to_event.curves import between_visits, leaving
from equipoise.analyze.time_to_event.estimates import later_visits
from equipoise.analyze.time_to_event.times import times
from tests.analyze.small import SCORES, data, protocol


def test_the_loss_lies_between_two_visits() -> None:
    """A1 responds, holds it at week 4 and has lost it at week 6: days 14 to 28 since."""
    trial = protocol()
    table = times(trial, data(), trial.endpoint("relapse"))
    mine = table[table["arm"] == "active"]
    found = {e.id: e for e in between_visits(trial.endpoint("relapse"), "active", mine)}
    curve = [e for e in found.values() if e.analysis == "turnbull"]
    assert [(e.statistic, e.estimate) for e in curve] == [(28.0, 0.5)]
    middle = found["relapse.turnbull-median.active"]
    assert middle.estimate == 21.0
    assert "after day 14 and by day 28" in (middle.note or "")


def test_nobody_at_risk_no_curve() -> None:
    trial = protocol()
    table = times(trial, data(), trial.endpoint("relapse"))
    assert between_visits(trial.endpoint("relapse"), "active", table[:0]) == []


def test_who_leaves_with_the_state_competes() -> None:
    trial = protocol()
    known = data(SCORES, milestones=[("A2", "study-withdrawn", 50, "moved")])
    table = times(trial, known, trial.endpoint("relapse"))
    endpoint = trial.endpoint("relapse")
    found = leaving(trial, known, endpoint, table, later_visits(trial, endpoint))
    steps = [e for e in found if e.analysis == "incidence" and e.contrast == "active"]
    assert [(e.note, e.statistic, e.estimate) for e in steps] == [
        ("loss", 28.0, 0.5),
        ("leaving", 36.0, 0.5),
    ]
    by_id = {e.id.removeprefix("relapse.incidence-at-visit."): e for e in found}
    assert by_id["loss.active.week-4"].estimate == 0
    assert by_id["loss.active.week-6"].estimate == 0.5
    assert by_id["leaving.active.week-6"].estimate == 0  # A2 left on day 50
    assert by_id["loss.placebo.week-4"].estimate == 1
    assert by_id["loss.placebo.week-4"].visit == "week-4"


def test_nobody_left_nothing_competes() -> None:
    trial = protocol()
    table = times(trial, data(), trial.endpoint("relapse"))
    endpoint = trial.endpoint("relapse")
    visits = later_visits(trial, endpoint)
    stayed = data(milestones=[("A3", "study-withdrawn", 20, None)])  # not at risk
    found = leaving(trial, stayed, endpoint, table, visits)
    assert [(e.id, e.estimate, e.n) for e in found] == [
        ("relapse.left.active", 0, 2),
        ("relapse.left.placebo", 0, 1),
    ]


def test_without_dispositions_it_is_not_known_who_left() -> None:
    trial = protocol()
    endpoint = trial.endpoint("relapse")
    table = times(trial, data(), endpoint)
    found = leaving(trial, data(), endpoint, table, later_visits(trial, endpoint))
    assert [e.estimate for e in found] == [None, None]
    assert all("not known, the data hold no record" in str(e.note) for e in found)


def test_an_event_on_a_known_day_is_its_own_interval() -> None:
    trial = protocol()
    known = data(milestones=[("P2", "new-treatment", 20, None)])
    table = times(trial, known, trial.endpoint("relapse"))
    rows = table[table["arm"] == "placebo"]
    found = between_visits(trial.endpoint("relapse"), "placebo", rows)
    assert found[0].estimate == pytest.approx(6)
    assert found[0].note == "day 6, the known day of an event"
