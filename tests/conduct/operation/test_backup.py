"""A backup while people work; where its keys may lie."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection

from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.folder import Trial, prepare
from equipoise.conduct.operation import database_copy
from equipoise.conduct.operation.backup import back_up
from equipoise.conduct.operation.backup_manifest import load
from equipoise.errors import ConductError
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.faults import small_files


@pytest.fixture
def trial(study: Protocol, people: dict[str, User], tmp_path: Path) -> Trial:
    return prepare(Trial(tmp_path / "trial"))


def tell(step: str) -> None:
    assert step


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_it_is_whole_and_holds_no_key(
    trial: Trial, study: Protocol, key: Path, tmp_path: Path
) -> None:
    assignment.allocate(study, key, "P0001", {}, actor="c", at=NOW)
    out, keys = tmp_path / "out", tmp_path / "keys"
    made = back_up(trial, out, keys=keys, at=NOW, tell=tell)
    assert made.vendor == connection.vendor
    assert made.vault[0] == 1
    known = load(out, keys / "vault.key")
    assert known.files == made.files
    secret = (trial.folder / "vault.key").read_bytes()
    for name in made.files:
        content = (out / name).read_bytes()
        assert secret not in content
        assert b"midazolam" not in content.lower() or "default" in name
    assert (keys / "vault.key").stat().st_mode & 0o077 == 0
    assert json.loads((out / "manifest.json").read_text())["trial"] == "feder2021"
    with pytest.raises(ConductError, match="never overwrites"):
        back_up(trial, out, keys=None, at=NOW, tell=tell)


@pytest.mark.parametrize("inside", [".", "keys", "a/b"])
def test_keys_never_lie_beside_the_data(
    trial: Trial, tmp_path: Path, inside: str
) -> None:
    out = tmp_path / "out"
    with pytest.raises(ConductError, match="stored with the data"):
        back_up(trial, out, keys=out / inside, at=NOW, tell=tell)
    assert not out.exists()


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_full_disk_leaves_nothing_that_looks_whole(
    trial: Trial, tmp_path: Path
) -> None:
    out, keys = tmp_path / "out", tmp_path / "keys"
    before = set(tmp_path.iterdir())
    with small_files(4096), pytest.raises(ConductError) as refused:
        back_up(trial, out, keys=keys, at=NOW, tell=tell)
    assert refused.value.code == "EQ956"
    assert set(tmp_path.iterdir()) == before
    back_up(trial, out, keys=keys, at=NOW, tell=tell)  # there is room again
    assert load(out, keys / "vault.key").trial == "feder2021"


def test_what_a_killed_backup_left_is_named_and_not_taken_for_one(
    trial: Trial, tmp_path: Path
) -> None:
    (tmp_path / "out.part").mkdir()
    with pytest.raises(ConductError, match="was interrupted"):
        back_up(trial, tmp_path / "out", keys=None, at=NOW, tell=tell)
    assert not (tmp_path / "out").exists()


def test_sessions_are_not_copied_from_postgresql() -> None:
    assert {"django_session", "cache", "django_migrations"} <= database_copy.LEFT_OUT
