"""Versions of consent: approved before they are signed, renewed by whom they concern."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.consent import (
    approve,
    approved,
    lacks_consent,
    owing,
    propose,
    signed_version,
)
from equipoise.conduct.capture.current_values import current
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.repeating_forms import begin
from equipoise.conduct.export.history import consented_at, histories
from equipoise.conduct.export.snapshot import take
from equipoise.errors import AccessError, ConductError
from tests.conduct.conftest import NOW
from tests.conduct.walking import fill, included

By = Callable[[str], Actor]
TODAY = NOW.date()


def two(actor: By, *, everybody: bool = True) -> None:
    """Version 2.0, proposed by the coordinator and approved by the investigator."""
    propose("2.0", TODAY, everybody=everybody, changes="a new risk",
            actor=actor("coordinator"), at=NOW)  # fmt: skip
    approve("2.0", actor=actor("investigator"), at=NOW)


def test_a_version_waits_for_the_investigator(
    people: dict[str, User], actor: By
) -> None:
    person = included(people)
    propose("2.0", TODAY, everybody=True, changes="a new risk",
            actor=actor("coordinator"), at=NOW)  # fmt: skip
    assert approved(TODAY)[-1].label == "1.0"
    assert lacks_consent(current(str(person)), TODAY) == ""
    with pytest.raises(AccessError, match="EQ911"):
        approve("2.0", actor=actor("coordinator"), at=NOW)
    for _ in range(2):
        approve("2.0", actor=actor("investigator"), at=NOW)
    assert approved(TODAY)[-1].label == "2.0"
    acts = entries(STUDY).values_list("act", "actor", "value")
    said = [(a, who) for a, who, value in acts if (value or "").startswith("2.0")]
    assert said == [
        ("propose consent version", "coordinator"), ("consent version", "investigator")
    ]  # fmt: skip


def test_who_consented_before_renews_and_keeps_the_first_consent(
    people: dict[str, User], actor: By
) -> None:
    person, other = included(people), included(people)
    two(actor)
    known = Participant.objects.all()
    assert [one.person for one in owing(known, TODAY)] == [person, other]
    place = begin(person, "reconsent", actor=actor("coordinator"), at=NOW)
    assert place.form.id == "reconsent#1"
    values = {"version": "2.0", "signed_at": "2027-01-04T09:00", "copy": "yes"}
    fill(person, "reconsent#1", "", actor("investigator"), values)
    now = current(str(person), ("consent",))
    assert signed_version(now) == "2.0"
    assert lacks_consent(now, TODAY) == ""
    assert now.answers("consent")["version"] == "1.0"
    assert [(o.person, o.signed) for o in owing(known, TODAY)] == [(other, "1.0")]
    first = next(histories(take(actor("statistician"))))
    assert consented_at(first) == NOW.replace(hour=3, tzinfo=None)


def test_a_version_for_new_participants_is_not_renewed(
    people: dict[str, User], actor: By
) -> None:
    person = included(people)
    two(actor, everybody=False)
    assert lacks_consent(current(str(person)), TODAY) == ""
    assert approved(TODAY)[-1].label == "2.0"


@pytest.mark.parametrize(
    ("label", "changes", "told"),
    [("", "x", "name"), ("1.0", "x", "already"), ("2.0", " ", "changes are missing")],
)
def test_what_is_no_version_is_refused(
    study: object, actor: By, label: str, changes: str, told: str
) -> None:
    with pytest.raises(ConductError, match=told):
        propose(label, TODAY + timedelta(days=1), everybody=True, changes=changes,
                actor=actor("coordinator"), at=NOW)  # fmt: skip
    with pytest.raises(ConductError, match="EQ925"):
        approve("9.9", actor=actor("investigator"), at=NOW)
