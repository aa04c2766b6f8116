"""A file that is made beside the requests: once, private, for who asked, for an hour."""

import errno
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.export import export_job
from equipoise.conduct.export.export_job import KEPT, Owner
from equipoise.conduct.export.services import Export, Prepared, Tell
from equipoise.conduct.export.snapshot import Snapshot
from equipoise.errors import ConductError

SNAPSHOT = Snapshot({}, {}, "p", "h")
NOTHING = Actor("nobody", {})


@pytest.fixture
def owner(tmp_path: Path) -> Owner:
    return Owner.of(tmp_path / "exports", NOTHING, 7, "a session")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be done beside is done before the answer."""
    monkeypatch.setattr(export_job, "aside", lambda deed: deed())
    monkeypatch.setattr(export_job, "EVERY", 0)


def prepared(make: Callable[[Tell, IO[bytes]], object], people: int = 3) -> Prepared:
    def made(tell: Tell, into: IO[bytes] | None) -> Export:
        assert into is not None
        make(tell, into)
        return Export("trial.csv.zip", into, SNAPSHOT)

    return Prepared(people, made)


def write(tell: Tell, into: IO[bytes]) -> None:
    for done in (1, 2, 3):
        into.write(b"row ")
        tell(done)


def start(owner: Owner, ticket: str = "one", at: float = 0.0, **more: bool) -> bool:
    return export_job.start(owner, ticket, lambda: prepared(write), at=at, **more)


def refused(error: BaseException) -> Callable[[Tell, IO[bytes]], None]:
    def make(tell: Tell, into: IO[bytes]) -> None:
        into.write(b"half")
        raise error

    return make


def ended(owner: Owner, error: Exception) -> export_job.Making:
    assert export_job.start(owner, "", lambda: prepared(refused(error)), at=0)
    found = export_job.look(owner, at=1)
    assert found is not None
    assert found.stage == "failed"
    assert not owner.path.exists()
    return found


@contextmanager
def running(owner: Owner, at: float = 0.0) -> Iterator[None]:
    """One participant is read, and the next one takes for ever."""
    first, go_on = threading.Event(), threading.Event()

    def slow(tell: Tell, into: IO[bytes]) -> None:
        tell(1)
        first.set()
        go_on.wait(20)
        tell(2)
        tell(3)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export_job, "aside", lambda deed: deeds.append(deed))
        deeds: list[Callable[[], None]] = []
        assert export_job.start(owner, "slow", lambda: prepared(slow), at=at)
    thread = threading.Thread(target=deeds[0])
    thread.start()
    assert first.wait(20)
    yield
    go_on.set()
    thread.join(20)


def test_a_file_is_made_and_handed_out_once(owner: Owner) -> None:
    assert export_job.look(owner, at=0) is None
    assert start(owner)
    found = export_job.look(owner, at=1)
    assert found is not None
    assert (found.stage, found.done, found.total) == ("ready", 3, 3)
    folder = owner.folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert owner.path.stat().st_mode & 0o777 == 0o600
    name, file = export_job.take(owner, at=2)
    with file:
        assert not owner.path.exists()
        assert (name, file.read()) == ("trial.csv.zip", b"row row row ")
    with pytest.raises(ConductError, match="EQ969"):
        export_job.take(owner, at=3)
    assert export_job.look(owner, at=3) is None


def test_how_far_it_is(owner: Owner) -> None:
    with running(owner):
        found = export_job.look(owner, at=60)
        assert found is not None
        assert (found.stage, found.done, found.total) == ("making", 1, 3)
        with pytest.raises(ConductError, match="EQ969"):
            export_job.take(owner, at=60)
        assert not start(owner, "another")
        export_job.sweep(owner.folder, at=2 * KEPT)  # what runs is not old
        assert export_job.look(owner, at=2 * KEPT) == found
    found = export_job.look(owner, at=60)
    assert found is not None
    assert (found.stage, found.done) == ("ready", 3)


def test_the_last_participant_is_followed_by_packing(owner: Owner) -> None:
    seen = []

    def make(tell: Tell, into: IO[bytes]) -> None:
        for done in (2, 3):
            tell(done)
            found = owner.read()
            assert found is not None
            seen.append((found.stage, found.done))

    export_job.start(owner, "", lambda: prepared(make), at=0)
    assert seen == [("making", 2), ("packing", 3)]


def test_a_double_click_makes_one_file(owner: Owner) -> None:
    asked = []

    def prepare() -> Prepared:
        asked.append("an entry in the chain of the study")
        return prepared(write)

    assert export_job.start(owner, "page", prepare, at=0)
    assert not export_job.start(owner, "page", prepare, at=0)
    with export_job.take(owner, at=1)[1]:
        assert len(asked) == 1
    assert export_job.start(owner, "page", prepare, at=2)  # it was handed out since


def test_what_is_refused_before_starts_nothing(owner: Owner) -> None:
    def prepare() -> Prepared:
        raise ConductError.single("EQ961", "not locked", where="x", fix="y")

    with pytest.raises(ConductError, match="EQ961"):
        export_job.start(owner, "one", prepare, at=0)
    assert export_job.look(owner, at=0) is None
    assert start(owner)


def test_a_full_disk_is_said(owner: Owner) -> None:
    found = ended(owner, OSError(errno.ENOSPC, "No space left on device"))
    assert "disk of the server is full" in found.what
    assert start(owner)


def test_a_refusal_is_said_in_its_own_words(owner: Owner) -> None:
    error = ConductError.single("EQ932", "it does not open", where="x", fix="verify")
    assert (ended(owner, error).what, ended(owner, error).fix) == (
        "it does not open", "verify"
    )  # fmt: skip


def test_an_error_tells_no_name(owner: Owner) -> None:
    found = ended(owner, RuntimeError("P0001 gets ketamine"))
    assert found.what == "the server could not create the file"
    assert "P0001" not in found.what + found.fix


def test_a_server_that_died_is_noticed(owner: Owner) -> None:
    """Nothing of half a file stays, and one starts anew."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait(20)

    def killed(tell: Tell, into: IO[bytes]) -> None:
        tell(2)
        into.write(b"half a file")
        raise KeyboardInterrupt  # as good as a kill: nothing is noted any more

    with pytest.raises(KeyboardInterrupt):
        export_job.start(owner, "one", lambda: prepared(killed), at=0)
    known = owner.read()
    assert known is not None
    assert known.runs
    owner.note(replace(known, process=child.pid))
    found = export_job.look(owner, at=5)
    assert found is not None
    assert (found.stage, found.fix) == ("failed", export_job.AGAIN)
    assert "server stopped" in found.what
    assert not owner.path.exists()
    assert start(owner, "two", at=6)


