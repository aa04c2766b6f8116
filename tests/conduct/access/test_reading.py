"""The list of people."""

from collections.abc import Callable

import pytest

from equipoise.conduct.access.accounts import (
    fingerprint,
    holders,
    invite,
    participant_account,
)
from equipoise.conduct.access.accounts import people as listed
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.access.role_grants import grant
from equipoise.errors import AccessError
from tests.conduct.conftest import NOW

Act = Callable[[str], Actor]


def test_staff_is_listed_and_participants_are_not(actor: Act) -> None:
    participant_account("P0001", "north", actor=actor("coordinator"), at=NOW)
    invite("zoe", "Zoe Z", actor=actor("administrator"), at=NOW)
    found = listed(actor("administrator"), at=NOW)
    assert len(found) == 9
    zoe = found[-1]
    assert (zoe.name, zoe.joined, zoe.holds, zoe.open) == ("Zoe Z", False, (), True)
    assert [m.role for m in found[0].holds] == ["administrator"]


def test_only_for_the_administrator(actor: Act) -> None:
    with pytest.raises(AccessError):
        listed(actor("investigator"), at=NOW)


def test_what_waits_is_no_role(actor: Act) -> None:
    admin = actor("administrator")
    user = invite("zoe", "Zoe Z", actor=admin, at=NOW)
    grant(user, "pharmacist", "north", actor=admin, at=NOW)
    zoe = listed(admin, at=NOW)[-1]
    assert (zoe.holds, zoe.held, zoe.waits) == ((), (), (Proposal.objects.get(),))


def test_who_could_learn_an_arm(actor: Act) -> None:
    found = holders(at=NOW)
    assert [(one.user.username, one.where, one.came) for one in found] == [
        ("administrator", "*", True),
        ("investigator", "north", True),
        ("pharmacist", "north", True),
        ("statistician", "*", True),
    ]
    assert fingerprint(found) == fingerprint(holders(at=NOW))
    assert fingerprint(found) != fingerprint(found[1:])
