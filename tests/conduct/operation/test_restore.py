"""A backup comes back whole and verified, or not at all."""

import json
import os
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from equipoise.conduct.database import vault_address
from equipoise.conduct.operation.installation import make_databases
from tests.conduct.served import inside, new_database, run

POSTGRESQL = os.environ.get("CONDUCT_DATABASE") == "postgresql"
WORK = """
from datetime import UTC, datetime
from django.conf import settings
from equipoise.conduct.allocation.services import assignment, verification
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append
from equipoise.conduct.operation.checkpoint_schedule import anchor_now
from equipoise.conduct.study.protocols import in_force
at = datetime(2027, 1, 4, 9, tzinfo=UTC)
who = sys.argv[1]
facts = [Fact("answer", item=str(i), value="three \\t\\n points") for i in range(5)]
append(who, facts, actor="rater", protocol="p" * 64, at=at)
assignment.allocate(in_force(), settings.VAULT_KEY, who, {}, actor="c", at=at)
anchor_now(settings.ANCHORS, at=at)
"""


@dataclass(frozen=True)
class Kept:
    """A trial, its backup and keys, and anchors outside."""

    folder: Path
    backup: Path
    keys: Path
    anchors: Path

    def restore(
        self,
        to: Path,
        *more: object,
        status: int = 0,
        backup: Path | None = None,
        database: list[str] | None = None,
    ) -> str:
        """Restores into a new folder; what was said."""
        where = new_database() if database is None else database
        done = run(
            *["restore", backup or self.backup, to, "--keys", self.keys],
            *["--anchors", self.anchors, *where, *more],
            status=status,
        )
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return backed_up(tmp_path_factory.mktemp("kept"))


def backed_up(top: Path) -> Kept:
    """A trial with one participant, its backup and its anchors."""
    made = Kept(top / "trial", top / "backup", top / "keys", top / "anchors")
    run(
        *["serve", "feder2021", "--demo", "--empty", "--prepare-only"],
        *["--folder", made.folder],
        *["--anchors", made.anchors, *new_database()],
    )
    inside(made.folder, WORK, "P0001")
    run("backup", made.folder, made.backup, "--keys", made.keys)
    return made


