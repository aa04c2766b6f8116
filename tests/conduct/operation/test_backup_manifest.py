"""The manifest of a backup finds whatever was changed."""

from pathlib import Path

import pytest

from equipoise.conduct.allocation.key import make_key
from equipoise.conduct.operation.backup_manifest import (
    Manifest,
    digest,
    fingerprint,
    load,
    problem,
)
from equipoise.errors import ConductError


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of one file; its key lies beside it for this test alone."""
    make_key(tmp_path / "vault.key")
    out = tmp_path / "backup"
    out.mkdir()
    (out / "default.sqlite3").write_bytes(b"rows")
    made = Manifest(
        made_at="2027-01-04T09:00:00+00:00",
        trial="t",
        version="0",
        vendor="sqlite",
        demo=False,
        files={"default.sqlite3": digest(out / "default.sqlite3")},
        heads={"study": (1, "00")},
        vault=(0, "00"),
        key=fingerprint(tmp_path / "vault.key"),
    )
    made.save(out)
    return out


def refused(backup: Path, key: Path) -> str:
    with pytest.raises(ConductError) as error:
        load(backup, key)
    assert error.value.code == "EQ954"
    return str(error.value)


def test_a_whole_backup_is_read(backup: Path, tmp_path: Path) -> None:
    assert load(backup, tmp_path / "vault.key").trial == "t"


def test_what_is_missing_or_changed(backup: Path, tmp_path: Path) -> None:
    key = tmp_path / "vault.key"
    (backup / "default.sqlite3").write_bytes(b"r0ws")
    assert "was changed" in refused(backup, key)
    (backup / "default.sqlite3").unlink()
    key.unlink()
    said = refused(backup, key)
    assert "default.sqlite3 is missing" in said
    assert "key is missing" in said
    make_key(key)
    assert "is of another trial" in refused(backup, key)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"made_at": 1}', "\x00"])
def test_a_manifest_that_cannot_be_read(
    backup: Path, tmp_path: Path, text: str
) -> None:
    (backup / "manifest.json").write_text(text)
    assert "manifest" in refused(backup, tmp_path / "vault.key")


def test_no_backup_at_all(tmp_path: Path) -> None:
    assert "manifest" in refused(tmp_path, tmp_path / "vault.key")
    assert problem("x", "y").code == "EQ954"
