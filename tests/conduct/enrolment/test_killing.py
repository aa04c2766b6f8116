"""kill -9 at any moment of a randomization: one place, one kit, completed by a click."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.allocation.services import assignment
from equipoise.conduct.audit.models import Entry
from equipoise.conduct.enrolment.randomization import randomize
from equipoise.conduct.inspection.verification import inspect
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.killed import kill_in
from tests.conduct.screened import eligible


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
    kill_in("randomize", where, key)
    assert len(assignment.given()) == allocated
    assert Entry.objects.filter(act="randomize").count() == recorded
    before = assignment.kit(person.identifier)
    made = randomize(
        person, key=key, anchors=anchors, actor=actor("coordinator"), at=NOW
    )
    assert before in (None, made.number)
    assert len(assignment.given()) == Entry.objects.filter(act="randomize").count() == 1
    checked = inspect(key, anchors)
    assert checked.findings == ()
    assert checked.allocations == 1
