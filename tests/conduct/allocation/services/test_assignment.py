"""The sealed list: one kit a person, in order, whoever asks at the same time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from equipoise.conduct.allocation.services import (
    assignment,
    concealed_list,
    hash_chains,
    unblinding,
    verification,
)
from equipoise.errors import ConductError
from equipoise.protocol.governance import Randomization
from equipoise.protocol.model import Protocol
from equipoise.randomize.methods import allocation_sequence
from tests.conduct.conftest import NOW


def allocate(protocol: Protocol, key: Path, participant: str) -> str:
    try:
        made = assignment.allocate(protocol, key, participant, {}, actor="c", at=NOW)
        return made.number
    finally:
        connections.close_all()


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_fifty_at_once_get_fifty_places_in_order(study: Protocol, key: Path) -> None:
    names = [f"P{i:04d}" for i in range(50)]
    with ThreadPoolExecutor(8) as pool:
        kits = list(pool.map(lambda n: allocate(study, key, n), names))
    assert len(set(kits)) == 50
    assert len(assignment.given()) == 50
    assert verification.verify(key) == []
    opened = unblinding.open_all(key, reason="test", actor="s", at=NOW)
    wanted = allocation_sequence(study, 50, seed=7)
    assert [row.arm for row in opened] == wanted


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_fifty_clicks_for_one_person_are_one_kit(study: Protocol, key: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        kits = set(pool.map(lambda _: allocate(study, key, "P0001"), range(50)))
    assert len(kits) == 1
    assert len(assignment.given()) == 1


def test_an_exhausted_stratum_gives_nothing(
    db: None, feder: Protocol, key: Path
) -> None:
    plan = Randomization(method="permuted blocks", block_sizes=(2,), strata=("sex",))
    trial = feder.model_copy(update={"randomization": plan})
    concealed_list.seal(trial, key, places=2, actor="s", at=NOW)
    for name, sex in (("P1", "F"), ("P2", "F"), ("P3", "M")):
        assignment.allocate(trial, key, name, {"sex": sex}, actor="c", at=NOW)
    with pytest.raises(ConductError, match="EQ935") as refusal:
        assignment.allocate(trial, key, "P4", {"sex": "F"}, actor="c", at=NOW)
    assert not any(arm.id in str(refusal.value) for arm in feder.arms)
    assert len(assignment.given()) == 3
    assert assignment.allocate(trial, key, "P5", {"sex": "M"}, actor="c", at=NOW).new
    again = assignment.allocate(trial, key, "P2", {"sex": "F"}, actor="c", at=NOW)
    assert not again.new  # who has a kit keeps it
    assert verification.verify(key, trial) == []


def test_nobody_is_allocated_before_the_list_is_sealed(
    db: None, feder: Protocol, key: Path
) -> None:
    with pytest.raises(ConductError, match="EQ934"):
        assignment.allocate(feder, key, "P1", {}, actor="c", at=NOW)


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_minimization_is_exact_at_the_same_time(
    db: None, feder: Protocol, key: Path
) -> None:
    plan = Randomization(method="minimization", strata=("sex",), probability=0.8)
    trial = feder.model_copy(update={"randomization": plan})
    concealed_list.seal(trial, key, places=50, actor="s", at=NOW)

    def one(number: int) -> str:
        levels = {"sex": "F" if number % 3 else "M"}
        try:
            made = assignment.allocate(
                trial, key, f"P{number}", levels, actor="c", at=NOW
            )
            return made.number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        kits = list(pool.map(one, range(50)))
    assert len(set(kits)) == 50
    assert verification.verify(key, trial) == []


def test_a_lost_allocation_is_given_back_once(study: Protocol, key: Path) -> None:
    kit = assignment.allocate(study, key, "P1", {}, actor="c", at=NOW).number
    with pytest.raises(ConductError, match="EQ937"):
        assignment.restore(study, key, "P2", kit, {}, actor="c", at=NOW)
    with pytest.raises(ConductError, match="EQ937"):
        assignment.restore(study, key, "P2", "no-kit", {}, actor="c", at=NOW)
    assert not assignment.restore(study, key, "P1", kit, {}, actor="c", at=NOW).new
    assert assignment.position(kit) == 1
    assert [row.participant for row in assignment.given()] == ["P1"]
    assert hash_chains.hashes("allocations", [1]) == {
        1: hash_chains.heads()["allocations"][1]
    }
    assert hash_chains.hashes("allocations", [2]) == {}
