"""The second person: who it can be, and every way around it that was thought of."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connections, transaction

from equipoise.conduct.access import accounts
from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership, Reset
from equipoise.conduct.access.role_grants import grant
from equipoise.conduct.access.second_approver import confirmers, digest, why_not
from equipoise.conduct.account_reset import ask, confirm, confirm_at_terminal, waiting
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.errors import AccessError
from tests.conduct.account_reset.people import another
from tests.conduct.conftest import NOW, PASSWORD

Act = Callable[[str], Actor]
LATELY = timedelta(days=14)


@pytest.fixture
def reset(people: dict[str, User], actor: Act) -> Reset:
    user = people["investigator"]
    return ask(user, actor=actor("administrator"), at=NOW, reason="lost phone").reset


def made_lately(admin: Actor, name: str, role: str, ago: timedelta) -> Actor:
    """Somebody whom an administrator brought into the trial some time ago."""
    user = accounts.invite(name, name, actor=admin, at=NOW - ago)
    accounts.set_password(user, PASSWORD, at=NOW - ago)
    grant(user, role, "*", actor=admin, at=NOW - ago)
    return actor_of(user, at=NOW)


def test_both_names_and_the_reason_stand_in_the_chain(reset: Reset, actor: Act) -> None:
    code = confirm(reset, actor=actor("statistician"), at=NOW)
    reset.refresh_from_db()
    assert (reset.confirmed_by, reset.code) == ("statistician", digest(code.lower()))
    written = Entry.objects.get(chain=STUDY, act="confirm reset")
    assert (written.actor, written.value) == ("statistician", "investigator")
    assert written.reason == "asked for by administrator: lost phone"
    told = (e.value or "" for e in Entry.objects.all())
    assert not any(code in text for text in told)


def test_who_can(reset: Reset, people: dict[str, User], actor: Act) -> None:
    another("ada2", "administrator")
    another("ines2", "investigator", site="north")
    another("ines3", "investigator", site="south")
    assert confirmers(reset, at=NOW) == ["ada2", "ines2", "statistician"]
    for role in ("rater", "coordinator", "pharmacist", "infusion team", "monitor"):
        assert waiting(actor(role), at=NOW) == []
        with pytest.raises(AccessError) as refused:
            confirm(reset, actor=actor(role), at=NOW)
        assert refused.value.code == "EQ915"
    assert waiting(actor("statistician"), at=NOW) == [reset]


def test_neither_who_asked_nor_the_person_concerned(
    reset: Reset, people: dict[str, User], actor: Act
) -> None:
    with pytest.raises(AccessError, match="you requested it"):
        confirm(reset, actor=actor("administrator"), at=NOW)
    own = Actor("investigator", {"investigator": frozenset({"north"})})
    with pytest.raises(AccessError, match="your own account"):
        confirm(reset, actor=own, at=NOW)


def test_the_database_itself_refuses_one_person_in_both_parts(reset: Reset) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Reset.objects.filter(pk=reset.pk).update(confirmed_by="administrator")


@pytest.mark.usefixtures("before_sealing")
def test_nobody_confirms_through_an_account_of_his_own_making(
    reset: Reset, actor: Act
) -> None:
    admin = actor("administrator")
    puppet = made_lately(admin, "puppet", "administrator", timedelta(days=1))
    with pytest.raises(AccessError, match="the same person brought you"):
        confirm(reset, actor=puppet, at=NOW)
    # A puppet of the puppet is one too.
    second = made_lately(puppet, "second", "statistician", timedelta(hours=1))
    assert why_not(reset, second, at=NOW)
    assert confirmers(reset, at=NOW) == ["statistician"]


@pytest.mark.usefixtures("before_sealing")
def test_nor_the_other_way_round_nor_through_two_of_them(
    people: dict[str, User], actor: Act
) -> None:
    admin = actor("administrator")
    first = made_lately(admin, "first", "administrator", timedelta(days=1))
    second = made_lately(admin, "second", "administrator", timedelta(days=1))
    asked = ask(people["investigator"], actor=first, at=NOW, reason="x").reset
    for who in (admin, second):
        with pytest.raises(AccessError, match="the same person brought you"):
            confirm(asked, actor=who, at=NOW)
    confirm(asked, actor=actor("statistician"), at=NOW)


@pytest.mark.usefixtures("before_sealing")
def test_an_old_account_that_got_the_right_lately_is_no_way_around(
    reset: Reset, people: dict[str, User], actor: Act
) -> None:
    admin = actor("administrator")
    sleeper = made_lately(admin, "sleeper", "coordinator", LATELY * 3)
    assert why_not(reset, sleeper, at=NOW)
    user = User.objects.get(username="sleeper")
    grant(user, "investigator", "north", actor=admin, at=NOW)
    assert "the same person brought" in why_not(reset, actor_of(user, at=NOW), at=NOW)


def test_nor_an_account_that_was_itself_reset_lately(
    reset: Reset, people: dict[str, User], actor: Act
) -> None:
    other = another("ada2", "administrator")
    asked = ask(
        people["statistician"], actor=actor("administrator"), at=NOW, reason="x"
    )
    confirm(asked.reset, actor=actor_of(other, at=NOW), at=NOW)
    Reset.objects.filter(pk=asked.reset.pk).update(used_at=NOW)
    again = actor_of(people["statistician"], at=NOW)
    assert again.roles
    with pytest.raises(AccessError, match="the same person brought"):
        confirm(reset, actor=again, at=NOW)


@pytest.mark.usefixtures("before_sealing")
def test_after_a_fortnight_a_colleague_is_one(reset: Reset, actor: Act) -> None:
    made = made_lately(actor("administrator"), "colleague", "administrator", LATELY * 2)
    assert not why_not(reset, made, at=NOW)


def test_it_is_confirmed_once(
    reset: Reset, people: dict[str, User], actor: Act
) -> None:
    other = actor_of(another("ada2", "administrator"), at=NOW)
    confirm(reset, actor=actor("statistician"), at=NOW)
    with pytest.raises(AccessError, match="confirmed already"):
        confirm(reset, actor=other, at=NOW)
    reset.refresh_from_db()
    assert reset.confirmed_by == "statistician"


def test_what_was_asked_again_or_is_too_old_is_not_confirmed(
    reset: Reset, people: dict[str, User], actor: Act
) -> None:
    later = NOW + timedelta(days=4)
    with pytest.raises(AccessError, match="has expired"):
        confirm(reset, actor=actor("statistician"), at=later)
    assert waiting(actor("statistician"), at=later) == []
    ask(people["investigator"], actor=actor("administrator"), at=NOW, reason="again")
    with pytest.raises(AccessError, match="confirmed already"):
        confirm(reset, actor=actor("statistician"), at=NOW)


def test_at_the_terminal_only_where_nobody_else_is_left(
    reset: Reset, people: dict[str, User]
) -> None:
    given = {"by": "Otto", "reason": "she came to me", "at": NOW}
    with pytest.raises(AccessError, match="statistician can confirm"):
        confirm_at_terminal("investigator", **given)
    Membership.objects.filter(user=people["statistician"]).update(until=NOW)
    with pytest.raises(AccessError, match="no open reset of rater"):
        confirm_at_terminal("rater", **given)
    for lack in ("by", "reason"):
        with pytest.raises(AccessError, match="missing"):
            confirm_at_terminal("investigator", **given | {lack: " "})
    held, code = confirm_at_terminal("investigator", **given)
    assert (held.confirmed_by, held.code) == ("terminal", digest(code))
    written = Entry.objects.get(act="confirm reset")
    assert written.value == "investigator, by Otto: she came to me"


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_administrators_at_once_are_two_people_still(
    people: dict[str, User], actor: Act
) -> None:
    """Each asks and confirms at the same moment, again and again."""
    admins = [
        actor("administrator"),
        actor_of(another("ada2", "administrator"), at=NOW),
    ]
    user = people["investigator"]
    ask(user, actor=admins[0], at=NOW, reason="lost")

    def both(admin: Actor) -> int:
        done = 0
        try:
            for _ in range(4):
                mine = ask(
                    User.objects.get(pk=user.pk), actor=admin, at=NOW, reason="x"
                )
                for held in (mine.reset, Reset.objects.latest("id")):
                    try:
                        confirm(held, actor=admin, at=NOW)
                        done += 1
                    except AccessError:
                        pass
        finally:
            connections.close_all()
        return done

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(both, admins))
    for made in Reset.objects.exclude(confirmed_by=""):
        assert made.confirmed_by != made.requested_by
    assert Reset.objects.filter(void_at__isnull=True).count() == 1
