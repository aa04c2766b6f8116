"""The stock of a site: its own pharmacists, the drugs and strengths of the protocol."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import ALL_SITES, Actor, actor_of
from equipoise.conduct.allocation.services import pharmacy_register
from equipoise.conduct.pharmacy import stock as register
from equipoise.errors import AccessError, ConductError
from tests.conduct.abuse.world import staff
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import stocked

By = Callable[[str], Actor]
SAID = {"drug": "midazolam", "strength": "5", "lot": "MZ-9", "expiry": "2028-01-31",
        "vials": "12", "supplier": "Central", "note": "N-4"}  # fmt: skip
EVERYWHERE = Actor("everywhere", {"pharmacist": frozenset({ALL_SITES})})


def receive(key: Path, actor: Actor, site: str = "north", **more: str) -> int:
    return register.receive(site, SAID | more, key=key, actor=actor, at=NOW)


def test_a_delivery_is_of_the_own_site(
    key: Path, actor: By, people: dict[str, User]
) -> None:
    north = actor("pharmacist")
    number = receive(key, north)
    assert register.lot_of(number, north, key).received == 12
    with pytest.raises(AccessError, match="EQ911"):
        receive(key, north, "south")
    south = actor_of(staff("south", "pharmacist"), at=NOW)
    assert register.lots_of(south, key) == []
    for one in (number, 999):
        with pytest.raises(ConductError, match="EQ949 there is no such lot"):
            register.lot_of(one, south, key)
        with pytest.raises(ConductError, match="EQ949 there is no such lot"):
            register.move(one, {"kind": "returned"}, key=key, actor=south, at=NOW)


def test_a_pharmacist_of_all_sites_names_one(key: Path, people: object) -> None:
    with pytest.raises(ConductError, match="EQ949 no site was selected"):
        receive(key, EVERYWHERE, "nowhere")
    receive(key, EVERYWHERE, "south")
    assert [lot.site for lot in register.lots_of(EVERYWHERE, key)] == ["south"]
    assert [site.code for site in register.sites_of(EVERYWHERE)] == ["north", "south"]


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"drug": "water"}, "protocol has no such drug"),
        ({"drug": ""}, "protocol has no such drug"),
        ({"strength": "2"}, r"2 mg/mL is not a strength.*\n.*\n.*are 1, 5 mg/mL"),
        ({"strength": ""}, "0 mg/mL is not a strength"),
        ({"strength": "nan"}, "0 mg/mL is not a strength"),
        ({"expiry": "31.01.2028"}, "expiry date is missing"),
        ({"vials": "-3"}, "number of vials"),
    ],
)
def test_what_the_protocol_does_not_give_is_not_received(
    key: Path, actor: By, more: dict[str, str], what: str
) -> None:
    with pytest.raises(ConductError, match=f"(?s)EQ949.*{what}"):
        receive(key, actor("pharmacist"), **more)
    assert pharmacy_register.lots(key) == []


def test_the_drugs_are_those_of_the_protocol(study: object) -> None:
    assert register.drugs() == ["ketamine", "midazolam"]


def test_a_destruction_is_seen_and_confirmed_at_its_site(
    key: Path, actor: By, people: dict[str, User]
) -> None:
    first = actor("pharmacist")
    number = stocked(key)["ketamine"]
    seen = register.lot_of(number, first, key).last
    said = {"kind": "destroyed", "vials": "2", "reason": "broke", "seen": str(seen)}
    register.move(number, said, key=key, actor=first, at=NOW)
    (mine,) = register.destructions(first, key)
    assert (mine.mine, mine.lot and mine.lot.number, mine.syringe) == (True, number, "")
    seq = mine.entry.seq
    south = actor_of(staff("south", "pharmacist"), at=NOW)
    assert register.destructions(south, key) == []
    second = replace(first, name="second")
    for actor_, entry in ((south, seq), (first, seq), (second, 1), (second, 0)):
        with pytest.raises(ConductError, match="EQ949"):
            register.confirm(entry, agrees=True, key=key, actor=actor_, at=NOW)
    register.confirm(seq, agrees=True, key=key, actor=second, at=NOW)
    assert register.lot_of(number, first, key).destroyed == 2


@pytest.mark.parametrize("kind", ["eaten", "", "received", "confirmed"])
def test_only_what_can_happen_to_vials_is_recorded(
    key: Path, actor: By, kind: str
) -> None:
    number = stocked(key)["ketamine"]
    said = {"kind": kind, "vials": "1", "reason": "r", "seen": str(number)}
    with pytest.raises(ConductError, match="EQ949 no action was selected"):
        register.move(number, said, key=key, actor=actor("pharmacist"), at=NOW)


@pytest.mark.parametrize(
    "role", ["rater", "infusion team", "coordinator", "investigator", "administrator",
             "statistician", "monitor"],
)  # fmt: skip
def test_nobody_else_has_to_do_with_stock(key: Path, actor: By, role: str) -> None:
    stocked(key)
    who = actor(role)
    acts: list[Callable[[], object]] = [
        lambda: register.lots_of(who, key),
        lambda: register.lot_of(1, who, key),
        lambda: receive(key, who),
        lambda: register.move(1, {}, key=key, actor=who, at=NOW),
        lambda: register.destructions(who, key),
        lambda: register.confirm(1, agrees=True, key=key, actor=who, at=NOW),
    ]
    for act in acts:
        with pytest.raises(AccessError, match="EQ911"):
            act()


def test_a_pharmacist_who_is_blinded_by_another_role_sees_no_stock(
    key: Path, actor: By
) -> None:
    both = replace(
        actor("pharmacist"),
        roles={"pharmacist": frozenset({"north"}), "rater": frozenset({"north"})},
    )
    with pytest.raises(AccessError, match="another role of yours is blinded"):
        register.lots_of(both, key)
