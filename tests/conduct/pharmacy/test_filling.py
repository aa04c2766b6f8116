"""Filling and checking: two people, one number, nothing in the blinded chain."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pharmacy import filling
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import randomized

By = Callable[[str], Actor]
STOCK = {"ketamine": "50", "midazolam": "5"}
VOLUME = {"ketamine": "0.82", "midazolam": "0.74"}


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    return randomized(key, actor("coordinator"))


@pytest.fixture
def second(actor: By) -> Actor:
    return replace(actor("pharmacist"), name="second-pharmacist")


def drug(key: Path) -> str:
    return services.open_one(
        key, "P0001", why="pharmacy", reason="test", actor="t", at=NOW
    ).arm


def fill(person: Participant, key: Path, actor: Actor, **more: Any) -> str:
    said = {"concentration": STOCK[drug(key)], "total_ml": "50", "confirmed": False,
            "at": NOW}  # fmt: skip
    made = filling.fill(person, "infusion-1", key=key, actor=actor, **(said | more))
    return made.number


def openings(why: str = "pharmacy") -> list[tuple[str, str]]:
    with connections["vault"].cursor() as cursor:
        cursor.execute(
            "SELECT actor, reason FROM allocation_opening WHERE why = %s", [why]
        )
        return [row for row in cursor.fetchall() if row[0] != "t"]


def test_an_order_is_the_arm_and_the_dose_and_is_written_down(
    person: Participant, key: Path, actor: By
) -> None:
    made = filling.order(
        person, "infusion-1", key=key, actor=actor("pharmacist"), at=NOW
    )
    assert made.arm == made.dose.drug == drug(key)
    assert openings() == [("pharmacist", "infusion-1")]


def test_a_syringe_is_released_by_a_second_person(
    person: Participant, key: Path, actor: By, second: Actor, study: Protocol
) -> None:
    number = fill(person, key, actor("pharmacist"))
    assert not Entry.objects.filter(act="syringe").exists()
    made = filling.check(
        number, volume_ml=VOLUME[drug(key)].replace(".", ","), key=key, actor=second,
        at=NOW,
    )  # fmt: skip
    assert (made.agrees, made.checked_by) == (True, "second-pharmacist")
    entry = Entry.objects.get(act="syringe")
    assert (entry.value, entry.visit) == (number, "infusion-1")
    kit = services.kit("P0001")
    assert number != kit
    assert services.content_of(key, number).volume_ml == VOLUME[drug(key)]
    said = [
        f"{e.value} {e.reason} {e.act}" for e in Entry.objects.filter(chain="P0001")
    ]
    assert not any(arm.id in text for arm in study.arms for text in said)
    assert not any(VOLUME[arm.id] in text for arm in study.arms for text in said)


def test_who_filled_does_not_check(person: Participant, key: Path, actor: By) -> None:
    number = fill(person, key, actor("pharmacist"))
    with pytest.raises(ConductError, match="EQ939"):
        filling.check(
            number, volume_ml="0.82", key=key, actor=actor("pharmacist"), at=NOW
        )
    assert services.syringe(number).agrees is None


def test_another_volume_throws_the_syringe_away(
    person: Participant, key: Path, actor: By, second: Actor
) -> None:
    number = fill(person, key, actor("pharmacist"))
    made = filling.check(number, volume_ml="8.2", key=key, actor=second, at=NOW)
    assert made.agrees is False
    assert not Entry.objects.filter(act="syringe").exists()
    assert fill(person, key, actor("pharmacist")) != number


def test_a_check_that_was_cut_off_is_completed(
    person: Participant, key: Path, actor: By, second: Actor
) -> None:
    number = fill(person, key, actor("pharmacist"))
    services.check_syringe(number, agrees=True, actor=second.name, at=NOW)
    for _ in range(2):
        filling.check(number, volume_ml="", key=key, actor=second, at=NOW)
    assert Entry.objects.filter(act="syringe").count() == 1


def test_an_old_weight_is_confirmed(person: Participant, key: Path, actor: By) -> None:
    late = NOW + timedelta(days=20)
    with pytest.raises(ConductError, match="20 days old"):
        fill(person, key, actor("pharmacist"), at=late)
    assert fill(person, key, actor("pharmacist"), at=late, confirmed=True)


@pytest.mark.parametrize("text", ["", "strong", "-1", "0", "1e9", "nan"])
def test_an_impossible_concentration_is_refused(
    person: Participant, key: Path, actor: By, text: str
) -> None:
    with pytest.raises(ConductError, match="EQ938"):
        fill(person, key, actor("pharmacist"), concentration=text)
    assert services.syringes_of() == []


def test_no_infusion_is_filled_before_its_turn(
    person: Participant, key: Path, actor: By
) -> None:
    with pytest.raises(ConductError, match="EQ938"):
        filling.order(person, "infusion-2", key=key, actor=actor("pharmacist"), at=NOW)
    assert openings() == []


@pytest.mark.parametrize(
    "role", ["rater", "coordinator", "investigator", "infusion team", "administrator",
             "statistician", "monitor"],
)  # fmt: skip
def test_nobody_else_opens_an_arm_here(
    person: Participant, key: Path, actor: By, role: str
) -> None:
    number = fill(person, key, actor("pharmacist"))
    acts: list[Callable[[], object]] = [
        lambda: filling.order(person, "infusion-1", key=key, actor=actor(role), at=NOW),
        lambda: filling.read(number, key=key, actor=actor(role), at=NOW),
        lambda: filling.check(
            number, volume_ml="1", key=key, actor=actor(role), at=NOW
        ),
    ]
    for act in acts:
        with pytest.raises(AccessError, match="EQ911"):
            act()
    assert all(who == "pharmacist" for who, _ in openings())


def test_another_total_volume_is_confirmed(
    person: Participant, key: Path, actor: By, second: Actor
) -> None:
    assert filling.usual_total(key) == ""
    number = fill(person, key, actor("pharmacist"))
    filling.check(number, volume_ml="99", key=key, actor=second, at=NOW)
    assert filling.usual_total(key) == "50.00"
    with pytest.raises(ConductError, match=r"filled up to 50\.00 mL"):
        fill(person, key, actor("pharmacist"), total_ml="40")
    assert fill(person, key, actor("pharmacist"), total_ml="40", confirmed=True)


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_two_pharmacists_at_once_fill_one_syringe(key: Path, actor: By) -> None:
    person, who = randomized(key, actor("coordinator")), actor("pharmacist")

    def one(number: int) -> str:
        try:
            return fill(person, key, replace(who, name=f"p{number}"))
        except ConductError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(one, range(4)))
    assert found.count("EQ938") == 3
    assert len(services.syringes_of()) == 1
