"""``equipoise audit`` on a trial of its own, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

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
from equipoise.conduct.allocation import services
from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.record import append
from equipoise.conduct.study.protocols import accept, in_force
from equipoise.exchange.protocols import load_protocol
at = datetime(2027, 1, 4, 9, tzinfo=UTC)
feder = load_protocol("feder2021")
scales = {name: library.text("instruments", name) for name in feder.scales}
accept(feder, library.text("protocols", "feder2021"), scales, actor="admin", at=at)
key = trial.folder / folder.VAULT_KEY
services.seal(in_force(), key, places=10, actor="s", at=at)
kit = services.allocate(in_force(), key, "P0001", {}, actor="c", at=at).number
fact = Fact("randomize", "randomization", item="kit", value=kit)
append("P0001", [fact], actor="c", protocol="", at=at)
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
    done = audit("anchor", str(trial))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "anchored 2 chains and 1 allocations\n"

    done = audit("verify", str(trial), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["allocations"] == 1

    import sqlite3

    with sqlite3.connect(trial / "trial.sqlite3") as database:
        database.execute("DROP TRIGGER audit_entry_no_update")
        database.execute("UPDATE audit_entry SET actor = 'x' WHERE chain = 'P0001'")
    done = audit("verify", str(trial))
    assert done.returncode == 1
    assert "EQ941 chain P0001, entry 1: is not what was written down" in done.stderr

    with sqlite3.connect(trial / "vault.sqlite3") as database:
        database.execute("DROP TRIGGER allocation_allocation_no_delete")
        database.execute("DELETE FROM allocation_allocation")
        database.execute("UPDATE allocation_turn SET taken = 0")
    done = audit("reconcile", str(trial), "--json")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["reconciled"] is False
    assert "1 allocations were anchored that the vault lacks" in shown["missing"]
    done = audit("reconcile", str(trial), "--by", "anna", "--reason", "disk lost")
    assert done.returncode == 0, done.stderr
    assert "True" in done.stdout
    assert "nothing" in audit("reconcile", str(trial)).stdout


def test_a_folder_without_a_trial_is_refused(tmp_path: Path) -> None:
    done = audit("verify", str(tmp_path))
    assert done.returncode == 1
    assert "EQ902" in done.stderr
