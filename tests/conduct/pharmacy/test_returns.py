"""Syringes that come back and are destroyed: two people, and nothing twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import (
    pharmacy_register,
    syringes,
    verification,
)
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import plan_day0
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.pharmacy import stock as register
from equipoise.conduct.pharmacy.dispensing import begun
from equipoise.errors import ConductError
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.test_discarding import WHY, By, holds, prepared, start
from tests.conduct.pharmacy.test_preparation import fill
from tests.conduct.pharmacy.treated import randomized, stocked


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    made = randomized(key, actor("coordinator"))
    stocked(key)
    plan_day0(made, NOW.date(), actor=actor("coordinator"), at=NOW)
    return made


@pytest.fixture
def second(actor: By) -> Actor:
    return replace(actor("pharmacist"), name="second-pharmacist")


@pytest.fixture
def ready(person: Participant, key: Path, actor: By, second: Actor) -> str:
    """The number of a released syringe."""
    return prepared(person, key, actor("pharmacist"), second)


def move(number: str, kind: str, key: Path, actor: Actor, reason: str = WHY) -> None:
    accountability.move(number, kind, reason=reason, key=key, actor=actor, at=NOW)


def fate(number: str) -> str:
    made = syringes.syringe(number)
    return accountability.fate(
        made, begun([made.participant]), pharmacy_register.ends()
    )


def test_from_a_returned_syringe_to_its_destruction(
    person: Participant, ready: str, key: Path, actor: By, second: Actor
) -> None:
    first = actor("pharmacist")
    with pytest.raises(ConductError, match=r"EQ940.*released.*cannot be destroyed"):
        move(ready, "destroyed", key, first)
    for _ in range(2):  # a double click
        move(ready, "returned", key, first, "the participant did not come")
    assert (fate(ready), holds(person)) == ("returned", "")
    for _ in range(2):
        move(ready, "destroyed", key, first, "incinerated")
    assert fate(ready) == "to be destroyed"
    (waiting,) = register.destructions(second, key)
    assert (waiting.syringe, waiting.mine, waiting.lot) == (ready, False, None)
    seq = waiting.entry.seq
    with pytest.raises(ConductError, match=r"EQ949.*not by the user who recorded it"):
        register.confirm(seq, agrees=True, key=key, actor=first, at=NOW)
    register.confirm(seq, agrees=True, key=key, actor=second, at=NOW)
    assert fate(ready) == "destroyed"
    assert register.destructions(second, key) == []
    with pytest.raises(ConductError, match=r"EQ949.*confirmed once"):
        register.confirm(seq, agrees=False, key=key, actor=second, at=NOW)
    with pytest.raises(ConductError, match="EQ940"):
        move(ready, "returned", key, second)
    assert verification.verify(key) == []
    assert verify().findings == ()


def test_a_destruction_that_was_declined_did_not_take_place(
    ready: str, key: Path, actor: By, second: Actor
) -> None:
    move(ready, "quarantined", key, actor("pharmacist"))
    move(ready, "destroyed", key, actor("pharmacist"), "said too early")
    (waiting,) = register.destructions(second, key)
    register.confirm(waiting.entry.seq, agrees=False, key=key, actor=second, at=NOW)
    assert fate(ready) == "quarantined"
    move(ready, "destroyed", key, second, "incinerated")
    assert fate(ready) == "to be destroyed"


def test_what_is_left_of_an_infusion_comes_back(
    person: Participant, ready: str, key: Path, actor: By
) -> None:
    assert not start(person, actor, ready).errors
    with pytest.raises(ConductError, match="EQ940 an infusion has started"):
        move(ready, "quarantined", key, actor("pharmacist"))
    move(ready, "returned", key, actor("pharmacist"), "12 mL left")
    assert fate(ready) == "returned"
    assert holds(person) == ready  # it is the one that was given
    assert syringes.syringe(ready).stands


@pytest.mark.parametrize("kind", ["returned", "destroyed", "eaten", ""])
def test_what_was_only_prepared_is_quarantined_first(
    person: Participant, key: Path, actor: By, kind: str
) -> None:
    number = fill(person, key, actor("pharmacist"))
    with pytest.raises(ConductError, match="EQ940"):
        move(number, kind, key, actor("pharmacist"))
    assert fate(number) == "prepared"
