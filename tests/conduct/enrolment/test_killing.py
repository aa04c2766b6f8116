"""kill -9 at any moment of a randomization: one place, one kit, completed by a click."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connections

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.allocation import services
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.enrolment.randomizing import randomize
from equipoise.conduct.inspection.verifying import inspect
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.screened import eligible

ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("killed.py")


def killed(where: str, key: Path) -> int:
    names = {
        alias: str(connections[alias].settings_dict["NAME"])
        for alias in ("default", "vault")
    }
    command = [sys.executable, str(SCRIPT), where, str(key)]
    done = subprocess.run(  # noqa: S603
        [*command, str(key.parent / "anchors"), json.dumps(names)],
        env=os.environ
        | {
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "tests.conduct.settings",
        },
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode, done.stderr.decode()
    return done.returncode


@pytest.mark.parametrize(
    ("where", "allocated", "recorded"),
    [
        ("inside the vault", 0, 0),
        ("between vault and entry", 1, 0),
        ("between entry and anchor", 1, 1),
        ("inside the anchor", 1, 1),
    ],
)
@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_killed_click_is_completed_by_the_next(
    study: Protocol,
    key: Path,
    people: dict[str, User],
    actor: Callable[[str], Actor],
    where: str,
    allocated: int,
    recorded: int,
) -> None:
    person, anchors = eligible(), key.parent / "anchors"
    assert killed(where, key) == -9
    assert services.head().count == allocated
    assert Entry.objects.filter(act="randomize").count() == recorded
    before = services.kit(person.identifier)
    made = randomize(
        person, key=key, anchors=anchors, actor=actor("coordinator"), at=NOW
    )
    assert before in (None, made.number)
    assert services.head().count == Entry.objects.filter(act="randomize").count() == 1
    checked = inspect(key, anchors)
    assert checked.findings == ()
    assert checked.allocations == 1
