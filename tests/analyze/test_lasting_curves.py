"""Curves of the loss between visits, and of leaving, on the small trial."""

from equipoise.analyze.lasting_curves import between_visits, leaving
from equipoise.analyze.times_to_loss import times
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
    mine = table[table["arm"] == "active"]
    found = leaving(known, trial.endpoint("relapse"), "active", mine)
    assert [(e.note, e.statistic, e.estimate) for e in found] == [
        ("loss", 28.0, 0.5),
        ("leaving", 36.0, 0.5),
    ]


def test_nobody_left_nothing_competes() -> None:
    trial = protocol()
    table = times(trial, data(), trial.endpoint("relapse"))
    assert leaving(data(), trial.endpoint("relapse"), "active", table) == []
