"""``equipoise audit`` on a trial of its own, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

ROOT = Path(__file__).parents[2]
BEGIN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from equipoise import library
from equipoise.conduct import folder
trial = folder.prepare(folder.Trial(Path(sys.argv[1])))
folder.remember(trial)
folder.enter(trial)
from django.core.management import call_command
for alias in ("default", "vault"):
    call_command("migrate", database=alias, verbosity=0)
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import assignment, unblinding
from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.record import append
from equipoise.conduct.enrolment.allocation_list import seal
from equipoise.conduct.study.protocols import accept, in_force
from equipoise.exchange.protocols import load_protocol
at = datetime(2027, 1, 4, 9, tzinfo=UTC)
feder = load_protocol("feder2021")
scales = {name: library.text("instruments", name) for name in feder.scales}
scales |= {f"form:{n}": library.text("forms", n) for n in feder.standard_forms}
accept(feder, library.text("protocols", "feder2021"), scales, actor="admin", at=at)
key = trial.folder / folder.VAULT_KEY
s = Actor("s", {"statistician": frozenset({"*"})})
seal(places=10, key=key, anchors=trial.anchors_folder, actor=s, at=at)
kit = assignment.allocate(in_force(), key, "P0001", {}, actor="c", at=at).number
fact = Fact("randomize", "randomization", item="kit", value=kit)
append("P0001", [fact], actor="c", protocol="", at=at)
told = unblinding.disclose(key, "feder2021").text()
(trial.folder / "commitment.json").write_text(told, "utf-8")
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit") / "trial"
    done = run("-c", BEGIN, str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def audit(*words: str) -> subprocess.CompletedProcess[str]:
    return run("-m", "equipoise", "audit", *words)


def test_a_trial_from_whole_to_lost_and_reconciled(trial: Path) -> None:
    done = audit("checkpoint", str(trial))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Checkpoint of 1 hash chains and 1 allocations\n"

    done = audit("verify", str(trial), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["allocations"] == 1

    copy = trial.parent / "auditor"  # databases and anchors, without any key
    copytree(trial, copy, ignore=ignore_patterns("*.key", "commitment.json"))
    done = audit("verify", str(copy))
    assert done.returncode == 0, done.stderr
    assert "no problems in what needs no key" in done.stdout
    assert "whether the allocation schedule matches its commitment" in done.stdout

    import sqlite3

    with sqlite3.connect(trial / "trial.sqlite3") as database:
        database.execute("DROP TRIGGER audit_entry_no_update")
        database.execute("UPDATE audit_entry SET actor = 'x' WHERE chain = 'P0001'")
    done = audit("verify", str(trial))
    assert done.returncode == 1
    assert "EQ941 chain P0001, entry 1: does not match its hash" in done.stderr

    with sqlite3.connect(trial / "vault.sqlite3") as database:
        database.execute("DROP TRIGGER allocation_allocation_no_delete")
        database.execute("DELETE FROM allocation_allocation")
        database.execute("UPDATE allocation_turn SET taken = 0")
    done = audit("reconcile", str(trial), "--json")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["reconciled"] is False
    assert (
        "1 allocations at the last checkpoint, but 0 in the database"
        in shown["missing"]
    )
    done = audit("reconcile", str(trial), "--by", "anna", "--reason", "disk lost")
    assert done.returncode == 0, done.stderr
    assert "True" in done.stdout
    assert "none" in audit("reconcile", str(trial)).stdout


def test_a_commitment_is_checked_from_the_file_alone(
    trial: Path, tmp_path: Path
) -> None:
    path = trial / "commitment.json"
    content = json.loads(path.read_text("utf-8"))
    hash_ = content["commitment"]
    words = ("commitment", str(path), "--published", hash_, "--protocol", "feder2021")
    done = audit(*words)
    assert done.returncode == 0, done.stderr
    assert "matches" in done.stdout
    assert "the generated list is the same" in done.stdout
    content["list"][3], content["list"][4] = content["list"][4], content["list"][3]
    other = tmp_path / "other.json"
    other.write_text(json.dumps(content), "utf-8")
    done = audit("commitment", str(other))
    assert done.returncode == 1
    assert "EQ946" in done.stderr


def test_a_folder_without_a_trial_is_refused(tmp_path: Path) -> None:
    done = audit("verify", str(tmp_path))
    assert done.returncode == 1
    assert "EQ902" in done.stderr
