"""A process that randomizes and is killed on the way: ``python killed.py WHERE ...``.

Run by ``test_killing.py`` with the databases of the test that started it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings


def die(*args: Any, **named: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    where, key, anchors, names = sys.argv[1:]
    django.setup()
    for alias, name in json.loads(names).items():
        settings.DATABASES[alias]["NAME"] = name
    from django.contrib.auth.models import User
    from django.db.models import Model

    from equipoise.conduct.access.acting import actor_of
    from equipoise.conduct.allocation.models import Allocation
    from equipoise.conduct.audit import anchor
    from equipoise.conduct.capture.models import Participant
    from equipoise.conduct.enrolment import randomizing
    from tests.conduct.conftest import NOW

    def save_and_die(self: Model, **named: Any) -> None:
        Model.save(self, **named)
        die()

    if where == "inside the vault":
        Allocation.save = save_and_die
    elif where == "between vault and entry":
        randomizing.record = die
    elif where == "between entry and anchor":
        randomizing.anchor_all = die
    elif where == "inside the anchor":
        plain = os.fsync

        def half(path: Path, line: str) -> None:
            with path.open("a") as file:
                file.write(line[: len(line) // 2])
                file.flush()
                plain(file.fileno())
            die()

        anchor._write = half
    actor = actor_of(User.objects.get(username="coordinator"), at=NOW)
    person = Participant.objects.get()
    randomizing.randomize(
        person, key=Path(key), anchors=Path(anchors), actor=actor, at=NOW
    )


if __name__ == "__main__":
    main()
