"""Hold and stopping rules: which fire when."""

from datetime import timedelta

import pytest

from equipoise.conduct.safety.stopping_rules import (
    Course,
    Measured,
    alerts,
    missing_before,
    phase,
    standing,
    weight_differs,
)
from equipoise.protocol.governance import SafetyRule
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW

BEFORE, RUNNING, DONE = Course(), Course(NOW), Course(NOW, NOW + timedelta(minutes=40))


def rule(protocol: Protocol, name: str) -> SafetyRule:
    return next(rule for rule in protocol.safety_rules if rule.id == name)


@pytest.mark.parametrize(
    ("name", "value", "fired"),
    [
        ("stop-sysbp", 179.9, False),
        ("stop-sysbp", 180, True),
        ("stop-oxysat", 90, True),
        ("stop-oxysat", 91, False),
    ],
)
def test_a_rule_fires_at_its_limit(
    feder: Protocol, name: str, value: float, fired: bool
) -> None:
    assert rule(feder, name).is_met_by(str(value)) is fired


@pytest.mark.parametrize(
    ("minute", "course", "said"),
    [
        (-30, BEFORE, "before infusion"),
        (-30, RUNNING, "before infusion"),
        (0, BEFORE, "before infusion"),
        (10, BEFORE, "during infusion"),
        (60, RUNNING, "during infusion"),
        (40, DONE, "during infusion"),
        (41, DONE, "after infusion"),
        (41, Course(NOW, NOW + timedelta(minutes=55)), "during infusion"),
    ],
)
def test_the_phase_follows_the_real_infusion(
    minute: int, course: Course, said: str
) -> None:
    assert phase(minute, course, 40) == said


def test_the_strongest_rule_of_a_value_is_shown(feder: Protocol) -> None:
    found = alerts(feder.safety_rules, [Measured("SYSBP", 10, 185)], RUNNING, 40)
    assert [alert.rule.id for alert in found] == ["stop-sysbp"]
    watched = alerts(feder.safety_rules, [Measured("SYSBP", 10, 165)], RUNNING, 40)
    assert [alert.rule.id for alert in watched] == ["watch-sysbp"]


def test_a_repeated_value_ends_an_alert(feder: Protocol) -> None:
    measured = [Measured("SYSBP", 10, 185), Measured("SYSBP", 15, 150)]
    assert standing(feder.safety_rules, measured, RUNNING, 40) == []
    assert len(alerts(feder.safety_rules, measured, RUNNING, 40)) == 1


def test_a_hold_is_of_the_time_before(feder: Protocol) -> None:
    held = standing(feder.safety_rules, [Measured("DIABP", -30, 95)], BEFORE, 40)
    assert [alert.rule.id for alert in held] == ["hold-diabp"]
    assert standing(feder.safety_rules, [Measured("DIABP", -30, 95)], RUNNING, 40) == []


@pytest.mark.parametrize(
    ("minutes", "lacking"), [(61, ["SYSBP"]), (60, []), (0, []), (-1, ["SYSBP"])]
)
def test_a_measurement_holds_for_the_minutes_of_the_protocol(
    minutes: int, lacking: list[str]
) -> None:
    one = Measured("SYSBP", -30, 120, -30, NOW - timedelta(minutes=minutes))
    assert missing_before(["SYSBP"], [one], NOW, 60) == lacking


def test_a_measurement_without_a_time_counts_for_nothing() -> None:
    assert missing_before(["SYSBP"], [Measured("SYSBP", -30, 120)], NOW, 60) == [
        "SYSBP"
    ]


@pytest.mark.parametrize(
    ("today", "differs"), [(72.0, False), (88.0, False), (71.9, True), (88.1, True)]
)
def test_a_tenth_of_the_weight_of_the_syringe_is_allowed(
    today: float, differs: bool
) -> None:
    assert weight_differs(today, 80.0, 10) is differs
