"""Filling and checking: two people, one number, nothing in the blinded chain."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import (
    pharmacy_register,
    syringes,
    unblinding,
)
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pharmacy import accountability, preparation
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import LOT, delivery, randomized, stocked
from tests.conduct.screened import form

By = Callable[[str], Actor]
STOCK = {"ketamine": "50", "midazolam": "5"}
VOLUME = {"ketamine": "0.82", "midazolam": "0.74"}


@pytest.fixture
def person(key: Path, actor: By) -> Participant:
    return randomized(key, actor("coordinator"))


@pytest.fixture(autouse=True)
def lots(request: pytest.FixtureRequest, key: Path) -> dict[str, int]:
    """Lots of both drugs are in stock."""
    request.getfixturevalue("study")
    return stocked(key)


@pytest.fixture
def second(actor: By) -> Actor:
    return replace(actor("pharmacist"), name="second-pharmacist")


def drug(key: Path, who: str = "P0001") -> str:
    return unblinding.open_one(
        key, who, why="pharmacy", reason="test", actor="t", at=NOW
    ).arm


def fill(person: Participant, key: Path, actor: Actor, **more: Any) -> str:
    what = drug(key, person.identifier)
    lot = next((one for one in pharmacy_register.lots(key) if one.drug == what), None)
    said = {"concentration": STOCK[what], "total_ml": "50", "confirmed": False,
            "hours": "8", "stock": str(lot.number if lot else 0), "at": NOW}  # fmt: skip
    made = preparation.fill(person, "infusion-1", key=key, actor=actor, **(said | more))
    return made.number


def checked(number: str, key: Path, actor: Actor, **more: Any) -> syringes.Syringe:
    """The answer of a second person who reads the vial well."""
    what = drug(key)
    said = {"strength": STOCK[what], "lot": LOT[what], "volume_ml": VOLUME[what]}
    return accountability.check(number, key=key, actor=actor, at=NOW, **(said | more))


def openings(why: str = "pharmacy") -> list[tuple[str, str]]:
    with connections["vault"].cursor() as cursor:
        cursor.execute(
            "SELECT actor, reason FROM allocation_opening WHERE why = %s", [why]
        )
        return [row for row in cursor.fetchall() if row[0] != "t"]


def test_an_order_is_the_arm_and_the_dose_and_is_written_down(
    person: Participant, key: Path, actor: By
) -> None:
    made = preparation.order(
        person, "infusion-1", key=key, actor=actor("pharmacist"), at=NOW
    )
    assert made.arm == made.dose.drug == drug(key)
    assert openings() == [("pharmacist", "infusion-1")]


def test_an_old_weight_is_confirmed(person: Participant, key: Path, actor: By) -> None:
    late = NOW + timedelta(days=20)
    with pytest.raises(ConductError, match="20 days old"):
        fill(person, key, actor("pharmacist"), at=late)
    assert fill(person, key, actor("pharmacist"), at=late, confirmed=True)


def test_nothing_is_prepared_after_treatment_was_stopped(
    person: Participant, key: Path, actor: By
) -> None:
    ended = {"milestone": "treatment-discontinued", "date": "2027-01-04"}
    form("P0001", "milestone#1", ended | {"reason": "adverse event"})
    with pytest.raises(
        ConductError, match="do not prepare: treatment was discontinued"
    ):
        fill(person, key, actor("pharmacist"))


def test_the_investigator_is_asked_first(
    person: Participant, key: Path, actor: By
) -> None:
    positive = {"LBPERF": "yes", "LBORRES": "positive"}
    form("P0001", "pregnancy-test#1", positive)
    for asked in ("", "  ", "x" * 401):
        with pytest.raises(ConductError, match="you must ask the investigator first"):
            fill(person, key, actor("pharmacist"), asked=asked)
    fill(person, key, actor("pharmacist"), asked="Dr Ines: go on, serum is negative")
    (entry,) = pharmacy_register.history(key, "participant P0001")
    assert (entry.kind, entry.actor) == ("asked", "pharmacist")
    assert entry.said == {"answer": "Dr Ines: go on, serum is negative"}


@pytest.mark.parametrize("text", ["", "strong", "-1", "0", "1e9", "nan"])
def test_an_impossible_concentration_is_refused(
    person: Participant, key: Path, actor: By, text: str
) -> None:
    with pytest.raises(ConductError, match="EQ938"):
        fill(person, key, actor("pharmacist"), concentration=text)
    assert syringes.syringes_of() == []


def test_no_infusion_is_filled_before_its_turn(
    person: Participant, key: Path, actor: By
) -> None:
    with pytest.raises(ConductError, match="EQ938"):
        preparation.order(
            person, "infusion-2", key=key, actor=actor("pharmacist"), at=NOW
        )
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
        lambda: preparation.order(
            person, "infusion-1", key=key, actor=actor(role), at=NOW
        ),
        lambda: preparation.read(number, key=key, actor=actor(role), at=NOW),
        lambda: accountability.check(
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
    assert preparation.usual_of(key) is None
    number = fill(person, key, actor("pharmacist"))
    for _ in range(2):
        checked(number, key, second, volume_ml="99")
    assert preparation.usual_of(key) == ("50.00", 8)
    with pytest.raises(ConductError, match=r"filled up to 50\.00 mL"):
        fill(person, key, actor("pharmacist"), total_ml="40")
    with pytest.raises(ConductError, match="used within 8 hours"):  # not of the weight
        fill(person, key, actor("pharmacist"), hours="24", confirmed=True)
    assert fill(
        person, key, actor("pharmacist"), total_ml="40", hours="24", changed=True
    )


@pytest.mark.parametrize("hours", ["", "0", "-1", "721", "8.5", "soon"])
def test_the_time_of_use_is_whole_hours(
    person: Participant, key: Path, actor: By, hours: str
) -> None:
    with pytest.raises(ConductError, match="EQ938 the hours"):
        fill(person, key, actor("pharmacist"), hours=hours)


def test_what_was_used_is_known_of_each_syringe(
    person: Participant, key: Path, actor: By, lots: dict[str, int]
) -> None:
    content = syringes.content_of(key, fill(person, key, actor("pharmacist")))
    what = drug(key)
    assert (content.stock, content.lot) == (lots[what], LOT[what])
    assert (content.expiry, content.vials) == ("2027-12-31", 1)
    assert content.use_by.startswith("2027-01-04T17:00")
    used = {lot.drug: (lot.used, lot.in_stock) for lot in pharmacy_register.lots(key)}
    assert used[what] == (1, 9)
    assert sorted(used.values()) == [(0, 10), (1, 9)]


@pytest.mark.parametrize(
    ("typed", "what"),
    [("0.5", "0.5 mg/mL is not a strength that the protocol lists"),
     ("other", "is not the strength of this lot")],
)  # fmt: skip
def test_a_strength_that_is_not_on_the_vial_is_refused(
    person: Participant, key: Path, actor: By, typed: str, what: str
) -> None:
    """The failure of the walk: 0.5 instead of 5 mg/mL made ten times the dose."""
    other = {"ketamine": "100", "midazolam": "1"}[drug(key)]
    said = other if typed == "other" else typed
    with pytest.raises(ConductError, match=f"EQ938.*{what}"):
        fill(person, key, actor("pharmacist"), concentration=said)
    assert syringes.syringes_of() == []


def test_a_lot_of_another_site_or_drug_is_refused(
    person: Participant, key: Path, actor: By, lots: dict[str, int]
) -> None:
    what = drug(key)
    there = pharmacy_register.receive(
        key, delivery(what, site="south"), actor="pharmacist", at=NOW
    )
    other = next(number for name, number in lots.items() if name != what)
    for number in (0, 999, there, other):
        with pytest.raises(ConductError, match=f"EQ938 no lot of {what} was selected"):
            fill(person, key, actor("pharmacist"), stock=str(number))


def test_an_expired_or_quarantined_or_empty_lot_is_refused(
    person: Participant, key: Path, actor: By, lots: dict[str, int]
) -> None:
    what = drug(key)
    more = delivery(what, lot="OLD", expiry=NOW.date())
    old = pharmacy_register.receive(key, more, actor="pharmacist", at=NOW)
    pharmacist = actor("pharmacist")
    with pytest.raises(ConductError, match=r"EQ938 this lot expires on 2027-01-04"):
        fill(person, key, pharmacist, stock=str(old), hours="24")
    with pytest.raises(ConductError, match="EQ938 10 vials of this lot in stock"):
        fill(person, key, pharmacist, vials="11")
    with pytest.raises(ConductError, match="EQ938 10 vials"):
        fill(person, key, pharmacist, vials="0")
    pharmacy_register.move(
        key, lots[what], "quarantined", vials=0, reason="too warm", seen=lots[what],
        actor="p", at=NOW,
    )  # fmt: skip
    with pytest.raises(ConductError, match="EQ938 this lot is quarantined"):
        fill(person, key, pharmacist)
    assert fill(person, key, pharmacist, stock=str(old))  # used up by 17:00 of its day


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
    assert len(syringes.syringes_of()) == 1
