"""Processes that are killed in the middle of a deed: ``python killed.py DEED WHERE ...``.

``kill_in`` starts this file with the databases of the test that asks.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def kill_in(deed: str, where: str, key: Path, **more: str) -> None:
    """Does something in a process of its own, which is killed at a place of it.

    Args:
        deed: ``randomize``, ``save`` or ``export``.
        where: as the function of that name knows it.
        key: file of the key of the vault; anchors lie beside it.
        more: of the environment.
    """
    from django.db import connections

    names = {
        alias: str(connections[alias].settings_dict["NAME"])
        for alias in ("default", "vault")
    }
    paths = [str(key), str(key.parent / "anchors")]
    done = subprocess.run(  # noqa: S603
        [sys.executable, __file__, deed, where, *paths, json.dumps(names)],
        env=os.environ
        | {
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "tests.conduct.settings",
        }
        | more,
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def die(*args: Any, **named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def and_die(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Does what was to be done, and is killed right after."""

    def done(*args: Any, **named: Any) -> None:
        plain(*args, **named)
        die()

    return done


def randomize(where: str, key: Path, anchors: Path) -> None:
    """A click of the coordinator."""
    from equipoise.conduct.access.actor import actor_of
    from equipoise.conduct.allocation.services import assignment
    from equipoise.conduct.audit import checkpoints
    from equipoise.conduct.enrolment import randomization

    if where == "inside the vault":
        assignment.add = and_die(assignment.add)
    elif where == "between vault and entry":
        randomization.record = die
    elif where == "between entry and anchor":
        randomization.anchor_all = die
    elif where == "inside the anchor":
        plain = os.fsync

        def half(path: Path, line: str) -> None:
            with path.open("a") as file:
                file.write(line[: len(line) // 2])
                file.flush()
                plain(file.fileno())
            die()

        checkpoints._write = half
    actor = actor_of(_user("coordinator"), at=_now())
    randomization.randomize(_person(), key=key, anchors=anchors, actor=actor, at=_now())


def save(where: str, key: Path, anchors: Path) -> None:
    """A form that the coordinator completes; killed at the end, if not before."""
    from equipoise.conduct.access.actor import actor_of
    from equipoise.conduct.audit import record
    from equipoise.conduct.capture import form_saving
    from equipoise.conduct.capture.form_lookup import place_of
    from tests.conduct.screened import CHARACTERISTICS

    if where == "between entries and head":
        record.write = and_die(record.write)
    elif where == "before it is final":
        form_saving.note_state = and_die(form_saving.note_state)
    and_die(form_saving.save)(
        place_of(_person(), "characteristics"), CHARACTERISTICS,
        actor=actor_of(_user("coordinator"), at=_now()), at=_now(), seen=10**6,
        complete=True,
    )  # fmt: skip


def export(where: str, key: Path, anchors: Path) -> None:
    """A file for the investigator."""
    from equipoise.conduct.access.actor import actor_of
    from equipoise.conduct.export import services, writers

    tempfile.tempdir = os.environ["PLACE"]
    if where == "inside the archive":
        writers.lay = die
    services.export(actor_of(_user("investigator"), at=_now()), "csv", at=_now())


def _user(name: str) -> Any:
    from django.contrib.auth.models import User

    return User.objects.get(username=name)


def _person() -> Any:
    from equipoise.conduct.capture.models import Participant

    return Participant.objects.get()


def _now() -> Any:
    from tests.conduct.conftest import NOW

    return NOW


def main() -> None:
    import django
    from django.conf import settings

    deed, where, key, anchors, names = sys.argv[1:]
    django.setup()
    for alias, name in json.loads(names).items():
        settings.DATABASES[alias]["NAME"] = name
    {"randomize": randomize, "save": save, "export": export}[deed](
        where, Path(key), Path(anchors)
    )


if __name__ == "__main__":
    main()
