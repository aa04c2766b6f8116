"""Asking for a new link: the account is closed at once, and opened by two people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.access.granting import is_sealed
from equipoise.conduct.access.inviting import Link, link, manages, reasoned
from equipoise.conduct.access.models import (
    Membership,
    ParticipantAccount,
    Reset,
    open_resets,
)
from equipoise.conduct.access.noting import by
from equipoise.conduct.access.recording import note
from equipoise.conduct.access.rights import Role, leads_to_arms
from equipoise.conduct.api.tokens import revoke_all
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import lock
from equipoise.conduct.audit.register import change
from equipoise.errors import AccessError


@dataclass(frozen=True, slots=True)
class Asked:
    """A reset that was asked for.

    Attributes:
        link: for the person concerned; it opens nothing while ``reset`` waits.
        reset: as it stands now.
    """

    link: Link
    reset: Reset


def ask(user: User, *, actor: Actor, at: datetime, reason: str) -> Asked:
    """Takes password, second factors, sessions and tokens away, and makes a new link.

    Password and sessions end now and not with the confirmation: a telephone that was
    stolen is of no use from this moment on.

    Args:
        user: whose account.
        actor: an administrator; for the account of a participant the caller has checked
            who asks (``ask_for_participant``).
        at: UTC.
        reason: in words.

    Raises:
        AccessError: EQ911; EQ914, it is one's own account; EQ952, no reason is given.
    """
    manages(actor)
    if user.username == actor.name:
        raise AccessError.single(
            "EQ914",
            "nobody resets his own account",
            where="the account",
            mend="change your password on the page of your account",
        )
    return _ask(user, actor, at, reason)


def ask_for_participant(
    user: User, site: str, *, actor: Actor, at: datetime, reason: str
) -> Asked:
    """The same for a participant who comes to the site and has forgotten the password.

    One person is enough: the account sees one person's own questions, and who asks sits
    beside that person. It stands in the audit, and the participant is told.

    Args:
        user: account of a participant whom the caller has looked up.
        site: code of the site of that participant.
        actor: whoever takes consent there.
        at: UTC.
        reason: in words; an account that was never used needs none.

    Raises:
        AccessError: EQ911; EQ952, no reason is given.
    """
    actor.require("consent", site)
    return _ask(user, actor, at, reason)


def in_use(user: User) -> bool:
    """Whether the person ever had the account: a password was set, or somebody came in.

    An invitation that was not taken up is not an account to take over: who invited had
    its first link already.
    """
    return (
        user.has_usable_password()
        or user.last_login is not None
        or Reset.objects.filter(user=user, second=True).exists()
        or Entry.objects.filter(
            chain=STUDY, form="people", act="set password", actor=user.username
        ).exists()
    )


def is_left_open(user: User) -> bool:
    """Whether nobody has opened an account that leads to arms already.

    Who seals the list lets none of these be; one that was left all the same, by an
    earlier version, is not opened by its link alone.
    """
    if user.has_usable_password() or not is_sealed():
        return False
    held = Membership.objects.filter(user=user, until__isnull=True)
    roles = held.values_list("role", flat=True)
    return any(leads_to_arms(cast(Role, role)) for role in roles)


def _ask(user: User, actor: Actor, at: datetime, reason: str) -> Asked:
    reasoned(reason)
    with transaction.atomic():
        lock(STUDY)  # who asks, who confirms and who joins come one after the other
        user.refresh_from_db()
        second = _needs_second(user)
        change(open_resets().filter(user=user), void_at=at)
        made = Reset.objects.create(
            user=user, requested_by=actor.name, requested_at=at,
            reason=reason.strip(), second=second,
        )  # fmt: skip
        note("reset account", "account", user.username, actor.name, at, reason)
        with by(actor.name, at):
            Authenticator.objects.filter(user=user).delete()
        revoke_all(user, by=actor.name, at=at)
        user.set_unusable_password()  # sessions are bound to the password, and end
        user.save(update_fields=["password"])
    return Asked(link(user), made)


def _needs_second(user: User) -> bool:
    """Whoever ever had a role: ending it before the reset does not help.

    Administrators too, who see no data: one who takes over another could confirm for
    himself.
    """
    if ParticipantAccount.objects.filter(user=user).exists():
        return False
    held = Membership.objects.filter(user=user).exists()
    return held and (in_use(user) or is_left_open(user))
