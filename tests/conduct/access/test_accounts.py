"""Accounts: a link that works once, and nobody's password known to another."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access import accounts
from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.audit.models import Entry
from equipoise.errors import AccessError
from tests.conduct.conftest import NOW, PASSWORD

Act = Callable[[str], Actor]


def test_an_invited_person_sets_the_password_once(actor: Act) -> None:
    user = accounts.invite("Ann.B", "Ann B", actor=actor("administrator"), at=NOW)
    assert user.username == "ann.b"
    assert not user.has_usable_password()
    assert not actor_of(user, at=NOW).roles
    link = accounts.link(user)
    assert accounts.invited(link.account, link.token) == user
    assert accounts.set_password(user, PASSWORD, at=NOW) == []
    assert accounts.invited(link.account, link.token) is None
    acts = Entry.objects.filter(form="people").values_list("act", "value")
    assert ("invite", "ann.b") in acts
    assert ("set password", "ann.b") in acts


@pytest.mark.parametrize("password", ["short", "password1234", "ann.b.ann.b.1", ""])
def test_a_weak_password_is_refused(actor: Act, password: str) -> None:
    user = accounts.invite("ann.b.ann.b", "Ann", actor=actor("administrator"), at=NOW)
    assert accounts.set_password(user, password, at=NOW)
    user.refresh_from_db()
    assert not user.has_usable_password()


@pytest.mark.parametrize(
    ("account", "token"), [("", ""), ("MQ", "x"), ("////", "y"), ("AAAAAAAAAA", "z-1")]
)
def test_a_made_up_link_opens_nothing(study: object, account: str, token: str) -> None:
    assert accounts.invited(account, token) is None


@pytest.mark.parametrize(
    ("name", "full", "email"),
    [
        ("a b", "A", ""),
        ("<script>", "A", ""),
        ("rater", "A", ""),
        ("x" * 41, "A", ""),
        ("ann", " ", ""),
        ("ann", "A", "no address"),
        ("ann", "A" * 151, ""),
    ],
)
def test_names_that_cannot_be_used(
    actor: Act, name: str, full: str, email: str
) -> None:
    with pytest.raises(AccessError) as refused:
        accounts.invite(name, full, email, actor=actor("administrator"), at=NOW)
    assert refused.value.code == "EQ952"


@pytest.mark.parametrize("role", ["coordinator", "investigator", "statistician"])
def test_only_an_administrator_invites(actor: Act, role: str) -> None:
    with pytest.raises(AccessError) as refused:
        accounts.invite("ann", "Ann", actor=actor(role), at=NOW)
    assert refused.value.code == "EQ911"


def test_a_closed_account_has_no_roles(people: dict[str, User], actor: Act) -> None:
    user = people["rater"]
    later = NOW + timedelta(hours=1)
    accounts.close(user, actor=actor("administrator"), at=later, reason="left")
    user.refresh_from_db()
    assert not user.is_active
    assert not actor_of(user, at=later).roles
    link = accounts.link(user)
    assert accounts.invited(link.account, link.token) is None


def test_the_account_of_a_participant_is_made_where_consent_is_taken(
    actor: Act,
) -> None:
    made = accounts.participant_account(
        "P0001", "north", actor=actor("coordinator"), at=NOW
    )
    again = accounts.participant_account(
        "P0001", "north", actor=actor("coordinator"), at=NOW
    )
    assert made == again
    assert actor_of(made, at=NOW).own == "P0001"
    for role, site in (("coordinator", "south"), ("rater", "north")):
        with pytest.raises(AccessError):
            accounts.participant_account("P0002", site, actor=actor(role), at=NOW)
