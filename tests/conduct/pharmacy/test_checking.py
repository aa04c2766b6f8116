"""The second person reads the vial: what the first one wrote does not help."""

from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import (
    assignment,
    pharmacy_register,
    syringes,
    verification,
)
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pharmacy import accountability
from equipoise.conduct.pharmacy import stock as register
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.test_preparation import (
    STOCK,
    VOLUME,
    By,
    checked,
    drug,
    fill,
)
from tests.conduct.pharmacy.treated import LOT, delivery, randomized, stocked


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    return randomized(key, actor("coordinator"))


@pytest.fixture
def second(actor: By) -> Actor:
    return replace(actor("pharmacist"), name="second-pharmacist")


@pytest.fixture
def number(person: Participant, key: Path, actor: By) -> str:
    """A syringe that was prepared."""
    stocked(key)
    return fill(person, key, actor("pharmacist"))


def test_a_syringe_is_released_by_a_second_person(
    number: str, key: Path, second: Actor, study: Protocol
) -> None:
    assert not Entry.objects.filter(act="syringe").exists()
    comma = VOLUME[drug(key)].replace(".", ",")
    lot = f"  {LOT[drug(key)].lower()} "
    made = checked(number, key, second, volume_ml=comma, lot=lot)
    assert (made.agrees, made.checked_by) == (True, "second-pharmacist")
    entry = Entry.objects.get(act="syringe")
    assert (entry.value, entry.visit) == (number, "infusion-1")
    assert number != assignment.kit("P0001")
    assert syringes.content_of(key, number).volume_ml == VOLUME[drug(key)]
    said = [
        f"{e.value} {e.reason} {e.act}" for e in Entry.objects.filter(chain="P0001")
    ]
    told = [*(arm.id for arm in study.arms), *VOLUME.values(), *LOT.values()]
    assert not any(word in text for word in told for text in said)


def test_who_prepared_does_not_check(number: str, key: Path, actor: By) -> None:
    for volume in (VOLUME[drug(key)], "8.2"):
        with pytest.raises(ConductError, match="EQ939"):
            checked(number, key, actor("pharmacist"), volume_ml=volume)
    assert syringes.syringe(number).agrees is None
    assert syringes.tries(number) == 0


WRONG = {"strength": "0.5", "lot": "AB-1", "volume_ml": "8.2"}


@pytest.mark.parametrize("field", list(WRONG))
def test_a_slip_is_tried_again_once(
    number: str, key: Path, second: Actor, field: str
) -> None:
    slip = checked(number, key, second, **{field: WRONG[field]})
    assert (slip.agrees, syringes.tries(number)) == (None, 1)
    assert not Entry.objects.filter(act="syringe").exists()
    assert checked(number, key, second).agrees is True
    assert Entry.objects.get(act="syringe").value == number


@pytest.mark.parametrize("field", list(WRONG))
def test_after_two_answers_that_differ_the_syringe_is_quarantined(
    number: str, person: Participant, key: Path, actor: By, second: Actor, field: str
) -> None:
    third = replace(second, name="third")
    checked(number, key, second, **{field: WRONG[field]})
    made = checked(number, key, third, **{field: WRONG[field]})  # whoever answers
    assert (made.agrees, made.checked_by, made.stands) == (False, "third", False)
    with pytest.raises(ConductError, match="EQ939"):
        checked(number, key, second)
    assert not Entry.objects.filter(act="syringe").exists()
    assert fill(person, key, actor("pharmacist")) != number
    told = accountability.differing(number, key=key)
    assert [(one.actor, one.said[field]) for one in told] == [
        ("second-pharmacist", WRONG[field]), ("third", WRONG[field])
    ]  # fmt: skip
    assert verification.verify(key) == []


def test_a_strength_that_was_registered_wrongly_is_found(
    key: Path, actor: By, second: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """0.5 for 5 mg/mL, in a trial whose protocol lists no strengths: found by the check.

    This was released before: the second person was shown the first one's number.
    """
    monkeypatch.setattr(
        "equipoise.protocol.treatment.Intervention.takes", lambda self, strength: True
    )
    person = randomized(key, actor("coordinator"))
    what = drug(key)
    wrong = float(STOCK[what]) / 10
    pharmacy_register.receive(
        key, delivery(what, strength=wrong), actor="pharmacist", at=NOW
    )
    number = fill(person, key, actor("pharmacist"), concentration=str(wrong))
    assert float(syringes.content_of(key, number).volume_ml) > 7  # ten times the dose
    for _ in range(2):
        checked(number, key, second)  # what the vial says
    assert syringes.syringe(number).stands is False
    assert not Entry.objects.filter(act="syringe").exists()


def test_a_strength_that_is_not_listed_is_not_received(key: Path, actor: By) -> None:
    said = {
        "drug": "midazolam", "strength": "0.5", "lot": "M1", "expiry": "2027-12-31",
        "vials": "10", "supplier": "S", "note": "N",
    }  # fmt: skip
    with pytest.raises(ConductError, match=r"EQ949 0\.5 mg/mL is not a strength"):
        register.receive("north", said, key=key, actor=actor("pharmacist"), at=NOW)


def test_a_syringe_from_before_the_register_is_checked_without_a_lot(
    number: str, key: Path, second: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = syringes.content_of

    def old(*given: object) -> syringes.Content:
        return replace(plain(*given), stock=0, lot="")

    monkeypatch.setattr(syringes, "content_of", old)
    assert checked(number, key, second, lot="").agrees is True


def test_saline_is_checked_too(
    number: str, key: Path, second: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = syringes.content_of

    def saline(*given: object) -> syringes.Content:
        return replace(
            plain(*given), drug="", concentration=None, volume_ml="0.00", stock=0
        )

    monkeypatch.setattr(syringes, "content_of", saline)
    assert checked(number, key, second, volume_ml="").agrees is None  # no answer
    said = {"strength": "", "lot": "", "volume_ml": "0"}
    assert checked(number, key, second, **said).agrees is True


def test_a_check_that_was_cut_off_is_completed(
    number: str, key: Path, second: Actor
) -> None:
    syringes.check_syringe(number, agrees=True, actor=second.name, at=NOW)
    for _ in range(2):
        accountability.check(number, volume_ml="", key=key, actor=second, at=NOW)
    assert Entry.objects.filter(act="syringe").count() == 1
