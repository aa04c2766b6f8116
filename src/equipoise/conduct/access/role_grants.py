"""Role grants: granting, accepting and ending roles without endangering the blinding.

Raters, pharmacists and administrators have no other role. Knowledge from an earlier role
remains: a former pharmacist cannot rate later, and staff who have worked at infusions
cannot become raters of this trial. In an open-label trial, users who could read treatments
get no role from which the arm is concealed.

Until the allocation schedule is concealed, one administrator can set up the trial: roles
are active immediately, and the statistician who conceals the schedule confirms the users
with an unblinding-sensitive role. From then on such a role takes three people: an
administrator proposes it, a second approver confirms it and gets a code, and the user
enters that code, logged in. So the role cannot start for a person who does not exist, nor
for an account that the inviting user has retained.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib.auth.models import User
from django.db import models, transaction

from equipoise.conduct.access import proposals
from equipoise.conduct.access.account_audit import note
from equipoise.conduct.access.actor import ALL_SITES, Actor
from equipoise.conduct.access.models import (
    Membership,
    ParticipantAccount,
    Proposal,
    open_proposals,
    open_resets,
)
from equipoise.conduct.access.rights import leads_to_arms, told
from equipoise.conduct.access.second_approver import (
    TRIES,
    WRONG,
    digest,
    lasts,
    new_code,
    wrong_tries,
)
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import lock
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import AccessError
from equipoise.protocol.roles import ROLES, Role

ALONE = frozenset(name for name, role in ROLES.items() if role.alone)
KNOWS_ARMS = frozenset(name for name, role in ROLES.items() if role.knows_arms)
KNOWS_INFUSIONS = frozenset(n for n, role in ROLES.items() if role.knows_infusions)
GRANTABLE = tuple(name for name in ROLES if name != "participant")


def grant(
    user: User, role: str, site: str, *, actor: Actor, at: datetime, reason: str = ""
) -> Membership | Proposal:
    """Grants a role to a user, or proposes it to a second approver.

    Args:
        role: one of ``GRANTABLE``.
        site: code of the site, or ``ALL_SITES``.
        at: UTC; the role is active from then on.

    Returns:
        The active role; or, for an unblinding-sensitive role once the allocation schedule
        is concealed, the proposal, which gives no right.

    Raises:
        AccessError: EQ911; EQ914, the actor is the user, or roles exclude each other;
            EQ916, it needs a second approver and there is no such user.
    """
    actor.require("manage people", site)
    with transaction.atomic():
        lock(STUDY)  # serializes two grants to one user
        wanted = _grantable(user, role, actor)
        held = Membership.objects.filter(user=user)
        _fits(wanted, held, at)
        where = None if site == ALL_SITES else Site.objects.filter(code=site).first()
        if site != ALL_SITES and where is None:
            raise _refused(f"there is no site {site!r}", "choose a site from the list")
        same = _current(held, at).filter(role=wanted, site=where).first()
        if same is not None:
            return same
        if leads_to_arms(wanted) and is_sealed():
            return proposals.propose(
                "role", actor=actor, at=at, reason=reason,
                site=where, user=user, role=wanted,
            )  # fmt: skip
        made = Membership.objects.create(
            user=user, role=wanted, site=where, since=at, granted_by=actor.name
        )
        note("grant", wanted, made.subject, actor.name, at, reason)
    return made


def end(
    membership: Membership, *, actor: Actor, at: datetime, reason: str = ""
) -> Membership:
    """Ends a role, whose row stays (EQ911; EQ914, it is the last administrator)."""
    actor.require("manage people", membership.where)
    with transaction.atomic():
        lock(STUDY)
        membership.refresh_from_db()
        if membership.until is not None:
            return membership
        if membership.role == "administrator":
            others = Membership.objects.filter(
                role="administrator", user__is_active=True, site__isnull=True
            ).exclude(user=membership.user)
            if not _current(others, at).exists():
                raise _refused(
                    "this is the last administrator",
                    "grant the role to another user first",
                )
        membership.until = at
        membership.save(update_fields=["until"])
        note("end role", membership.role, membership.subject, actor.name, at, reason)
    return membership


def first_administrator(user: User, *, at: datetime) -> Membership:
    """Makes the first administrator, without a grant (EQ914, there is one already)."""
    with transaction.atomic():
        lock(STUDY)
        if Membership.objects.filter(role="administrator").exists():
            raise _refused(
                "this trial has an administrator already", "ask that administrator"
            )
        made = Membership.objects.create(
            user=user, role="administrator", since=at, granted_by="setup"
        )
        note("grant", "administrator", made.subject, "setup", at)
    return made


def is_sealed() -> bool:
    """Whether the allocation schedule is concealed: from then on there is a blind."""
    return Entry.objects.filter(chain=STUDY, act="seal").exists()


def _require_fit(proposal: Proposal, at: datetime) -> None:
    """Rejects a role that the user's other roles exclude by now: EQ914."""
    held = Membership.objects.filter(user=proposal.user)
    _fits(cast(Role, proposal.role), held, at)


