"""Asking for a new link: what ends at once, and when one person is enough."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from equipoise.conduct.access import accounts
from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership, Reset
from equipoise.conduct.access.rights import RIGHTS
from equipoise.conduct.access.role_grants import end, grant
from equipoise.conduct.account_reset import ask, door, in_use
from equipoise.conduct.api.tokens import holder, issue
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.errors import AccessError
from tests.conduct.conftest import NOW, PASSWORD, ROLES

Act = Callable[[str], Actor]


def test_password_factors_and_tokens_end_at_once(
    people: dict[str, User], actor: Act
) -> None:
    user = people["rater"]
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    _, token = issue(user, "script", days=7, at=NOW)
    asked = ask(user, actor=actor("administrator"), at=NOW, reason=" lost ")
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not Authenticator.objects.filter(user=user).exists()
    assert holder(token, at=NOW) is None
    found = door(asked.link.account, asked.link.token)
    assert found is not None
    assert found.waits
    acts = {e.act: e for e in Entry.objects.filter(chain=STUDY, actor="administrator")}
    assert acts["reset account"].reason == "lost"
    assert acts["remove second factor"].value == "rater"
    assert acts["revoke token"].value == "script"


@pytest.mark.parametrize("role", [r for r in ROLES if r != "administrator"])
def test_nothing_is_left_of_any_right(
    people: dict[str, User], actor: Act, role: str
) -> None:
    """Whoever still held a session or a token could do nothing with it."""
    before = actor_of(people[role], at=NOW)
    assert any(before.may(act, "north") for act in RIGHTS[role])
    ask(people[role], actor=actor("administrator"), at=NOW, reason="lost")
    assert not actor_of(people[role], at=NOW).roles


def test_a_reason_and_another_person(people: dict[str, User], actor: Act) -> None:
    admin = actor("administrator")
    with pytest.raises(AccessError, match="reason"):
        ask(people["rater"], actor=admin, at=NOW, reason=" ")
    with pytest.raises(AccessError, match="own account"):
        ask(people["administrator"], actor=admin, at=NOW, reason="lost")
    assert not Reset.objects.exists()


@pytest.mark.parametrize("role", [r for r in ROLES if r != "administrator"])
def test_administrators_alone_ask(
    people: dict[str, User], actor: Act, role: str
) -> None:
    with pytest.raises(AccessError) as refused:
        ask(people["administrator"], actor=actor(role), at=NOW, reason="lost")
    assert refused.value.code == "EQ911"


def test_ending_the_roles_first_does_not_help(
    people: dict[str, User], actor: Act
) -> None:
    user, admin = people["investigator"], actor("administrator")
    end(Membership.objects.get(user=user), actor=admin, at=NOW, reason="a trick")
    asked = ask(user, actor=admin, at=NOW, reason="lost")
    later = NOW + timedelta(minutes=1)
    grant(user, "investigator", "north", actor=admin, at=later)
    assert asked.reset.waits
    assert not actor_of(user, at=later).roles


def test_asking_twice_does_not_help(people: dict[str, User], actor: Act) -> None:
    user, admin = people["investigator"], actor("administrator")
    first = ask(user, actor=admin, at=NOW, reason="lost")
    second = ask(user, actor=admin, at=NOW, reason="lost again")
    first.reset.refresh_from_db()
    assert first.reset.void_at == NOW
    assert second.reset.waits
    assert door(first.link.account, first.link.token) is None


@pytest.mark.usefixtures("before_sealing")
def test_an_invitation_that_was_never_taken_up_needs_one_person(actor: Act) -> None:
    admin = actor("administrator")
    user = accounts.invite("ann", "Ann", actor=admin, at=NOW)
    grant(user, "investigator", "north", actor=admin, at=NOW)
    assert not in_use(user)
    assert not ask(user, actor=admin, at=NOW, reason="too late").reset.waits
    accounts.set_password(user, PASSWORD, at=NOW)
    assert in_use(user)
    assert ask(user, actor=admin, at=NOW, reason="lost").reset.waits
    user.refresh_from_db()
    assert in_use(user)


def test_a_participant_needs_one_person_of_the_site(actor: Act) -> None:
    coordinator = actor("coordinator")
    user = accounts.participant_account("P0001", "north", actor=coordinator, at=NOW)
    accounts.set_password(user, PASSWORD, at=NOW)
    for who, site in (("rater", "north"), ("coordinator", "south")):
        with pytest.raises(AccessError):
            ask(user, site=site, actor=actor(who), at=NOW, reason="x")
    made = ask(user, site="north", actor=coordinator, at=NOW, reason="forgotten")
    assert not made.reset.waits
    assert actor_of(user, at=NOW).own is None