def test_what_a_dead_server_was_making_is_swept(owner: Owner) -> None:
    with running(owner):
        known = owner.read()
        assert known is not None
        owner.note(replace(known, process=2**22 + 1))  # more than there can be
        export_job.sweep(owner.folder, at=KEPT - 1)
        assert owner.path.exists()
        export_job.sweep(owner.folder, at=KEPT)
        assert not owner.path.exists()


def test_an_end_that_cannot_be_noted_leaves_nothing(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Owner.note

    def full(self: Owner, made: export_job.Making) -> None:
        if made.stage != "making" or made.done:
            raise OSError(errno.ENOSPC, "No space left on device")
        plain(self, made)

    with monkeypatch.context() as patch:
        patch.setattr(Owner, "note", full)
        assert start(owner)
    assert export_job.look(owner, at=1) is None
    assert not owner.path.exists()
    assert start(owner, "again")


@pytest.mark.parametrize("other", ["session", "person", "roles"])
def test_it_is_of_one_person_in_one_session_with_the_roles_of_then(
    owner: Owner, other: str
) -> None:
    start(owner)
    folder = owner.folder
    one = {
        "session": Owner.of(folder, NOTHING, 7, "another session"),
        "person": Owner.of(folder, NOTHING, 8, "a session"),
        "roles": Owner.of(
            folder, Actor("n", {"monitor": frozenset({"north"})}), 7, "a session"
        ),
    }[other]
    with pytest.raises(ConductError, match="EQ969"):
        export_job.take(one, at=1)
    there = other != "roles"  # what was made with others is gone at once
    assert (export_job.look(owner, at=1) is not None) is there
    assert owner.path.exists() is there


def test_an_end_of_a_role_is_said(owner: Owner) -> None:
    start(owner)
    found = export_job.look(replace(owner, roles="other"), at=1)
    assert found is not None
    assert found.stage == "failed"
    assert "roles have changed" in found.what


@pytest.mark.parametrize("unblinded", [True, False])
def test_the_other_kind_is_not_handed_out(owner: Owner, unblinded: bool) -> None:
    start(owner, unblinded=unblinded)
    with pytest.raises(ConductError, match="EQ969"):
        export_job.take(owner, unblinded=not unblinded, at=1)
    with export_job.take(owner, unblinded=unblinded, at=1)[1]:
        pass


@pytest.mark.parametrize("at", [KEPT + 60, -KEPT - 60])
def test_it_waits_for_an_hour(owner: Owner, at: float) -> None:
    start(owner)
    assert export_job.look(owner, at=at) is None
    with pytest.raises(ConductError, match="EQ969"):
        export_job.take(owner, at=at)
    export_job.sweep(owner.folder, at=KEPT - 60)
    assert owner.path.exists()
    export_job.sweep(owner.folder, at=at)
    assert not owner.path.exists()


def test_who_starts_sweeps_what_others_left(owner: Owner) -> None:
    start(owner)
    other = replace(owner, name="8")
    start(other, at=KEPT + 60)
    assert not owner.path.exists()
    assert other.path.exists()


def test_nothing_outlives_the_server(owner: Owner) -> None:
    start(owner)
    export_job.clear(owner.folder.parent)
    assert export_job.look(owner, at=1) is None
    assert not owner.folder.exists()
    export_job.clear(owner.folder.parent)


def test_two_that_save_at_once_get_one_file(owner: Owner) -> None:
    start(owner)
    found: list[str] = []

    def save() -> None:
        try:
            with export_job.take(owner, at=1)[1]:
                found.append("file")
        except ConductError as refusal:
            found.append(refusal.code)

    threads = [threading.Thread(target=save) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(found) == ["EQ969"] * 3 + ["file"]
