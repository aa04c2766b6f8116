"""A role that leads to arms, once the list is sealed: three people bring it about.

An administrator proposes it (``granting.grant``), a second person confirms it and gets a
code, and the person concerned types that code, logged in. So the role cannot begin for
somebody who does not exist, nor for an account that whoever invited has kept for himself:
the second person gives the code to somebody whom he knows, and the code is of use in that
account alone.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Literal

from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access import second_person
from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.access.granting import note, require_fit
from equipoise.conduct.access.models import (
    Membership,
    Proposal,
    open_proposals,
    open_resets,
)
from equipoise.conduct.access.second_person import digest, lasts, new_code
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import lock
from equipoise.errors import AccessError

TRIES = 5
GONE = "This role does not wait for you any more; ask the administrator."
WAITS = "A second person must confirm this role first, and gives you a code."
OLD = "The code is too old; ask the administrator to give the role again."
WRONG = "This is not the code that the second person has."


def waiting(actor: Actor, *, at: datetime) -> list[Proposal]:
    """Roles that somebody may confirm or refuse now."""
    if not any(actor.may("confirm reset", site) for site in actor.sites()):
        return []
    found = open_proposals().filter(confirmed_at__isnull=True)
    return [one for one in found if not why_not(one, actor, at=at)]


def confirmers(proposal: Proposal, *, at: datetime) -> list[str]:
    """User names of those who may confirm now, in order."""
    return second_person.able(*_about(proposal), at=at)


def why_not(proposal: Proposal, actor: Actor, *, at: datetime) -> str:
    """Why somebody cannot confirm a role; empty if nothing is in the way."""
    return second_person.why_not(*_about(proposal), actor, at=at)


def mine(user: User, *, at: datetime) -> list[Proposal]:
    """Roles that wait for the code which the person got."""
    found = open_proposals().filter(user=user, confirmed_at__gt=at - lasts())
    return list(found)


def confirm(proposal: Proposal, *, actor: Actor, at: datetime) -> str:
    """Confirms that the person exists, works there, and is to have the role.

    Args:
        proposal: that the second person was shown.
        actor: the second person.
        at: UTC.

    Returns:
        The code, shown once and kept nowhere; the role holds when the person has typed it.

    Raises:
        AccessError: EQ916, in words that say why; EQ914, other roles exclude it by now.
    """
    with transaction.atomic():
        lock(STUDY)
        held = _judged(proposal, actor, at)
        require_fit(held, at)
        code = new_code()
        held.confirmed_by, held.confirmed_at = actor.name, at
        held.code = digest(code)
        held.save(update_fields=["confirmed_by", "confirmed_at", "code"])
        why = f"proposed by {held.proposed_by}: {held.reason}"
        note("confirm role", held.role, _told(held), actor.name, at, why)
    return code


def refuse(proposal: Proposal, *, actor: Actor, at: datetime, reason: str) -> None:
    """The second person does not know the person, or does not agree.

    Raises:
        AccessError: EQ916, also for a reason that is missing.
    """
    with transaction.atomic():
        lock(STUDY)
        held = _judged(proposal, actor, at)
        if not reason.strip():
            raise _refused("the reason is missing", "say why; it stays in the audit")
        _close(held, "refused", at)
        note("refuse role", held.role, _told(held), actor.name, at, reason)


def withdraw(proposal: Proposal, *, actor: Actor, at: datetime) -> None:
    """An administrator takes a proposal back, confirmed or not; it needs nobody else.

    Raises:
        AccessError: EQ911; EQ916, it is not open any more.
    """
    actor.require("manage people", _site(proposal))
    with transaction.atomic():
        lock(STUDY)
        held = _open(proposal)
        _close(held, "withdrawn", at)
        note("withdraw role", held.role, _told(held), actor.name, at)


def take_up(proposal: Proposal, user: User, *, code: str, at: datetime) -> list[str]:
    """Makes the role hold for who has the account, and the code of the second person.

    Args:
        proposal: that waits for this person.
        user: who is logged in.
        code: as it was handed over.
        at: UTC; the role holds from then on.

    Returns:
        What is wrong; empty if the role holds.

    Raises:
        AccessError: EQ914, other roles exclude it by now.
    """
    with transaction.atomic():
        lock(STUDY)
        held = open_proposals().filter(pk=proposal.pk, user=user).first()
        if held is None or open_resets().filter(user=user).exists():
            return [GONE]
        wrong = _wrong_code(held, code, at)
        if not wrong:
            _hold(held, at)
        return wrong


def _hold(held: Proposal, at: datetime) -> None:
    require_fit(held, at)
    _close(held, "taken up", at)
    Membership.objects.create(
        user=held.user, role=held.role, site=held.site, since=at,
        granted_by=held.proposed_by,
    )  # fmt: skip
    why = f"granted by {held.proposed_by}, confirmed by {held.confirmed_by}"
    note("take up role", held.role, _told(held), held.user.get_username(), at, why)


def _wrong_code(held: Proposal, code: str, at: datetime) -> list[str]:
    if held.confirmed_at is None:
        return [WAITS]
    if held.confirmed_at <= at - lasts():
        return [OLD]
    if hmac.compare_digest(held.code, digest(code)):
        return []
    held.tries += 1
    held.save(update_fields=["tries"])
    name = held.user.get_username()
    note("wrong code of role", held.role, _told(held), name, at)
    if held.tries < TRIES:
        return [f"{WRONG} Attempts left: {TRIES - held.tries}."]
    _close(held, "wrong codes", at)
    return [f"{WRONG} {GONE}"]


def _close(
    held: Proposal,
    outcome: Literal["taken up", "refused", "withdrawn", "wrong codes"],
    at: datetime,
) -> None:
    held.closed_at, held.outcome = at, outcome
    held.save(update_fields=["closed_at", "outcome"])


def _judged(proposal: Proposal, actor: Actor, at: datetime) -> Proposal:
    """The proposal as it is now, if this person may judge it."""
    held = _open(proposal)
    if not held.waits:
        raise _refused("it does not wait any more: it was confirmed")
    if not held.user.is_active:
        raise _refused("the account is closed")
    wrong = why_not(held, actor, at=at)
    if wrong:
        raise _refused(wrong)
    return held


def _open(proposal: Proposal) -> Proposal:
    held = open_proposals().filter(pk=proposal.pk).first()
    if held is None:
        raise _refused(
            "it does not wait any more: it was withdrawn, refused or taken up"
        )
    return held


def _about(proposal: Proposal) -> tuple[str, str, frozenset[str]]:
    """Who proposed it, for whom, and where it would hold."""
    name = proposal.user.get_username()
    return proposal.proposed_by, name, frozenset({_site(proposal)})


def _site(proposal: Proposal) -> str:
    return ALL_SITES if proposal.site is None else proposal.site.code


def _told(proposal: Proposal) -> str:
    return f"{proposal.user.get_username()} at {_site(proposal)}"


def _refused(
    what: str,
    mend: str = "let another administrator, a statistician, or an investigator of the "
    "site judge it",
) -> AccessError:
    return AccessError.single(
        "EQ916",
        f"this role cannot be confirmed or refused: {what}",
        where="the role that waits",
        mend=mend,
    )
