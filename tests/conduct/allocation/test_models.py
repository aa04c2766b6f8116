"""Tables of the vault: append-only, each place and person once, and no arm in clear."""

from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from equipoise.conduct.allocation.models import (
    Allocation,
    Opening,
    PharmacyEntry,
    Place,
    Sealed,
    SyringeCheck,
    SyringeDiscard,
    SyringeRow,
    Turn,
)
from equipoise.conduct.allocation.services import (
    assignment,
    pharmacy_register,
    syringes,
    unblinding,
    verification,
)
from equipoise.protocol.model import Protocol
from tests.conduct.allocation.services.test_syringes import CONTENT
from tests.conduct.conftest import NOW
from tests.conduct.pharmacy.treated import delivery

TABLES = (
    Sealed, Place, Turn, Allocation, Opening, SyringeRow, SyringeCheck, SyringeDiscard,
    PharmacyEntry,
)  # fmt: skip


@pytest.fixture
def used(study: Protocol, key: Path) -> Protocol:
    """A vault of which every table was used."""
    assignment.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    assignment.allocate(study, key, "P0002", {}, actor="c", at=NOW)
    unblinding.open_one(key, "P0001", why="pharmacy", reason="x", actor="p", at=NOW)
    made = syringes.fill_syringe(key, "P0001", "v1", CONTENT, actor="p", at=NOW)
    syringes.check_syringe(made.number, agrees=True, actor="q", at=NOW)
    syringes.discard_syringe(
        key, made.number, reason="the ketamine leaked", actor="p", at=NOW
    )
    pharmacy_register.receive(key, delivery("ketamine"), actor="p", at=NOW)
    return study


STATEMENTS = (
    "UPDATE allocation_sealed SET commitment = 'x'",
    "DELETE FROM allocation_sealed",
    "UPDATE allocation_place SET kit = '1' WHERE position = 1",
    "DELETE FROM allocation_place WHERE position = 60",
    "UPDATE allocation_allocation SET participant = 'P9'",
    "DELETE FROM allocation_allocation",
    "UPDATE allocation_opening SET actor = 'nobody'",
    "DELETE FROM allocation_opening",
    "UPDATE allocation_syringerow SET actor = 'nobody'",
    "DELETE FROM allocation_syringerow",
    "UPDATE allocation_syringecheck SET agrees = '1'",
    "DELETE FROM allocation_syringecheck",
    "UPDATE allocation_syringediscard SET actor = 'nobody'",
    "DELETE FROM allocation_syringediscard",
    "UPDATE allocation_pharmacyentry SET actor = 'nobody'",
    "DELETE FROM allocation_pharmacyentry",
)


def test_raw_sql_is_refused_by_the_vault(used: Protocol, key: Path) -> None:
    for statement in STATEMENTS:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(using="vault"),
            connections["vault"].cursor() as cursor,
        ):
            cursor.execute(statement)
    assert verification.verify(key, used) == []


def text_of(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        return f"{raw!r} {raw.hex()}"
    return str(value)


def test_nothing_that_stands_in_the_vault_tells_an_arm(used: Protocol) -> None:
    # Whoever copies the database has every column of every row, in any spelling.
    words = ["ketamine", "midazolam"]
    words += [word.encode().hex() for word in words]
    for table in TABLES:
        for row in table.objects.values_list():
            held = " ".join(map(text_of, row)).lower()
            assert [word for word in words if word in held] == [], table


def test_sealed_arms_of_people_cannot_be_paired(used: Protocol) -> None:
    arms = [bytes(a) for a in Allocation.objects.values_list("arm", flat=True)]
    assert len(set(arms)) == 2
    assert len({len(arm) for arm in arms}) == 1  # "midazolam" is longer than "ketamine"


def given(**other: object) -> Allocation:
    free = Place.objects.get(position=9)
    known = {"seq": 3, "participant": "P0003", "place": free, "at": NOW, "actor": "c",
             "factors": "{}", "arm": b"x", "hash": b"x" * 32}  # fmt: skip
    return Allocation(**(known | other))


@pytest.mark.parametrize("twice", ["participant", "place", "seq"])
def test_a_person_and_a_place_are_given_once(used: Protocol, twice: str) -> None:
    # The last wall, whatever a service does: two rows for one of them are refused.
    first = Allocation.objects.get(seq=1)
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        given(**{twice: getattr(first, twice)}).save()
    given().save()


@pytest.mark.parametrize("twice", ["kit", "position"])
def test_a_kit_and_a_position_are_there_once(used: Protocol, twice: str) -> None:
    first = Place.objects.get(position=1)
    new = Place(stratum=first.stratum, position=999, kit="new", arm=b"x")
    setattr(new, twice, getattr(first, twice))
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        new.save()


def test_a_syringe_has_one_check_one_end_and_one_number(used: Protocol) -> None:
    row = SyringeRow.objects.get()
    check = SyringeCheck(seq=2, hash=b"x", syringe=row, at=NOW, actor="z", agrees=False)
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        check.save()
    again = SyringeRow(seq=2, number=row.number, participant="P0002", visit="v1", at=NOW,
                       actor="p", content=b"x", hash=b"x")  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        again.save()
    gone = SyringeDiscard(seq=2, syringe=row, at=NOW, actor="z", reason=b"x", hash=b"x")
    with pytest.raises(IntegrityError), transaction.atomic(using="vault"):
        gone.save()


def test_the_vault_is_a_database_of_its_own(used: Protocol) -> None:
    outside = set(connections["default"].introspection.table_names())
    for table in TABLES:
        assert table.objects.db == "vault"
        assert table._meta.db_table not in outside


def test_what_is_printed_tells_nothing(used: Protocol) -> None:
    said = " ".join(str(row) for table in TABLES for row in table.objects.all())
    assert "ketamine" not in said
    assert "midazolam" not in said
