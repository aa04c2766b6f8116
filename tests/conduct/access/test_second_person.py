"""Who can be the second person; the ways around it are in ``resetting``."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.acting import Actor, actor_of
from equipoise.conduct.access.models import Membership, Proposal
from equipoise.conduct.access.second_person import (
    LETTERS,
    able,
    anybody,
    digest,
    lately,
    new_code,
    why_not,
)
from tests.conduct.conftest import NOW
from tests.conduct.resetting.people import another

Act = Callable[[str], Actor]
NORTH, EVERYWHERE = frozenset({"north"}), frozenset({"*"})


def test_those_who_answer_for_the_people_of_the_site(people: dict[str, User]) -> None:
    another("ines2", "investigator", site="south")
    asked = {"asked_by": "administrator", "concerned": "x", "at": NOW}
    assert able(sites=NORTH, **asked) == ["investigator", "statistician"]
    assert able(sites=EVERYWHERE, **asked) == ["ines2", "investigator", "statistician"]


def test_neither_of_the_two_whom_it_is_about(actor: Act) -> None:
    two = "statistician", "investigator"
    assert "who asked" in why_not(*two, NORTH, actor("statistician"), at=NOW)
    assert "himself" in why_not(*two, NORTH, actor("investigator"), at=NOW)
    assert not why_not(*two, NORTH, actor("administrator"), at=NOW)


def test_who_confirmed_somebody_lately_brought_him_in(people: dict[str, User]) -> None:
    user = another("ines2", "investigator", site="north")
    Proposal.objects.create(
        user=user, role="investigator", proposed_by="setup", proposed_at=NOW,
        confirmed_by="statistician", confirmed_at=NOW, closed_at=NOW,
    )  # fmt: skip
    who, two = actor_of(user, at=NOW), ("statistician", "x")
    assert "brought into" in why_not(*two, NORTH, who, at=NOW)
    assert why_not(*two, NORTH, who, at=NOW + lately() + timedelta(hours=1)) == ""


def test_somebody_is_left_who_can_only_later(people: dict[str, User]) -> None:
    asked = {"asked_by": "administrator", "concerned": "x", "sites": NORTH, "at": NOW}
    for role in ("investigator", "statistician"):
        Membership.objects.filter(user=people[role]).update(until=NOW)
    assert not anybody(**asked)
    another("new", "investigator", site="north", by="administrator", since=NOW)
    assert anybody(**asked)
    assert able(**asked) == []
    User.objects.filter(username="new").update(password="!")  # has not come in yet
    assert not anybody(**asked)


def test_a_code_is_read_out_and_typed_without_care() -> None:
    code = new_code()
    assert set(code) - {"-"} <= set(LETTERS)
    assert digest(code) == digest(f" {code.lower().replace('-', ' ')} ")
    assert len({new_code() for _ in range(50)}) == 50


@pytest.mark.parametrize("role", ["rater", "coordinator", "pharmacist", "monitor"])
def test_nobody_else(actor: Act, role: str) -> None:
    assert "do not include" in why_not("a", "b", EVERYWHERE, actor(role), at=NOW)
