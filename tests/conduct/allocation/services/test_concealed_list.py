"""The sealed list: made once, committed to, and telling nothing."""

import secrets
from pathlib import Path

import pytest
from django.db import connections, transaction

from equipoise.conduct.allocation.key import Vault
from equipoise.conduct.allocation.services import concealed_list, verification
from equipoise.errors import ConductError
from equipoise.protocol.governance import Randomization
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW


def rows(statement: str) -> list[tuple]:
    with connections["vault"].cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_a_list_is_sealed_once(study: Protocol, key: Path) -> None:
    with pytest.raises(ConductError, match="EQ933"):
        concealed_list.seal(study, key, places=10, actor="s", at=NOW)
    assert concealed_list.commitment().places == 60


def test_the_commitment_is_another_one_for_the_same_list(
    db: None, feder: Protocol, key: Path
) -> None:
    made = []
    for _ in range(2):
        with pytest.raises(RuntimeError), transaction.atomic(using="vault"):  # noqa: PT012
            made.append(
                concealed_list.seal(feder, key, places=9, actor="s", at=NOW, seed=1)
            )
            raise RuntimeError
    assert made[0].hash != made[1].hash  # the salt hides the list


def test_no_arm_and_no_length_of_one_is_in_the_vault(
    study: Protocol, key: Path
) -> None:
    places = rows("SELECT kit, arm FROM allocation_place")
    assert {len(bytes(arm)) for _, arm in places} == {12 + 64 + 16}
    assert len({bytes(arm) for _, arm in places}) == 60  # no two alike
    raw = b"".join(bytes(arm) for _, arm in places)
    assert not any(arm.id.encode() in raw for arm in study.arms)
    assert {len(kit) for kit, _ in places} == {6}


def test_the_longest_arm_is_as_long_as_the_shortest_when_sealed(key: Path) -> None:
    vault = Vault(key)
    assert len(vault.seal("a" * 40, "x")) == len(vault.seal("a", "x"))


def test_a_sealed_arm_opens_in_its_place_alone(key: Path) -> None:
    sealed = Vault(key).seal("ketamine", "place all 1 000001")
    assert Vault(key).open(sealed, "place all 1 000001") == "ketamine"
    with pytest.raises(ConductError, match="EQ932"):
        Vault(key).open(sealed, "place all 2 000002")


def test_another_key_opens_nothing(study: Protocol, key: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_bytes(secrets.token_bytes(32))
    assert "decryption failed" in verification.verify(other)[0]
    with pytest.raises(ConductError, match="EQ931"):
        verification.verify(tmp_path / "none.key")


def test_a_list_has_places_in_every_stratum(
    db: None, feder: Protocol, key: Path
) -> None:
    plan = Randomization(
        method="permuted blocks", block_sizes=(4,), strata=("sex", "psychotropics")
    )
    trial = feder.model_copy(update={"randomization": plan})
    made = concealed_list.seal(trial, key, places=8, actor="s", at=NOW)
    assert made.places == 48
    strata = rows("SELECT stratum, count(*) FROM allocation_place GROUP BY stratum")
    assert dict(strata)["other; no"] == 8
    assert len(strata) == 6
