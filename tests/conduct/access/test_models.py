"""Memberships: the database itself refuses a role that is held twice."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from equipoise.conduct.access.models import Membership, ParticipantAccount
from tests.conduct.conftest import NOW


def test_a_role_is_held_once(people: dict[str, User]) -> None:
    for role in ("rater", "administrator"):
        held = Membership.objects.get(user=people[role])
        assert role in str(held)
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(
                user=held.user, role=role, site=held.site, since=NOW, granted_by="x"
            )


def test_one_account_a_participant(db: None) -> None:
    one, other = (User.objects.create_user(name) for name in "ab")
    made = ParticipantAccount.objects.create(user=one, identifier="P0001")
    assert str(made) == "P0001"
    with pytest.raises(IntegrityError), transaction.atomic():
        ParticipantAccount.objects.create(user=other, identifier="P0001")
