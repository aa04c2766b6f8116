"""The folder of a trial: private files, what it remembers, what it refuses."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.conduct import folder
from equipoise.conduct.folder import (
    Trial,
    prepare,
    readable_by_others,
    remember,
    reopen,
    write_private,
)
from equipoise.errors import ConductError

ADDRESS = "postgresql://trial:secret@localhost/feder"


def made(trial: Trial) -> Trial:
    """A trial whose database has answered."""
    ready = prepare(trial)
    remember(ready)
    return ready


def test_an_address_is_kept_only_when_it_has_answered(tmp_path: Path) -> None:
    prepare(Trial(tmp_path / "t", "postgresql://localhost/fedre"))
    assert prepare(Trial(tmp_path / "t", ADDRESS)).database == ADDRESS
    with pytest.raises(ConductError) as refused:
        prepare(Trial(tmp_path / "t", "mysql://a:secret@b/c"))
    assert refused.value.code == "EQ902"
    assert "secret" not in str(refused.value)


def test_what_is_secret_is_its_owners_alone(tmp_path: Path) -> None:
    trial = made(Trial(tmp_path / "t", ADDRESS))
    names = ("secret.key", "vault.key", "trial.json")
    assert not readable_by_others(trial.folder / name for name in names)
    assert trial.folder.stat().st_mode & 0o077 == 0
    assert len((trial.folder / "secret.key").read_text()) >= 50
    (trial.folder / "vault.key").chmod(0o644)
    assert len(readable_by_others([trial.folder / "vault.key", tmp_path / "no"])) == 2


def test_address_and_anchors_are_remembered(tmp_path: Path) -> None:
    made(Trial(tmp_path / "t", ADDRESS, anchors=tmp_path / "a"))
    known = reopen(tmp_path / "t")
    assert (known.database, known.anchors_folder) == (ADDRESS, tmp_path / "a")
    assert prepare(Trial(tmp_path / "t")).database == ADDRESS
    moved = reopen(tmp_path / "t", anchors=tmp_path / "b")
    assert moved.anchors_folder == tmp_path / "b"


def test_another_database_or_kind_is_refused(tmp_path: Path) -> None:
    trial = made(Trial(tmp_path / "t", ADDRESS))
    for asked in (
        replace(trial, demo=True),
        replace(trial, database="postgresql://localhost/other"),
    ):
        with pytest.raises(ConductError) as refused:
            prepare(asked)
        assert refused.value.code == "EQ951"
        assert "secret" not in str(refused.value)


def test_a_trial_on_sqlite_is_not_moved_by_an_option(tmp_path: Path) -> None:
    made(Trial(tmp_path / "t"))
    (tmp_path / "t" / "trial.sqlite3").touch()
    with pytest.raises(ConductError, match="another database"):
        prepare(Trial(tmp_path / "t", ADDRESS))


def test_a_folder_without_a_trial(tmp_path: Path) -> None:
    with pytest.raises(ConductError) as refused:
        reopen(tmp_path)
    assert refused.value.code == "EQ902"
    (tmp_path / "file").touch()
    with pytest.raises(ConductError, match="cannot be used"):
        prepare(Trial(tmp_path / "file"))


def test_the_environment_holds_what_the_settings_read(tmp_path: Path) -> None:
    trial = prepare(Trial(tmp_path / "t", hosts=("a.org", "b.org"), production=True))
    told = trial.environment()
    assert told["EQUIPOISE_HOSTS"] == "a.org,b.org"
    assert told["EQUIPOISE_PRODUCTION"] == "1"
    assert told["EQUIPOISE_DEMO"] == "0"


def test_a_private_file_is_replaced_or_kept(tmp_path: Path) -> None:
    path = tmp_path / "x"
    write_private(path, "one")
    write_private(path, "two", keep=True)
    assert path.read_text() == "one"
    write_private(path, "three")
    assert path.read_text() == "three"
    assert path.stat().st_mode & 0o777 == 0o600


def test_two_in_one_folder_come_one_after_the_other(tmp_path: Path) -> None:
    seen: list[str] = []

    def other() -> None:
        with folder.alone(tmp_path):
            seen.append("other")

    thread = threading.Thread(target=other)
    with folder.alone(tmp_path):
        thread.start()
        thread.join(0.2)
        seen.append("first")
    thread.join(20)
    assert seen == ["first", "other"]
