"""Sealing: by the unblinded statistician, published in the chain of the study."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.accounts import fingerprint, holders
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.access.models import Membership
from equipoise.conduct.access.role_grants import grant
from equipoise.conduct.allocation.services import concealed_list
from equipoise.conduct.audit.checkpoints import read
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import append
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.enrolment.allocation_list import seal, vouched_for
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql

By = Callable[[str], Actor]


def made(
    key: Path, actor: Actor, vouched: str | None = None, *, aware: bool = True
) -> str:
    anchors = key.parent / "anchors"
    return seal(
        places=12, key=key, anchors=anchors, actor=actor, at=NOW, vouched=vouched,
        aware=aware,
    ).hash  # fmt: skip


def unsealed() -> None:
    """As if no list had been made."""
    for table in ("sealed", "place", "turn"):
        sql(f"DELETE FROM allocation_{table}", alias="vault")  # noqa: S608
    sql("DELETE FROM audit_entry")
    sql("DELETE FROM audit_head")


def test_a_commitment_is_published(actor: By, key: Path) -> None:
    statistician = actor("statistician")
    unsealed()
    hash_ = made(key, statistician)
    assert concealed_list.commitment().hash == hash_
    entry = Entry.objects.get(chain=STUDY, act="seal")
    assert entry.value == f"{hash_} permuted blocks 12 places"
    assert STUDY in next(read(key.parent / "anchors")).heads


def test_cut_off_before_it_is_published_it_is_published_next_time(
    actor: By, key: Path
) -> None:
    statistician = actor("statistician")
    sql("DELETE FROM audit_entry WHERE act = 'seal'")
    before = concealed_list.commitment().hash
    assert made(key, statistician) == before
    assert Entry.objects.get(act="seal").value.startswith(before)
    with pytest.raises(ConductError, match="EQ933"):
        made(key, statistician)


def test_a_list_is_sealed_once(actor: By, key: Path) -> None:
    with pytest.raises(ConductError, match="EQ933"):
        made(key, actor("statistician"))


@pytest.mark.parametrize("role", ["coordinator", "administrator", "investigator"])
def test_it_is_the_statisticians_right(actor: By, key: Path, role: str) -> None:
    with pytest.raises(AccessError, match="EQ911"):
        made(key, actor(role))


def test_who_could_learn_an_arm_then_stands_beside_the_commitment(
    actor: By, key: Path
) -> None:
    statistician = actor("statistician")
    unsealed()
    made(key, statistician, fingerprint(holders(at=NOW)))
    assert [(e.item, e.value, e.actor, e.reason) for e in vouched_for()] == [
        ("administrator", "administrator at *", "statistician", "granted by setup"),
        ("investigator", "investigator at north", "statistician", "granted by setup"),
        ("pharmacist", "pharmacist at north", "statistician", "granted by setup"),
        ("statistician", "statistician at *", "statistician", "granted by setup"),
    ]
    assert not verify().findings


def test_not_before_every_one_of_them_was_vouched_for(actor: By, key: Path) -> None:
    admin, statistician = actor("administrator"), actor("statistician")
    unsealed()
    shown = fingerprint(holders(at=NOW))
    user = User.objects.create_user("ann", password="a horse of a staple")
    grant(user, "coordinator", "north", actor=admin, at=NOW)
    assert fingerprint(holders(at=NOW)) == shown  # she learns nothing
    grant(user, "investigator", "north", actor=admin, at=NOW)
    for vouched in ("", shown):
        with pytest.raises(ConductError, match="not confirmed the users") as refused:
            made(key, statistician, vouched)
        assert refused.value.code == "EQ917"
    assert concealed_list.commitment() is None
    made(key, statistician, fingerprint(holders(at=NOW)))


def test_what_will_be_missing_is_known_before_and_on_record(
    actor: By, key: Path
) -> None:
    statistician = actor("statistician")
    unsealed()
    vouched = fingerprint(holders(at=NOW))
    with pytest.raises(ConductError, match=r"EQ917.*missing later"):
        made(key, statistician, vouched, aware=False)
    assert concealed_list.commitment() is None
    made(key, statistician, vouched)
    assert "has only one pharmacist" in Entry.objects.get(act="seal").reason
    assert not verify().findings


def test_nor_while_the_account_of_one_is_open_to_who_has_its_link(
    people: dict[str, User], actor: By, key: Path
) -> None:
    statistician = actor("statistician")
    unsealed()
    User.objects.filter(username="investigator").update(password="!x")
    for vouched in (None, fingerprint(holders(at=NOW))):
        with pytest.raises(ConductError, match="investigator could learn"):
            made(key, statistician, vouched)
    assert concealed_list.commitment() is None
    Membership.objects.filter(user=people["investigator"]).update(until=NOW)
    made(key, statistician)


def test_no_list_is_sealed_before_the_clock_is_right(actor: By, key: Path) -> None:
    statistician = actor("statistician")
    unsealed()
    later = NOW + timedelta(hours=1)
    append("P0001", [Fact("screen")], actor="a", protocol="p" * 64, at=later)
    with pytest.raises(ConductError, match="EQ947"):
        made(key, statistician)
    assert concealed_list.commitment() is None
