"""``equipoise confirm-reset`` and ``recover`` on a trial of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ALL = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from equipoise.conduct import folder
trial = folder.prepare(folder.Trial(Path(sys.argv[1])))
folder.remember(trial)
folder.enter(trial)
from equipoise.conduct.operation import installation
now = datetime.now(UTC)
installation.make_tables()
installation.found("feder2021", {"north": "North"}, at=now)
from django.contrib.auth.models import User
from equipoise.conduct.access.actor import actor_of
from equipoise.conduct.access.role_grants import first_administrator, grant
from equipoise.conduct.account_reset import ask
admin, ines = (User.objects.create_user(n, password="x y z") for n in ("ada", "ines"))
first_administrator(admin, at=now)
actor = actor_of(admin, at=now)
grant(ines, "investigator", "north", actor=actor, at=now)
ask(ines, actor=actor, at=now, reason="lost")
from typer.testing import CliRunner
from equipoise.cli.commands import app
words = ["confirm-reset", sys.argv[1], "ines", "--by", "Otto"]
print("no reason:", CliRunner().invoke(app, words).exit_code)
words += ["--reason", "she came to me"]
print(CliRunner().invoke(app, words).output)
print("again:", CliRunner().invoke(app, words).exit_code)
words = ["recover", sys.argv[1]]
begin = ["--user", "olga", "--name", "Olga Orlova", "--by", "Peter Paulsen",
         "--reason", "ines has left the trial, nobody confirms"]
more = ["--by", "Rita Roth"]
print("one person:", CliRunner().invoke(app, [*words, *begin]).exit_code)
print(CliRunner().invoke(app, [*words, *begin, *more, "--without", "ines"]).output)
print("too early:", CliRunner().invoke(app, [*words, "--finish"]).exit_code)
from equipoise.conduct.access import recovery

real = recovery.recoveries
from dataclasses import replace
recovery.recoveries = lambda: [replace(one, due=one.begun) for one in real()]
done = CliRunner().invoke(app, [*words, "--finish", "--address", "https://t.example/"])
print(done.output)
"""


def test_whoever_runs_the_server_is_the_second_person(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ALL, str(tmp_path / "trial")],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "no reason: 2" in done.stdout
    assert re.search(r"Code for ines: [A-Z2-9]{4}-[A-Z2-9]{4}\n", done.stdout)
    assert "ada has the link" in done.stdout
    assert "again: 1" in done.stdout
    assert "one person: 1" in done.stdout
    assert "Announced: Olga Orlova as administrator." in done.stdout
    assert "too early: 1" in done.stdout
    found = re.search(r"for Peter Paulsen to hand over: (\S+)", done.stdout)
    assert found
    assert re.fullmatch(r"https://t\.example/join/\w+/[\w-]+/", found[1])
    assert re.search(r"for Rita Roth to hand over: [A-Z2-9]{4}-", done.stdout)
