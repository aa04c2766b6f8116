"""A trial that runs, a clock that stands, and people at real screens."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.core.cache import cache
from pytest_django import Settings

from equipoise.protocol.model import Protocol
from tests.conduct.conftest import (  # noqa: F401  fixtures of the running trial
    NOW,
    actor,
    emptied_tables,
    feder,
    key,
    nothing_kept,
)
from tests.conduct.pages.conftest import (  # noqa: F401  the clock and the browser
    chromium,
    clock,
    seat,
)
from tests.conduct.pages.seats import DESK, PHONE
from tests.working_day.after import is_in_order
from tests.working_day.compared import no_arm_was_shown
from tests.working_day.real_trial import begin_trial
from tests.working_day.recorded import Recorded

# The width that ``make calibrate`` walks.
LONG = {"sqlite": "1280", "postgresql": "390"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each day is walked once at each width by ``make test``, on one database each.

    A day takes a minute of two cores; the other width on the same database is walked by
    ``make calibrate``.
    """
    postgresql = os.environ.get("CONDUCT_DATABASE") == "postgresql"
    width = LONG["postgresql" if postgresql else "sqlite"]
    for item in items:
        day = Path(__file__).parent in item.path.parents
        if day and f"[{width}]" in item.name:
            item.add_marker(pytest.mark.calibration)


@pytest.fixture(params=[DESK, PHONE], ids=["1280", "390"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """Of the screen."""
    made: dict[str, int] = request.param
    return made


@pytest.fixture
def people(
    db: None,
    key: Path,  # noqa: F811
    settings: Settings,
) -> dict[str, User]:
    """Role, or ``second`` and role -> a user; in a trial that was begun for real."""
    settings.DEMO, settings.ANCHORS = False, key.parent / "anchors"
    return begin_trial("feder2021", key, settings.ANCHORS, at=NOW)


@pytest.fixture
def study(people: dict[str, User], feder: Protocol) -> Protocol:  # noqa: F811
    """Its protocol."""
    return feder


@pytest.fixture
def secrets(
    people: dict[str, User], tmp_path: Path, settings: Settings
) -> dict[str, str]:
    """The trial is no demonstration: role -> the secret of a second factor."""
    settings.DEMO, settings.ANCHORS = False, tmp_path / "anchors"
    cache.clear()  # codes that were used, of another test
    found = {role: generate_totp_secret() for role in people}
    for role, secret in found.items():
        TOTP.activate(people[role], secret)
    return found


@pytest.fixture
def come(
    people: dict[str, User],
    secrets: dict[str, str],
    seat: Any,  # noqa: F811
    size: dict[str, int],
    key: Path,  # noqa: F811
) -> Iterator[Callable[[str], Recorded]]:
    """Somebody comes in with password and second factor: ``come("monitor")``.

    With the mouse at 1280 px, with the keyboard alone at 390. Who is there already goes
    back to the page of today, and logs in again if the session has ended. Afterwards the
    audit trail is in order, and nobody who is blinded has seen an arm.
    """
    here: dict[str, Recorded] = {}

    def made(role: str) -> Recorded:
        if role in here:
            here[role].link("Today", within="nav")
        else:
            at, keys = seat(None, size), size == PHONE
            here[role] = Recorded(at, role, keys=keys, finger=False)
        if not here[role].offers("Sign out"):
            here[role].log_in(people[role].username, secrets[role])
        return here[role]

    yield made
    is_in_order(key)
    no_arm_was_shown(here.values(), key)


@pytest.fixture
def recorded(
    people: dict[str, User],
    secrets: dict[str, str],
    seat: Any,  # noqa: F811
    size: dict[str, int],
    key: Path,  # noqa: F811
) -> Iterator[Callable[..., Recorded]]:
    """Somebody comes in, of whom is recorded what was typed; in order afterwards.

    With the mouse at 1280 px and the keyboard alone at 390; or, with ``finger``, with one
    finger at 390 px and the keyboard alone at 1280.
    """

    def made(role: str, *, finger: bool = False) -> Recorded:
        phone = size == PHONE
        at = seat(None, size, touch=finger and phone)
        keys = phone is not finger
        user = Recorded(at, role, keys=keys, finger=finger and phone)
        user.log_in(people[role].username, secrets[role])
        return user

    yield made
    is_in_order(key)
