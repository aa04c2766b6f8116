"""Arms join the data after the database is locked, for the statistician, with a reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.allocation.disclosure import load, wrong_with
from equipoise.conduct.api.enrolling import lock_database
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.export.unblinding import (
    given,
    unblinded_data,
    unblinded_export,
)
from equipoise.dataset.trialdata import UnblindedTrialData
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.model import Protocol
from equipoise.randomize.sequence import allocation_sequence
from tests.conduct.conftest import NOW

By = Callable[[str], Actor]


def test_after_the_lock_there_are_arms_and_doses(
    trial: Protocol, key: Path, actor: By
) -> None:
    statistician = actor("statistician")
    lock_database(actor=statistician, at=NOW)
    data = unblinded_data(statistician, key, reason="final analysis", at=NOW)
    assert isinstance(data, UnblindedTrialData)
    arm = allocation_sequence(trial, 1, seed=7)[0]
    assert data.arm.to_dict() == {"P0001": arm}
    dose = {"ketamine": 35.25, "midazolam": 3.17}[arm]
    assert data.exposures["dose_mg"].tolist() == [dose]
    assert Entry.objects.filter(chain=STUDY, act="unblind").count() == 1


def test_the_archive_holds_the_list_and_its_commitment(
    trial: Protocol, key: Path, actor: By, tmp_path: Path
) -> None:
    """Whoever wrote the published hash down checks it with the file alone."""
    published = services.commitment().hash
    statistician = actor("statistician")
    lock_database(actor=statistician, at=NOW)
    made = unblinded_export(statistician, "csv", key, reason="final analysis", at=NOW)
    path = tmp_path / made.name
    path.write_bytes(made.content())
    assert list(wrong_with(load(path), published, trial)) == []


def test_not_before_the_lock(trial: Protocol, key: Path, actor: By) -> None:
    with pytest.raises(ConductError, match="EQ961"):
        unblinded_data(actor("statistician"), key, reason="curious", at=NOW)


def test_not_without_a_reason(trial: Protocol, key: Path, actor: By) -> None:
    lock_database(actor=actor("statistician"), at=NOW)
    with pytest.raises(ConductError, match="EQ962"):
        unblinded_data(actor("statistician"), key, reason=" ", at=NOW)


@pytest.mark.parametrize(
    "role", ["investigator", "administrator", "monitor", "pharmacist"]
)
def test_nobody_else(trial: Protocol, key: Path, actor: By, role: str) -> None:
    lock_database(actor=actor("statistician"), at=NOW)
    with pytest.raises(AccessError):
        unblinded_data(actor(role), key, reason="final analysis", at=NOW)


def test_a_dose_follows_from_arm_and_weight(feder: Protocol) -> None:
    assert given(feder, "ketamine", 68.3) == {"drug": "ketamine", "dose_mg": 34.15}
    assert given(feder, "ketamine", None) == {"drug": "ketamine", "dose_mg": None}
