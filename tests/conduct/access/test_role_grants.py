"""Rights: nobody helps himself, and no role undoes the blind."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import ALL_SITES, Actor, actor_of
from equipoise.conduct.access.models import Membership, ParticipantAccount
from equipoise.conduct.access.rights import RIGHTS
from equipoise.conduct.access.role_grants import (
    GRANTABLE,
    end,
    first_administrator,
    grant,
)
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.verify import verify
from equipoise.errors import AccessError
from tests.conduct.conftest import NOW
from tests.conduct.tampering import sql

Act = Callable[[str], Actor]
LATER = NOW + timedelta(days=1)


def newcomer(name: str = "newcomer") -> User:
    return User.objects.create_user(name)


def test_a_role_holds_from_now_on_at_its_site_and_stands_in_the_audit(
    actor: Act,
) -> None:
    user = newcomer()
    grant(user, "rater", "north", actor=actor("administrator"), at=NOW, reason="new")
    held = actor_of(user, at=NOW)
    assert held.may("fill in", "north")
    assert not held.may("fill in", "south")
    assert not actor_of(user, at=NOW - timedelta(seconds=1)).roles
    entry = Entry.objects.filter(chain=STUDY).latest("seq")
    assert (entry.act, entry.item, entry.value) == (
        "grant",
        "rater",
        "newcomer at north",
    )
    assert (entry.actor, entry.reason) == ("administrator", "new")
    assert not verify().findings


@pytest.mark.parametrize("role", GRANTABLE)
def test_nobody_grants_himself_a_right(
    people: dict[str, User], actor: Act, role: str
) -> None:
    me = people["administrator"]
    with pytest.raises(AccessError, match="cannot grant yourself") as refused:
        grant(me, role, ALL_SITES, actor=actor("administrator"), at=NOW)
    assert refused.value.code == "EQ914"
    assert Membership.objects.filter(user=me).count() == 1


@pytest.mark.parametrize("role", [r for r in GRANTABLE if r != "administrator"])
def test_only_an_administrator_grants(actor: Act, role: str) -> None:
    with pytest.raises(AccessError, match="manage people"):
        grant(newcomer(), "monitor", "north", actor=actor(role), at=NOW)


@pytest.mark.usefixtures("before_sealing")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("rater", "pharmacist"),
        ("rater", "infusion team"),
        ("rater", "statistician"),
        ("rater", "investigator"),
        ("administrator", "rater"),
        ("administrator", "pharmacist"),
        ("administrator", "investigator"),
        ("pharmacist", "coordinator"),
    ],
)
def test_roles_that_exclude_each_other(actor: Act, first: str, second: str) -> None:
    for one, other in ((first, second), (second, first)):
        user = newcomer(f"as-{one}".replace(" ", "-"))
        grant(user, one, ALL_SITES, actor=actor("administrator"), at=NOW)
        with pytest.raises(AccessError, match="exclude") as refused:
            grant(user, other, "north", actor=actor("administrator"), at=NOW)
        assert refused.value.code == "EQ914"


@pytest.mark.usefixtures("before_sealing")
def test_roles_that_go_together(actor: Act) -> None:
    user = newcomer()
    for role in ("coordinator", "investigator"):
        grant(user, role, "north", actor=actor("administrator"), at=NOW)
    assert set(actor_of(user, at=NOW).roles) == {"coordinator", "investigator"}


@pytest.mark.usefixtures("before_sealing")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("pharmacist", "rater"),
        ("pharmacist", "coordinator"),
        ("infusion team", "rater"),
    ],
)
def test_what_was_learnt_stays_known(actor: Act, before: str, after: str) -> None:
    user, admin = newcomer(), actor("administrator")
    end(grant(user, before, "north", actor=admin, at=NOW), actor=admin, at=LATER)
    with pytest.raises(AccessError, match="cannot become"):
        grant(user, after, "north", actor=admin, at=LATER)


@pytest.mark.parametrize("before", ["coordinator", "investigator"])
@pytest.mark.parametrize("after", ["statistician", "monitor", "rater"])
def test_who_could_read_treatments_takes_no_blinded_role(
    crew: dict[str, User], before: str, after: str
) -> None:
    sql("DELETE FROM audit_entry WHERE act = 'seal'")  # a role of one person alone
    user, admin = newcomer(), actor_of(crew["administrator"], at=NOW)
    Membership.objects.create(
        user=user, role=before, since=NOW, until=LATER, granted_by="setup"
    )
    with pytest.raises(AccessError, match="cannot become"):
        grant(user, after, "north", actor=admin, at=LATER)
    grant(user, "coordinator", "south", actor=admin, at=LATER)


def test_in_a_blinded_trial_a_coordinator_may_become_a_monitor(actor: Act) -> None:
    user, admin = newcomer(), actor("administrator")
    end(grant(user, "coordinator", "north", actor=admin, at=NOW), actor=admin, at=LATER)
    grant(user, "monitor", "north", actor=admin, at=LATER)


def test_an_ended_role_holds_no_more_and_stays_known(
    people: dict[str, User], actor: Act
) -> None:
    member = Membership.objects.get(user=people["rater"])
    end(member, actor=actor("administrator"), at=LATER, reason="left")
    assert not actor_of(people["rater"], at=LATER).roles
    assert not actor_of(people["rater"], at=NOW).roles  # nor if the clock goes back
    assert Entry.objects.filter(act="end role", value="rater at north").exists()
    end(
        member, actor=actor("administrator"), at=LATER
    )  # a second click changes nothing
    assert Entry.objects.filter(act="end role").count() == 1


@pytest.mark.usefixtures("before_sealing")
def test_the_last_administrator_stays(people: dict[str, User], actor: Act) -> None:
    member = Membership.objects.get(user=people["administrator"])
    with pytest.raises(AccessError, match="last administrator"):
        end(member, actor=actor("administrator"), at=LATER)
    second = newcomer()
    grant(second, "administrator", ALL_SITES, actor=actor("administrator"), at=NOW)
    end(member, actor=actor_of(second, at=LATER), at=LATER)


def test_granting_twice_is_granting_once(actor: Act) -> None:
    user = newcomer()
    for _ in range(2):
        grant(user, "monitor", "north", actor=actor("administrator"), at=NOW)
    assert Membership.objects.filter(user=user).count() == 1


def test_a_participant_gets_no_role(actor: Act) -> None:
    user = newcomer()
    ParticipantAccount.objects.create(user=user, identifier="P0001")
    with pytest.raises(AccessError, match="participant"):
        grant(user, "monitor", "north", actor=actor("administrator"), at=NOW)
    with pytest.raises(AccessError, match="not a role"):
        grant(
            newcomer("n"), "participant", "north", actor=actor("administrator"), at=NOW
        )


@pytest.mark.parametrize(("role", "site"), [("queen", "north"), ("monitor", "nowhere")])
def test_what_does_not_exist_is_not_granted(actor: Act, role: str, site: str) -> None:
    with pytest.raises(AccessError):
        grant(newcomer(), role, site, actor=actor("administrator"), at=NOW)


def test_the_first_administrator_is_made_once(people: dict[str, User]) -> None:
    with pytest.raises(AccessError, match="already"):
        first_administrator(newcomer(), at=NOW)


def test_the_administrator_can_neither_unblind_nor_see() -> None:
    assert RIGHTS["administrator"] == {
        "manage people", "manage study", "read audit", "confirm reset",
    }  # fmt: skip
