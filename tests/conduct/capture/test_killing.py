"""kill -9 while a form is saved: all of it stands, or nothing, and it can be repeated."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import Entry, Head
from equipoise.conduct.audit.verify import verify
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_saving import save
from equipoise.conduct.capture.models import FormState
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW
from tests.conduct.killed import kill_in
from tests.conduct.screened import CHARACTERISTICS, form, screened


@pytest.mark.parametrize(
    ("where", "written"),
    [
        ("between entries and head", False),
        ("before it is final", False),
        ("after it is final", True),
    ],
)
@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_killed_save_is_whole_or_not_there(
    study: Protocol,
    key: Path,
    people: dict[str, User],
    actor: Callable[[str], Actor],
    where: str,
    written: bool,
) -> None:
    person = screened()
    name = person.identifier
    form(name, "consent", {"version": "1.0", "signed_at": "2027-01-04T08:00"})
    before = Head.objects.get(pk=name).seq
    kill_in("save", where, key)
    facts = len(CHARACTERISTICS) + 1 if written else 0
    assert Entry.objects.filter(form="characteristics").count() == facts
    assert Head.objects.get(pk=name).seq == before + facts
    assert FormState.objects.filter(form="characteristics").exists() is written
    assert not verify().findings
    made = save(
        place_of(person, "characteristics"), CHARACTERISTICS,
        actor=actor("coordinator"), at=NOW, seen=10**6, complete=True,
    )  # fmt: skip
    assert not made.errors
    assert current(name).is_complete("characteristics")
    assert Head.objects.get(pk=name).seq == before + len(CHARACTERISTICS) + 1
    assert not verify().findings
