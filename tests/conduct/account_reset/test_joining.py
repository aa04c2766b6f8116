"""Coming in: link and code, five tries, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from equipoise.conduct.access import accounts
from equipoise.conduct.access.accounts import Link
from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership, Reset
from equipoise.conduct.access.second_approver import TRIES
from equipoise.conduct.account_reset import VOID, WAITS, ask, confirm, door, join
from equipoise.conduct.api.tokens import holder, issue
from equipoise.conduct.audit.models import Entry
from tests.conduct.conftest import NOW, PASSWORD

Act = Callable[[str], Actor]
NEW = "another horse battery staple"


@pytest.fixture
def link(people: dict[str, User], actor: Act) -> Link:
    admin = actor("administrator")
    return ask(people["investigator"], actor=admin, at=NOW, reason="lost").link


def confirmed(actor: Act) -> str:
    return confirm(Reset.objects.get(), actor=actor("statistician"), at=NOW)


def come(link: Link, code: str, password: str = NEW) -> list[str]:
    return join(link.account, link.token, password=password, code=code, at=NOW)


def test_before_the_second_person_nothing_opens(
    link: Link, people: dict[str, User]
) -> None:
    assert come(link, "") == [WAITS]
    assert come(link, "AAAA-AAAA") == [WAITS]
    people["investigator"].refresh_from_db()
    assert not people["investigator"].has_usable_password()


def test_with_both_the_person_is_back_with_every_right(
    link: Link, people: dict[str, User], actor: Act
) -> None:
    user = people["investigator"]
    code = confirmed(actor)
    assert not actor_of(user, at=NOW).may("unblind in emergency", "north")
    assert come(link, code, "short") != []
    assert come(link, f" {code.replace('-', '').lower()} ") == []
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert actor_of(user, at=NOW).may("unblind in emergency", "north")
    assert come(link, code) == [VOID]


def test_the_link_alone_lets_nobody_in(link: Link, actor: Act) -> None:
    """Who asked has the link; the code went to the second person."""
    code = confirmed(actor)
    for left in range(TRIES - 1, -1, -1):
        assert come(link, "") == [
            f"The code does not match that of the second approver. Attempts left: {left}."
        ]
    assert come(link, code) == [VOID]
    assert door(link.account, link.token) is None
    assert Entry.objects.filter(act="wrong code of reset").count() == TRIES


def test_what_was_made_meanwhile_ends_too(
    link: Link, people: dict[str, User], actor: Act
) -> None:
    """A request that was on its way leaves neither token nor second factor behind."""
    user = people["investigator"]
    _, token = issue(user, "late", days=7, at=NOW)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    assert come(link, confirmed(actor)) == []
    assert holder(token, at=NOW) is None
    assert not Authenticator.objects.filter(user=user).exists()


def test_an_invitation_needs_no_code(actor: Act) -> None:
    user = accounts.invite("ann", "Ann", actor=actor("administrator"), at=NOW)
    made = accounts.link(user)
    found = door(made.account, made.token)
    assert found is not None
    assert not found.waits
    assert found.reset is None
    assert come(made, "", PASSWORD) == []


def test_a_closed_account_is_not_opened_by_its_link(
    link: Link, people: dict[str, User], actor: Act
) -> None:
    code = confirmed(actor)
    later = NOW + timedelta(hours=1)
    admin = actor("administrator")
    accounts.close(people["investigator"], actor=admin, at=later, reason="left")
    assert come(link, code) == [VOID]


@pytest.mark.parametrize("role", ["investigator", "rater"])
def test_an_invitation_left_open_over_the_sealing_takes_two_where_it_leads_to_arms(
    people: dict[str, User], actor: Act, role: str
) -> None:
    """As an earlier version of this application left some."""
    admin, leads = actor("administrator"), role == "investigator"
    user = accounts.invite("ann", "Ann", actor=admin, at=NOW)
    Membership.objects.create(user=user, role=role, since=NOW, granted_by=admin.name)
    first = accounts.link(user)
    assert (door(first.account, first.token) is None) == leads
    asked = ask(user, actor=admin, at=NOW, reason="the link is void")
    assert asked.reset.waits == leads
    found = door(asked.link.account, asked.link.token)
    assert found is not None
    assert found.waits == leads
    Reset.objects.update(second=False)  # asked for before the list was sealed
    assert (door(asked.link.account, asked.link.token) is None) == leads
    if leads:
        again = ask(user, actor=admin, at=NOW, reason="again")
        code = confirm(again.reset, actor=actor("statistician"), at=NOW)
        assert come(again.link, code) == []
