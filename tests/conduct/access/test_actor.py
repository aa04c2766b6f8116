"""Who somebody is: roles by site and time; the stricter of two roles holds."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User

from equipoise.conduct.access.actor import ALL_SITES, Actor, actor_of
from equipoise.conduct.access.models import Membership, ParticipantAccount
from equipoise.errors import AccessError
from equipoise.exchange.protocols import load_protocol
from equipoise.protocol.model import Protocol
from tests.conduct.conftest import NOW

TWO = Actor("a", {"investigator": frozenset({"north"}), "rater": frozenset({"north"})})


def test_a_right_holds_at_its_site_alone() -> None:
    one = Actor("a", {"coordinator": frozenset({"north"})})
    assert one.may("screen", "north")
    assert not one.may("screen", "south")
    assert not one.may("screen", ALL_SITES)
    everywhere = Actor("a", {"statistician": frozenset({ALL_SITES})})
    assert everywhere.may("export", "south")
    with pytest.raises(AccessError) as refused:
        one.require("unblind in emergency", "north")
    assert refused.value.code == "EQ911"


@pytest.mark.parametrize("shows", ["infusions", "dissociation", "vitals", "arm"])
def test_of_two_roles_the_stricter_one_conceals(feder: Protocol, shows: str) -> None:
    assert not TWO.sees(feder, shows, "north")


def test_who_treats_is_told_in_an_open_trial_at_the_own_site(feder: Protocol) -> None:
    blues, here = load_protocol("beat-the-blues"), frozenset({"north"})
    one = Actor("a", {"coordinator": here})
    assert one.is_told(blues, "north")
    assert not one.is_told(blues, "south")
    assert not one.is_told(feder, "north")
    assert not TWO.is_told(blues, "north")  # also a rater
    assert not Actor("a", {"monitor": here}).is_told(blues, "north")


def test_who_has_no_role_sees_nothing(feder: Protocol) -> None:
    assert not TWO.sees(feder, "ratings", "south")
    assert not Actor("a", {}).sites()
    assert TWO.sites() == {"north"}
    assert TWO.roles_at("north") == {"investigator", "rater"}


def test_roles_hold_from_their_beginning_to_their_end(people: dict[str, User]) -> None:
    member = Membership.objects.get(role="rater")
    member.until = NOW
    member.save()
    user = people["rater"]
    assert "rater" in actor_of(user, at=NOW - timedelta(seconds=1)).roles
    assert not actor_of(user, at=NOW).roles
    assert not actor_of(user, at=member.since - timedelta(seconds=1)).roles


def test_nobody_is_nobody(db: None) -> None:
    with pytest.raises(AccessError) as refused:
        actor_of(AnonymousUser(), at=NOW)
    assert refused.value.code == "EQ912"


def test_a_participant_is_one_participant(db: None) -> None:
    user = User.objects.create_user("p0001")
    ParticipantAccount.objects.create(user=user, identifier="P0001")
    found = actor_of(user, at=NOW)
    assert found.own == "P0001"
    assert set(found.roles) == {"participant"}
