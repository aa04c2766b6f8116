"""Syringes: sealed contents, numbers that tell nothing, one check by another person."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connections

from equipoise.conduct.allocation.services import (
    assignment,
    hash_chains,
    syringes,
    unblinding,
    verification,
)
from equipoise.conduct.allocation.services.syringes import Content, Syringe
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql

CONTENT = Content(
    arm="ketamine", drug="ketamine", dose_mg=41.0, weight_kg=82.0,
    weighed_at="2027-01-04T09:00:00+00:00", concentration=50.0, volume_ml="0.82",
    total_ml="50.00", capped=False,
)  # fmt: skip


def fill(key: Path, visit: str = "infusion-1", content: Content = CONTENT) -> str:
    made = syringes.fill_syringe(key, "P0001", visit, content, actor="p", at=NOW)
    return made.number


def test_a_content_comes_back_as_it_was(study: Protocol, key: Path) -> None:
    assert syringes.content_of(key, fill(key)) == CONTENT


def test_a_syringe_belongs_to_the_arm_of_its_participant(
    study: Protocol, key: Path
) -> None:
    assignment.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    arm = unblinding.open_one(
        key, "P0001", why="pharmacy", reason="", actor="p", at=NOW
    )
    fill(key, content=replace(CONTENT, arm=arm.arm))
    assert verification.verify(key, study) == []
    other = next(one.id for one in study.arms if one.id != arm.arm)
    fill(key, "infusion-2", replace(CONTENT, arm=other))
    said = "syringe 2 was not filled for the arm of its participant"
    assert verification.verify(key, study) == [said]


def test_all_contents_are_equally_long(study: Protocol, key: Path) -> None:
    fill(key)
    longest = replace(
        CONTENT, arm="m" * 40, drug="midazolam hydrochloride", dose_mg=3.69,
        lot="\U0001f489" * 60, expiry="2027-12-31", vials=12,
        use_by="2027-01-04T17:00+00:00",
    )  # fmt: skip
    fill(key, "infusion-2", longest)
    fill(
        key, "infusion-3", replace(CONTENT, drug="", weight_kg=None, concentration=None)
    )
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT content FROM allocation_syringerow")
        sealed = [bytes(row[0]) for row in cursor.fetchall()]
    assert len({len(one) for one in sealed}) == 1
    assert not any(b"ketamine" in one for one in sealed)


def test_an_infusion_has_one_syringe_unless_it_was_thrown_away(
    study: Protocol, key: Path
) -> None:
    first = fill(key)
    with pytest.raises(ConductError, match="EQ938"):
        fill(key)
    assert (
        syringes.check_syringe(first, agrees=False, actor="q", at=NOW).agrees is False
    )
    second = fill(key)
    assert second != first
    assert [s.number for s in syringes.syringes_of("P0001", "infusion-1")] == [
        first,
        second,
    ]


def discard(key: Path, number: str, reason: str = "fell", actor: str = "p") -> Syringe:
    return syringes.discard_syringe(key, number, reason=reason, actor=actor, at=NOW)


@pytest.mark.parametrize("checked", [True, False])
def test_a_discarded_syringe_makes_room_for_another(
    study: Protocol, key: Path, checked: bool
) -> None:
    first = fill(key)
    if checked:
        syringes.check_syringe(first, agrees=True, actor="q", at=NOW)
    gone = discard(key, first, "fell to the floor")
    assert (gone.discarded_by, gone.discarded_at) == ("p", NOW)
    assert (gone.stands, gone.agrees) == (False, True if checked else None)
    assert syringes.why_discarded(key, first) == "fell to the floor"
    second = fill(key)
    assert second != first
    assert [s.stands for s in syringes.syringes_of()] == [False, True]
    assert syringes.why_discarded(key, second) == ""


def test_a_syringe_is_discarded_once_by_one_person(study: Protocol, key: Path) -> None:
    number = fill(key)
    first = discard(key, number)
    assert discard(key, number, "another reason") == first
    with pytest.raises(ConductError, match=r"EQ940.*already"):
        discard(key, number, actor="q")
    assert syringes.why_discarded(key, number) == "fell"
    assert hash_chains.heads()["discards of syringes"][0] == 1


def test_what_failed_the_check_is_not_discarded_again(
    study: Protocol, key: Path
) -> None:
    number = fill(key)
    syringes.check_syringe(number, agrees=False, actor="q", at=NOW)
    with pytest.raises(ConductError, match="EQ940"):
        discard(key, number)


@pytest.mark.parametrize("reason", ["", " \n", "x" * 401])
def test_a_syringe_is_not_discarded_without_a_reason(
    study: Protocol, key: Path, reason: str
) -> None:
    number = fill(key)
    with pytest.raises(ConductError, match="EQ940"):
        discard(key, number, reason)
    assert syringes.syringe(number).stands


def test_reasons_are_sealed_and_equally_long(study: Protocol, key: Path) -> None:
    longest = "\U0001f489" * 400  # four bytes each
    for visit, why in (("v1", "ketamine of an old batch"), ("v2", longest)):
        discard(key, fill(key, visit), why)
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT reason FROM allocation_syringediscard")
        sealed = [bytes(row[0]) for row in cursor.fetchall()]
    assert len({len(one) for one in sealed}) == 1
    assert not any(b"ketamine" in one for one in sealed)
    assert [one.why for one in unblinding.contents(key)] == [
        "ketamine of an old batch", longest
    ]  # fmt: skip


def test_a_reason_opens_at_its_own_syringe_alone(study: Protocol, key: Path) -> None:
    for visit in ("v1", "v2"):
        discard(key, fill(key, visit), f"reason of {visit}")
    sql(
        "UPDATE allocation_syringediscard SET reason = (SELECT reason FROM "
        "allocation_syringediscard WHERE seq = 1) WHERE seq = 2",
        alias="vault",
    )
    moved = syringes.syringes_of(visit="v2")[0].number
    with pytest.raises(ConductError, match="EQ932"):
        syringes.why_discarded(key, moved)


def test_an_unknown_number_is_refused(study: Protocol, key: Path) -> None:
    assert syringes.syringe("00000000") is None
    with pytest.raises(ConductError, match="EQ939"):
        syringes.content_of(key, "00000000")
    with pytest.raises(ConductError, match="EQ939"):
        discard(key, "00000000")
