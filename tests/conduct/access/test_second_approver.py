"""Who can be the second person; the ways around it are in ``resetting``."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership, Proposal, Reset
from equipoise.conduct.access.second_approver import (
    LETTERS,
    Case,
    candidates,
    case_of,
    confirmers,
    digest,
    lately,
    new_code,
    why_not,
)
from equipoise.conduct.study.models import Site
from tests.conduct.account_reset.people import another
from tests.conduct.conftest import NOW

Act = Callable[[str], Actor]


def asked(by: str, site: str = "north", user: User | None = None) -> Proposal:
    """Something that waits for a second person; nothing of it is saved."""
    where = None if site == "*" else Site.objects.get(code=site)
    return Proposal(proposed_by=by, site=where, user=user)


def test_those_who_answer_for_the_people_of_the_site(people: dict[str, User]) -> None:
    another("ines2", "investigator", site="south")
    here, everywhere = asked("administrator"), asked("administrator", "*")
    assert confirmers(here, at=NOW) == ["investigator", "statistician"]
    assert confirmers(everywhere, at=NOW) == ["ines2", "investigator", "statistician"]


def test_a_reset_asks_those_of_every_site_of_the_person(
    people: dict[str, User],
) -> None:
    """Also of sites at which the person works no longer."""
    user = another("ines2", "investigator", site="south")
    another("ines3", "investigator", site="south")
    reset = Reset(user=user, requested_by="administrator")
    assert case_of(reset) == Case("administrator", "ines2", frozenset({"south"}))
    Membership.objects.filter(user=user).update(until=NOW)
    assert confirmers(reset, at=NOW) == ["ines3", "statistician"]


def test_neither_of_the_two_whom_it_is_about(
    people: dict[str, User], actor: Act
) -> None:
    one = asked("statistician", user=people["investigator"])
    assert "you requested it" in why_not(one, actor("statistician"), at=NOW)
    assert "your own account" in why_not(one, actor("investigator"), at=NOW)
    assert not why_not(one, actor("administrator"), at=NOW)


def test_who_confirmed_somebody_lately_brought_him_in(people: dict[str, User]) -> None:
    user = another("ines2", "investigator", site="north")
    Proposal.objects.create(
        user=user, role="investigator", proposed_by="setup", proposed_at=NOW,
        confirmed_by="statistician", confirmed_at=NOW, closed_at=NOW,
    )  # fmt: skip
    who, one = actor_of(user, at=NOW), asked("statistician")
    assert "the same person brought" in why_not(one, who, at=NOW)
    assert why_not(one, who, at=NOW + lately() + timedelta(hours=1)) == ""


def test_somebody_is_left_who_can_only_later(people: dict[str, User]) -> None:
    one = asked("administrator")
    for role in ("investigator", "statistician"):
        Membership.objects.filter(user=people[role]).update(until=NOW)
    assert candidates(case_of(one), at=NOW) == []
    another("new", "investigator", site="north", by="administrator", since=NOW)
    assert candidates(case_of(one), at=NOW) == ["new"]
    assert confirmers(one, at=NOW) == []
    User.objects.filter(username="new").update(password="!")  # has not come in yet
    assert candidates(case_of(one), at=NOW) == []


def test_a_code_is_read_out_and_typed_without_care() -> None:
    code = new_code()
    assert set(code) - {"-"} <= set(LETTERS)
    assert digest(code) == digest(f" {code.lower().replace('-', ' ')} ")
    assert len({new_code() for _ in range(50)}) == 50


@pytest.mark.parametrize("role", ["rater", "coordinator", "pharmacist", "monitor"])
def test_nobody_else(actor: Act, role: str) -> None:
    assert "do not include" in why_not(asked("a", "*"), actor(role), at=NOW)
