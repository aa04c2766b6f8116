"""Rules met while the infusion went on, by arm."""

from __future__ import annotations

from dataclasses import replace

from equipoise.analyze.safety.broken_rules import broken_rules
from equipoise.analyze.safety.rules_table import rules_broken
from tests.analyze.feder import feder, virtual
from tests.analyze.safety.safety_trial import trial, trial_data

VALUES = {
    ("A1", "infusion", -10): 155.0,
    ("A1", "infusion-2", -10): 151.0,
    ("A2", "infusion", -10): 120.0,
    ("A2", "infusion", 10): 185.0,
    ("P1", "infusion", -10): 120.0,
}


def test_participants_and_infusions_of_those_measured() -> None:
    rows = {e.id: e for e in rules_broken(trial(), trial_data(values=VALUES))}
    hold = rows["broken-rules.hold.active"]
    assert (hold.estimate, hold.n) == (1, 2)
    infusions = rows["broken-rules.hold.infusions.active"]
    assert (infusions.estimate, infusions.n) == (2, 3)
    stop = rows["broken-rules.stop.active"]
    assert (stop.estimate, stop.n) == (1, 1)
    assert rows["broken-rules.hold.placebo"].estimate == 0
    nobody = rows["broken-rules.stop.placebo"]
    assert nobody.estimate is None
    assert "no participant was measured" in str(nobody.note)


def test_what_was_done_is_not_known_without_the_flag() -> None:
    data = trial_data(values=VALUES)
    exposures = data.exposures.assign(interrupted=None)
    other = trial_data(values=VALUES, more={"exposures": exposures})
    rows = {e.id: e for e in rules_broken(trial(), other)}
    assert rows["broken-rules.hold.active"].estimate == 1  # it was given
    assert rows["broken-rules.stop.active"].estimate is None
    assert rows["broken-rules.stop.not-known.active"].estimate == 1


def test_without_exposures_arms_are_those_randomized() -> None:
    """Nobody can be said to have been treated; who was measured is still counted."""
    data = trial_data(values=VALUES)
    rows = {
        e.id: e
        for e in rules_broken(trial(), replace(data, exposures=data.exposures[:0]))
    }
    assert rows["broken-rules.hold.active"].n == 2
    assert rows["broken-rules.hold.placebo"].n == 1


def test_without_measurements_nothing_is_counted() -> None:
    (only,) = rules_broken(trial(), trial_data())
    assert only.estimate is None
    assert "the data hold no vital signs" in str(only.note)


def test_the_reference_trial_counts_what_is_listed() -> None:
    data = virtual()
    rows = {e.id: e for e in rules_broken(feder(), data)}
    listed = broken_rules(feder(), data)
    for arm in ("ketamine", "midazolam"):
        own = [r for r in listed if r.arm == arm and r.rule_id == "hold-diabp"]
        assert rows[f"broken-rules.hold-diabp.infusions.{arm}"].estimate == len(own)
        people = len({r.participant for r in own})
        assert rows[f"broken-rules.hold-diabp.{arm}"].estimate == people