def _grantable(user: User, role: str, actor: Actor) -> Role:
    if user.get_username() == actor.name:
        raise _refused(
            "you cannot grant yourself a role", "ask another administrator to grant it"
        )
    if role not in GRANTABLE:
        raise _refused(
            f"{role!r} is not a role that can be granted", "choose a role from the list"
        )
    if not user.is_active:
        raise _refused("this account is closed", "reopen the account first")
    if ParticipantAccount.objects.filter(user=user).exists():
        raise _refused(
            "a participant's account can have no other role", "create another account"
        )
    return role


def _fits(wanted: Role, held: models.QuerySet[Membership], at: datetime) -> None:
    """Rejects roles that exclude each other, now or by earlier knowledge."""
    now = set(_current(held, at).values_list("role", flat=True)) - {wanted}
    ever = set(held.values_list("role", flat=True)) - {wanted}
    clash = sorted(now) if wanted in ALONE else sorted(now & ALONE)
    if clash:
        raise _refused(
            f"{wanted} and {', '.join(clash)} exclude each other",
            "grant the role to another user, or end the other role first",
        )
    reads = told(in_force())
    known = ever & (
        KNOWS_ARMS
        | (KNOWS_INFUSIONS if wanted == "rater" else set())
        | (reads if wanted not in reads else set())
    )
    if known:
        raise _refused(
            f"a user who was {', '.join(sorted(known))} in this trial cannot become "
            f"{wanted}, because of what that role can view",
            "grant the role to another user",
        )


def _current(
    held: models.QuerySet[Membership], at: datetime
) -> models.QuerySet[Membership]:
    return held.filter(models.Q(until__isnull=True) | models.Q(until__gt=at))


def _refused(what: str, fix: str) -> AccessError:
    return AccessError.single("EQ914", what, where="roles of the user", fix=fix)


GONE = "You can no longer accept this role. Ask the administrator."
WAITS = "A second approver must confirm this role first, and gives you a code."
OLD = "The code has expired. Ask the administrator to grant the role again."


def mine(user: User, *, at: datetime) -> list[Proposal]:
    """Roles that the user can accept with the code of the second approver."""
    since = at - lasts()
    return list(open_proposals().filter(act="role", user=user, confirmed_at__gt=since))


def take_up(proposal: Proposal, user: User, *, code: str, at: datetime) -> list[str]:
    """Activates the role for the logged-in user with the code of the second approver.

    Returns the problems, if any; EQ914, other roles exclude it by now.
    """
    with transaction.atomic():
        lock(STUDY)
        held = open_proposals().filter(pk=proposal.pk, user=user).first()
        if held is None or open_resets().filter(user=user).exists():
            return [GONE]
        problems = _wrong_code(held, user, code, at)
        if not problems:
            _hold(held, user, at)
        return problems


def _code(held: Proposal, at: datetime) -> str:
    """The code of the second approver, with which the user accepts the role."""
    code = new_code()
    held.code = digest(code)
    held.save(update_fields=["code"])
    return code


def _hold(held: Proposal, user: User, at: datetime) -> None:
    _require_fit(held, at)
    proposals.close(held, "taken up", at)
    Membership.objects.create(
        user=user, role=held.role, site=held.site, since=at,
        granted_by=held.proposed_by,
    )  # fmt: skip
    why = f"granted by {held.proposed_by}, confirmed by {held.confirmed_by}"
    note("take up role", held.role, held.subject, user.get_username(), at, why)


def _wrong_code(held: Proposal, user: User, code: str, at: datetime) -> list[str]:
    if held.confirmed_at is None:
        return [WAITS]
    if held.confirmed_at <= at - lasts():
        return [OLD]
    tries = wrong_tries(held, code)
    if not tries:
        return []
    note("wrong code of role", held.role, held.subject, user.get_username(), at)
    if tries < TRIES:
        return [f"{WRONG} Attempts left: {TRIES - tries}."]
    proposals.close(held, "wrong codes", at)
    return [f"{WRONG} {GONE}"]


proposals.kinds["role"] = proposals.Kind("manage people", _require_fit, _code)
