"""Granting and ending roles: nobody helps himself, and no role undoes the blind.

Raters, pharmacists and administrators hold their role alone. What somebody has learnt
in a role he knows afterwards too: who was ever a pharmacist cannot rate later, and who
has worked beside the infusions cannot become a rater of this trial. In an open trial who
could read treatments takes no role from which the arm is concealed.

Until the list is sealed there is nothing to learn, and one administrator to set the trial
up: every role holds at once, and who seals vouches for those who have one that leads to
arms. From then on such a role is proposed, and two people bring it about
(``proposing.py``).
"""

from __future__ import annotations

from datetime import datetime
from typing import cast, get_args

from django.contrib.auth.models import User
from django.db import models, transaction

from equipoise.conduct.access import proposing
from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.access.models import Membership, ParticipantAccount, Proposal
from equipoise.conduct.access.recording import note
from equipoise.conduct.access.rights import Role, leads_to_arms, told
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import lock
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import AccessError

# Roles that nobody holds beside another one.
ALONE: frozenset[Role] = frozenset({"administrator", "rater", "pharmacist"})
# Who once had such a role knows too much for any other that is blinded.
KNOWS_ARMS: frozenset[Role] = frozenset({"pharmacist"})
# Who once had such a role has seen what is concealed from raters.
KNOWS_INFUSIONS: frozenset[Role] = frozenset(
    {"infusion team", "coordinator", "investigator", "monitor"}
)
GRANTABLE: tuple[Role, ...] = tuple(
    role for role in get_args(Role) if role != "participant"
)


def grant(
    user: User, role: str, site: str, *, actor: Actor, at: datetime, reason: str = ""
) -> Membership | Proposal:
    """Gives a person a role, or proposes it to a second person.

    Args:
        role: one of ``GRANTABLE``.
        site: code of the site, or ``ALL_SITES``.
        at: UTC; the role holds from then on.

    Returns:
        The role that holds; or, of a role that leads to arms once the list is sealed, the
        proposal, which gives no right.

    Raises:
        AccessError: EQ911; EQ914, it is the person's own right, or roles exclude each
            other; EQ916, it takes a second person and there is none.
    """
    actor.require("manage people", site)
    with transaction.atomic():
        lock(STUDY)  # two grants to one person come one after the other
        wanted = _grantable(user, role, actor)
        held = Membership.objects.filter(user=user)
        _fits(wanted, held, at)
        where = None if site == ALL_SITES else Site.objects.filter(code=site).first()
        if site != ALL_SITES and where is None:
            raise _refused(f"there is no site {site!r}", "choose a site of the list")
        same = _current(held, at).filter(role=wanted, site=where).first()
        if same is not None:
            return same
        if leads_to_arms(wanted) and is_sealed():
            return proposing.propose(
                "role", actor=actor, at=at, reason=reason,
                site=where, user=user, role=wanted,
            )  # fmt: skip
        made = Membership.objects.create(
            user=user, role=wanted, site=where, since=at, granted_by=actor.name
        )
        note("grant", wanted, f"{user.username} at {site}", actor.name, at, reason)
    return made


def end(
    membership: Membership, *, actor: Actor, at: datetime, reason: str = ""
) -> Membership:
    """Ends a role; the row stays, with its last moment.

    Raises:
        AccessError: EQ911; EQ914, it is the last administrator.
    """
    site = ALL_SITES if membership.site is None else membership.site.code
    actor.require("manage people", site)
    with transaction.atomic():
        lock(STUDY)
        membership.refresh_from_db()
        if membership.until is not None:
            return membership
        if membership.role == "administrator":
            _not_the_last(membership, at)
        membership.until = at
        membership.save(update_fields=["until"])
        told = f"{membership.user.get_username()} at {site}"
        note("end role", membership.role, told, actor.name, at, reason)
    return membership


def first_administrator(user: User, *, at: datetime) -> Membership:
    """The one right that nobody grants: that of the first administrator, at the set-up.

    Raises:
        AccessError: EQ914, there is an administrator already.
    """
    with transaction.atomic():
        lock(STUDY)
        if Membership.objects.filter(role="administrator").exists():
            raise _refused(
                "this trial has an administrator already", "ask that administrator"
            )
        made = Membership.objects.create(
            user=user, role="administrator", since=at, granted_by="setup"
        )
        note("grant", "administrator", f"{user.username} at {ALL_SITES}", "setup", at)
    return made


def is_sealed() -> bool:
    """Whether a list was sealed: from then on there is something to learn."""
    return Entry.objects.filter(chain=STUDY, act="seal").exists()


def require_fit(proposal: Proposal, at: datetime) -> None:
    """Refuses a role that the person's other roles exclude by now: EQ914."""
    held = Membership.objects.filter(user=proposal.user)
    _fits(cast(Role, proposal.role), held, at)


def _grantable(user: User, role: str, actor: Actor) -> Role:
    if user.get_username() == actor.name:
        raise _refused(
            "nobody grants himself a right", "another administrator can grant it"
        )
    if role not in GRANTABLE:
        raise _refused(
            f"{role!r} is not a role that is granted", "choose a role of the list"
        )
    if not user.is_active:
        raise _refused("this account is closed", "open it again first")
    if ParticipantAccount.objects.filter(user=user).exists():
        raise _refused(
            "a participant has no role in the trial", "give the person another account"
        )
    return role


def _fits(wanted: Role, held: models.QuerySet[Membership], at: datetime) -> None:
    """Refuses roles that exclude each other, now or by what was learnt."""
    now = set(_current(held, at).values_list("role", flat=True)) - {wanted}
    ever = set(held.values_list("role", flat=True)) - {wanted}
    clash = sorted(now) if wanted in ALONE else sorted(now & ALONE)
    if clash:
        raise _refused(
            f"{wanted} and {', '.join(clash)} exclude each other",
            "give the role to somebody else, or end the other role first",
        )
    reads = told(in_force())
    known = ever & (
        KNOWS_ARMS
        | (KNOWS_INFUSIONS if wanted == "rater" else set())
        | (reads if wanted not in reads else set())
    )
    if known:
        raise _refused(
            f"who was {', '.join(sorted(known))} in this trial cannot become {wanted}: "
            "what was learnt stays known",
            "give the role to somebody else",
        )


def _current(
    held: models.QuerySet[Membership], at: datetime
) -> models.QuerySet[Membership]:
    return held.filter(models.Q(until__isnull=True) | models.Q(until__gt=at))


def _not_the_last(membership: Membership, at: datetime) -> None:
    others = Membership.objects.filter(
        role="administrator", user__is_active=True, site__isnull=True
    ).exclude(user=membership.user)
    if not _current(others, at).exists():
        raise _refused(
            "this is the last administrator", "grant the role to somebody else first"
        )


def _refused(what: str, mend: str) -> AccessError:
    return AccessError.single("EQ914", what, where="roles of the person", mend=mend)
