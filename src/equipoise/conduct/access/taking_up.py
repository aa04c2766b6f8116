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

from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access import proposing
from equipoise.conduct.access.granting import require_fit
from equipoise.conduct.access.models import (
    Membership,
    Proposal,
    open_proposals,
    open_resets,
)
from equipoise.conduct.access.recording import note
from equipoise.conduct.access.second_person import digest, lasts, new_code
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import lock

TRIES = 5
GONE = "This role does not wait for you any more; ask the administrator."
WAITS = "A second person must confirm this role first, and gives you a code."
OLD = "The code is too old; ask the administrator to give the role again."
WRONG = "This is not the code that the second person has."


def mine(user: User, *, at: datetime) -> list[Proposal]:
    """Roles that wait for the code which the person got."""
    found = open_proposals().filter(
        act="role", user=user, confirmed_at__gt=at - lasts()
    )
    return list(found)


def take_up(proposal: Proposal, user: User, *, code: str, at: datetime) -> list[str]:
    """Makes the role hold for who has the account, and the code of the second person.

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
        wrong = _wrong_code(held, user, code, at)
        if not wrong:
            _hold(held, user, at)
        return wrong


def _code(held: Proposal, at: datetime) -> str:
    """The code of the second person for the person concerned; the role waits for it."""
    code = new_code()
    held.code = digest(code)
    held.save(update_fields=["code"])
    return code


def _hold(held: Proposal, user: User, at: datetime) -> None:
    require_fit(held, at)
    proposing.close(held, "taken up", at)
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
    if hmac.compare_digest(held.code, digest(code)):
        return []
    held.tries += 1
    held.save(update_fields=["tries"])
    name = user.get_username()
    note("wrong code of role", held.role, held.subject, name, at)
    if held.tries < TRIES:
        return [f"{WRONG} Attempts left: {TRIES - held.tries}."]
    proposing.close(held, "wrong codes", at)
    return [f"{WRONG} {GONE}"]


def connect() -> None:
    """Makes a role something that is proposed and confirmed."""
    proposing.register("role", asks="manage people", check=require_fit, carry_out=_code)