def test_what_comes_back_is_what_was_there_and_goes_on(
    kept: Kept, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    said = kept.restore(again)
    assert "1 allocations" in said
    assert "lacks" not in said
    inside(again, WORK, "P0002")  # numbers of rows go on after the last one
    code = (
        "from equipoise.conduct.allocation.services import assignment, verification;"
        "from equipoise.conduct.audit.verify import verify;"
        "from django.conf import settings; from django.db import *;"
        "print(verify().findings, verification.verify(settings.VAULT_KEY),"
        "len(assignment.given()))\n"
        "try:\n connection.cursor().execute('DELETE FROM audit_entry')\n"
        "except DatabaseError as error: print(error)"
    )
    told = inside(again, code)
    assert told.startswith("() [] 2")
    assert "append-only" in told
    assert "EQ902" in kept.restore(again, status=1)  # nothing is overwritten


def test_a_value_that_was_edited_with_its_manifest_is_found(
    kept: Kept, tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(kept.backup, forged)
    changed = _edit(forged)
    manifest = json.loads((forged / "manifest.json").read_text())
    name = str(changed.relative_to(forged))
    manifest["files"][name] = sha256(changed.read_bytes()).hexdigest()
    (forged / "manifest.json").write_text(json.dumps(manifest))
    wanted = new_database()
    said = kept.restore(tmp_path / "t", backup=forged, status=1, database=wanted)
    assert "EQ954" in said
    assert "does not match its hash" in said
    assert list(tmp_path.iterdir()) == [forged]
    assert tables_of(wanted) == {}


def test_a_changed_file_is_refused_before_anything_is_made(
    kept: Kept, tmp_path: Path
) -> None:
    forged = tmp_path / "forged"
    shutil.copytree(kept.backup, forged)
    _edit(forged)
    said = kept.restore(tmp_path / "t", backup=forged, status=1)
    assert "EQ954" in said
    assert not (tmp_path / "t").exists()


def test_a_copy_that_is_older_than_the_anchors_needs_a_reason(tmp_path: Path) -> None:
    kept = backed_up(tmp_path / "own")  # the anchors of the others stay as they are
    inside(kept.folder, WORK + GROWN, "P0003")  # after the backup was made
    wanted = new_database()
    if wanted:  # somebody has made both for the restore
        make_databases(wanted[1])
    said = kept.restore(tmp_path / "t", status=1, database=wanted)
    assert "EQ955" in said
    assert "row 2 of the allocations" in said
    assert not list(tmp_path.glob("t*"))
    assert set(tables_of(wanted).values()) <= {0}
    said = kept.restore(
        tmp_path / "t", "--accept-older", "the disk is lost", database=wanted
    )
    assert "missing: row 2 of the allocations" in said
    told = inside(tmp_path / "t", RECONCILED).splitlines()
    assert told[0] == "the disk is lost"
    assert "2 allocations at the last checkpoint, but 1 in the database" in told[1]
    assert "1 chains do not match their checkpoint" in told[2]
    assert told[3:5] == ["()", "whole"]
    assert "reason: the disk is lost. Lost: " in told[5]
    assert "chain study does not match its checkpoint" in told[5]
    # Whoever still works in the other copy allocates nobody, and anchors nothing.
    assert "EQ937" in inside(kept.folder, STILL_OPEN)


GROWN = """
from equipoise.conduct.audit.models import STUDY
append(STUDY, facts, actor="rater", protocol="p" * 64, at=at)
anchor_now(settings.ANCHORS, at=at)
"""
RECONCILED = """
from datetime import UTC, datetime
from django.conf import settings
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import Entry, STUDY
from equipoise.conduct.audit.record import append
from equipoise.conduct.enrolment.reconciliation import reconcile
from equipoise.conduct.enrolment.database_currency import require_whole
from equipoise.conduct.inspection.verification import inspect
from equipoise.conduct.operation.checkpoint_schedule import anchor_now
from equipoise.errors import ConductError
at = datetime(2027, 1, 5, 9, tzinfo=UTC)
print(Entry.objects.get(act="restore").reason)
def standing():
    try:
        require_whole(settings.ANCHORS)
    except ConductError as refused:
        return "; ".join(p.what for p in refused.problems)
    return "whole"
print(standing())
for _ in range(9):  # the chain of the study grows, and an anchor is written
    append(STUDY, [Fact("export")], actor="a", protocol="p" * 64, at=at)
anchor_now(settings.ANCHORS, at=at)
print(standing())
reconcile(key=settings.VAULT_KEY, anchors=settings.ANCHORS, at=at, actor="anna",
          reason="the disk is lost")
found = inspect(settings.VAULT_KEY, settings.ANCHORS)
for line in (found.findings, standing(), *found.notices):
    print(line)
"""
STILL_OPEN = """
from datetime import UTC, datetime
from django.conf import settings
from equipoise.conduct.enrolment.database_currency import require_whole
from equipoise.conduct.operation.checkpoint_schedule import anchor_now
from equipoise.errors import ConductError
for deed in (lambda: require_whole(settings.ANCHORS),
             lambda: anchor_now(settings.ANCHORS, at=datetime(2027, 1, 6, tzinfo=UTC))):
    try:
        deed()
    except ConductError as refused:
        assert refused.code == "EQ937"
    else:
        raise AssertionError("two copies go on side by side")
print("EQ937")
"""


def tables_of(database: list[str]) -> dict[str, int]:
    """Number of tables of each database of an address that is there; {} for SQLite."""
    found: dict[str, int] = {}
    for address in (database[1], vault_address(database[1])) if database else ():
        with suppress(psycopg.OperationalError), psycopg.connect(address) as one:
            count = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            found[address] = one.execute(count).fetchone()[0]
    return found


def _edit(backup: Path) -> Path:
    """Changes one answer in a backup, as somebody with the file could."""
    if POSTGRESQL:
        path = backup / "default" / "audit_entry.copy"
        text, count = re.subn(r"three ", "four ", path.read_text(), count=1)
        assert count == 1
        path.write_text(text)
        return path
    path = backup / "default.sqlite3"
    with closing(sqlite3.connect(path)) as forged:
        (sql,) = forged.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'audit_entry_no_update'"
        ).fetchone()
        forged.execute("DROP TRIGGER audit_entry_no_update")
        forged.execute(
            "UPDATE audit_entry SET value = 'four' WHERE value LIKE 'three%' "
            "AND item = '3'"
        )
        forged.execute(sql)
        forged.commit()
    return path
