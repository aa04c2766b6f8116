"""Adverse events, guesses and vital signs by name and values."""

from typing import Any

import pytest

from equipoise.exchange import recognize_events
from equipoise.exchange.column_profile import Look
from equipoise.exchange.dictionary import Field
from tests.exchange.small import feder
from tests.exchange.test_recognize_participants import look, rule, scene


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (look("ae_term", "nausea", "fall"), {"to": "events.term"}),
        (look("AETERM", "nausea"), {"to": "events.term"}),
        (look("adverse_event_severity", "1"), None),
        (
            look(
                "ae_sev",
                "1",
                "2",
                field=Field("ae_sev", choices={"1": "Mild", "2": "Severe"}),
            ),
            {"to": "events.severity", "values": {"1": "mild", "2": "severe"}},
        ),
        (
            look("ae_serious", "Yes", "No"),
            {"to": "events.serious", "values": {"Yes": "1", "No": "0"}},
        ),
        (
            look("ae_start", "2026-03-04"),
            {"to": "events.started_day", "format": "%Y-%m-%d"},
        ),
        (look("aestdtc", "4"), {"to": "events.started_day"}),
        (look("ae_end", "soon"), None),
        (look("ae_colour", "red"), None),
        (look("aerobics", "yes"), None),
        (look("term", "nausea"), None),
    ],
)
def test_adverse_events(one: Look, found: dict[str, Any] | None) -> None:
    assert rule(recognize_events.event(one, scene())) == found


def test_a_coded_term_gets_its_label() -> None:
    one = look("ae_term", "1", field=Field("ae_term", choices={"1": "Nausea"}))
    assert rule(recognize_events.event(one, scene())) == {
        "to": "events.term",
        "values": {"1": "Nausea"},
    }


def test_guesses() -> None:
    one = look("patient_guess", "Ketamine", "I do not know", once=False)
    assert rule(recognize_events.guess(one, scene())) == {
        "to": "guesses.participant",
        "values": {"Ketamine": "ketamine", "I do not know": "don't know"},
    }
    assert rule(recognize_events.guess(look("guess", "Ketamine"), scene())) is None


def test_vital_signs_that_the_protocol_asks_for() -> None:
    found = rule(recognize_events.measurement(look("sbp_mmhg", "120"), scene(feder())))
    assert found == {"to": "measurements.SYSBP"}
    assert rule(recognize_events.measurement(look("sbp_mmhg", "120"), scene())) is None
    assert (
        rule(recognize_events.measurement(look("sbp", "high"), scene(feder()))) is None
    )
