"""The list of people."""

from collections.abc import Callable

import pytest

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.access.inviting import invite, participant_account
from equipoise.conduct.access.reading import people as listed
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
