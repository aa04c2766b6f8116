"""When the pharmacy asks the investigator: by the record, and never saying what it is."""

from pathlib import Path

import pytest

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pharmacy.dispensing import must_ask
from equipoise.protocol.model import Protocol
from tests.conduct.pharmacy.test_preparation import By
from tests.conduct.pharmacy.treated import randomized
from tests.conduct.screened import form, write


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    return randomized(key, actor("coordinator"))


def sampled(number: int, result: str) -> None:
    form("P0001", f"pregnancy-test#{number}", {"LBPERF": "yes", "LBORRES": result})


def test_nothing_is_asked_of_who_is_eligible(person: Participant) -> None:
    assert must_ask(person) is False
    sampled(1, "negative")
    assert must_ask(person) is False


def test_the_last_test_counts(person: Participant) -> None:
    sampled(1, "positive")
    assert must_ask(person) is True
    sampled(2, "invalid")
    assert must_ask(person) is False
    sampled(3, "positive")
    assert must_ask(person) is True
    sampled(1, "negative")  # a correction is the last thing that was said
    assert must_ask(person) is False


def test_a_void_test_says_nothing(person: Participant) -> None:
    sampled(1, "positive")
    write("P0001", [Fact("void", "pregnancy-test#1", reason="another participant's")])
    assert must_ask(person) is False


def test_a_criterion_that_no_longer_holds_is_asked_about(
    person: Participant, study: Protocol
) -> None:
    pregnant = next(c.id for c in study.eligibility if c.text == "Pregnancy")
    form("P0001", "eligibility", {pregnant: "yes"})
    assert must_ask(person) is True
    form("P0001", "eligibility", {pregnant: "no"})
    assert must_ask(person) is False
    form("P0001", "characteristics", {"age": "75"})  # the protocol takes up to 70
    assert must_ask(person) is True
