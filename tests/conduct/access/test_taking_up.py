"""A role that leads to arms: nothing holds before three people have done their part."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from equipoise.conduct.access import accounts, proposals, role_grants
from equipoise.conduct.access.actor import Actor, actor_of
from equipoise.conduct.access.models import Membership, Proposal, Reset
from equipoise.conduct.access.rights import RIGHTS, leads_to_arms
from equipoise.conduct.access.role_grants import GRANTABLE, grant
from equipoise.conduct.access.second_approver import confirmers, lasts
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.verify import verify
from equipoise.errors import AccessError
from tests.conduct.account_reset.people import another
from tests.conduct.conftest import NOW

Act = Callable[[str], Actor]
LEADING = [role for role in GRANTABLE if leads_to_arms(role)]


def proposed(
    actor: Act, role: str = "investigator", site: str = "north", name: str = "ann"
) -> Proposal:
    user = User.objects.filter(username=name).first() or User.objects.create_user(name)
    made = grant(user, role, site, actor=actor("administrator"), at=NOW, reason="new")
    assert isinstance(made, Proposal)
    return made


def acts() -> list[tuple[str, str, str]]:
    found = Entry.objects.filter(chain=STUDY, form="people").order_by("seq")
    return [(e.act, e.actor, f"{e.item} {e.value}") for e in found]


@pytest.mark.parametrize("role", LEADING)
def test_what_waits_gives_no_right_before_the_code_is_typed(
    actor: Act, role: str
) -> None:
    one = proposed(actor, role)
    for done in (None, proposals.confirm):
        code = done(one, actor=actor("statistician"), at=NOW) if done else ""
        held = actor_of(one.user, at=NOW + timedelta(days=1))
        assert held.roles == {}
        for act in RIGHTS[role]:
            assert not held.may(act, "north")
            with pytest.raises(AccessError, match="EQ911"):
                held.require(act, "north")
        assert not Membership.objects.filter(user=one.user).exists()
    assert role_grants.take_up(one, one.user, code=code, at=NOW) == []
    held = actor_of(one.user, at=NOW)
    assert all(held.may(act, "north") for act in RIGHTS[role])
    assert set(held.roles) == {role}
    assert held.sites() == {"north"}


@pytest.mark.parametrize("role", [r for r in GRANTABLE if r not in LEADING])
def test_other_roles_hold_at_once(actor: Act, role: str) -> None:
    user = User.objects.create_user("ann")
    grant(user, role, "north", actor=actor("administrator"), at=NOW)
    assert set(actor_of(user, at=NOW).roles) == {role}


@pytest.mark.usefixtures("before_sealing")
@pytest.mark.parametrize("role", LEADING)
def test_before_the_list_is_sealed_they_hold_at_once(actor: Act, role: str) -> None:
    user = User.objects.create_user("ann")
    grant(user, role, "north", actor=actor("administrator"), at=NOW)
    assert set(actor_of(user, at=NOW).roles) == {role}


def test_everything_stands_in_the_chain(actor: Act) -> None:
    one = proposed(actor)
    code = proposals.confirm(one, actor=actor("statistician"), at=NOW)
    assert role_grants.take_up(one, one.user, code="AAAA-AAAA", at=NOW)
    role_grants.take_up(one, one.user, code=code.lower(), at=NOW)
    what = "investigator ann at north"
    assert acts() == [
        ("propose role", "administrator", what),
        ("confirm role", "statistician", what),
        ("wrong code of role", "ann", what),
        ("take up role", "ann", what),
    ]
    last = Entry.objects.get(act="take up role")
    assert last.reason == "granted by administrator, confirmed by statistician"
    assert Membership.objects.get(user=one.user).granted_by == "administrator"
    told = "\n".join(f"{e.value} {e.reason}" for e in Entry.objects.all())
    assert code not in told
    assert not verify().findings


def test_who_confirms_is_neither_who_gave_it_nor_who_gets_it(actor: Act) -> None:
    one = proposed(actor)
    with pytest.raises(AccessError, match="you requested it") as refused:
        proposals.confirm(one, actor=actor("administrator"), at=NOW)
    assert refused.value.code == "EQ916"
    # Somebody who may confirm already, and is to get one more role.
    own = proposed(actor, "statistician", "*", name="investigator")
    with pytest.raises(AccessError, match="your own account"):
        proposals.confirm(own, actor=actor("investigator"), at=NOW)
    for role in ("rater", "coordinator", "pharmacist", "infusion team", "monitor"):
        with pytest.raises(AccessError, match="do not include"):
            proposals.confirm(one, actor=actor(role), at=NOW)
        assert proposals.waiting(actor(role), at=NOW) == []
    assert proposals.waiting(actor("administrator"), at=NOW) == []
    assert proposals.waiting(actor("investigator"), at=NOW) == [one]
    assert proposals.waiting(actor("statistician"), at=NOW) == [one, own]


def test_nor_whom_the_giver_has_made_lately_nor_one_of_another_site(actor: Act) -> None:
    another("new", "statistician", by="administrator", since=NOW - timedelta(days=1))
    another("far", "investigator", site="south")
    one = proposed(actor)
    assert confirmers(one, at=NOW) == ["investigator", "statistician"]
    for name in ("new", "far"):
        who = actor_of(User.objects.get(username=name), at=NOW)
        with pytest.raises(AccessError, match="EQ916"):
            proposals.confirm(one, actor=who, at=NOW)


def test_the_database_itself_refuses_one_person_in_both_parts(actor: Act) -> None:
    one = proposed(actor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=one.pk).update(confirmed_by="administrator")
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(
            user=one.user,
            role=one.role,
            site=one.site,
            proposed_by="x",
            proposed_at=NOW,
        )
    assert str(one) == "role ann at north by administrator"


def test_the_code_is_of_use_in_that_account_alone(
    people: dict[str, User], actor: Act
) -> None:
    one, other = proposed(actor), proposed(actor, name="ben")
    code = proposals.confirm(one, actor=actor("statistician"), at=NOW)
    proposals.confirm(other, actor=actor("statistician"), at=NOW)
    for user in (other.user, people["administrator"]):
        assert role_grants.take_up(one, user, code=code, at=NOW) == [role_grants.GONE]
    assert role_grants.take_up(other, other.user, code=code, at=NOW)
    assert not actor_of(other.user, at=NOW).roles
    assert role_grants.mine(one.user, at=NOW) == [one]


def test_five_wrong_codes_and_three_days_end_it(actor: Act) -> None:
    one, two = proposed(actor), proposed(actor, name="ben")
    assert role_grants.take_up(one, one.user, code="", at=NOW) == [role_grants.WAITS]
    codes = [
        proposals.confirm(p, actor=actor("statistician"), at=NOW) for p in (one, two)
    ]
    said = [role_grants.take_up(one, one.user, code="A", at=NOW)[0] for _ in range(5)]
    assert said[3].endswith("left: 1.")
    assert role_grants.take_up(one, one.user, code=codes[0], at=NOW) == [
        role_grants.GONE
    ]
    late = NOW + lasts()
    assert role_grants.mine(two.user, at=late) == []
    assert role_grants.take_up(two, two.user, code=codes[1], at=late) == [
        role_grants.OLD
    ]
    assert not Membership.objects.filter(user__in=(one.user, two.user)).exists()


def test_refused_withdrawn_or_given_again_it_is_gone(actor: Act) -> None:
    by, admin = actor("statistician"), actor("administrator")
    one = proposed(actor)
    with pytest.raises(AccessError, match="reason"):
        proposals.refuse(one, actor=by, at=NOW, reason=" ")
    with pytest.raises(AccessError, match="you requested it"):
        proposals.refuse(one, actor=admin, at=NOW, reason="x")
    proposals.refuse(one, actor=by, at=NOW, reason="nobody knows this person")
    two = proposed(actor)
    with pytest.raises(AccessError, match="EQ911"):
        proposals.withdraw(two, actor=by, at=NOW)
    code = proposals.confirm(two, actor=by, at=NOW)
    with pytest.raises(AccessError, match="was confirmed"):
        proposals.confirm(two, actor=actor("investigator"), at=NOW)
    proposals.withdraw(two, actor=admin, at=NOW)
    three = proposed(actor)
    four = proposed(actor)
    for gone in (one, two, three):
        with pytest.raises(AccessError, match="withdrawn, rejected"):
            proposals.confirm(gone, actor=by, at=NOW)
        assert role_grants.take_up(gone, gone.user, code=code, at=NOW) == [
            role_grants.GONE
        ]
    ends = list(Proposal.objects.values_list("outcome", flat=True))
    assert ends == ["refused", "withdrawn", "replaced", ""]
    assert proposals.waiting(by, at=NOW) == [four]
    assert [a for a, _, _ in acts() if a.endswith("e role") or "withdraw" in a] == [
        "propose role", "refuse role", "propose role", "withdraw role",
        "propose role", "propose role",
    ]  # fmt: skip


def test_an_account_that_was_closed_or_reset_takes_nothing_up(actor: Act) -> None:
    admin, by = actor("administrator"), actor("statistician")
    one, two = proposed(actor), proposed(actor, name="ben")
    accounts.close(one.user, actor=admin, at=NOW, reason="left")
    with pytest.raises(AccessError, match="withdrawn, rejected"):
        proposals.confirm(one, actor=by, at=NOW)
    code = proposals.confirm(two, actor=by, at=NOW)
    Reset.objects.create(
        user=two.user, requested_by="administrator", requested_at=NOW, second=False
    )
    assert role_grants.take_up(two, two.user, code=code, at=NOW) == [role_grants.GONE]


def test_roles_that_exclude_each_other_by_now(actor: Act) -> None:
    admin, by = actor("administrator"), actor("statistician")
    one = proposed(actor, "pharmacist")
    two = proposed(actor, "pharmacist", name="ben")
    code = proposals.confirm(two, actor=by, at=NOW)
    for user in (one.user, two.user):
        grant(user, "rater", "north", actor=admin, at=NOW)
    with pytest.raises(AccessError, match="exclude"):
        proposals.confirm(one, actor=by, at=NOW)
    with pytest.raises(AccessError, match="exclude"):
        role_grants.take_up(two, two.user, code=code, at=NOW)
    assert set(actor_of(two.user, at=NOW).roles) == {"rater"}


def test_where_nobody_is_left_it_is_refused_and_says_so(
    people: dict[str, User], actor: Act
) -> None:
    for role in ("investigator", "statistician"):
        Membership.objects.filter(user=people[role]).update(until=NOW)
    for role in LEADING:
        user = User.objects.create_user(f"a-{role}".replace(" ", "-"))
        with pytest.raises(AccessError, match="no user could confirm it") as refused:
            grant(user, role, "north", actor=actor("administrator"), at=NOW)
        assert refused.value.code == "EQ916"
    assert not Proposal.objects.exists()
