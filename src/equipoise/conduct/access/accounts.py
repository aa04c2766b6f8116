"""User accounts: an administrator invites a user by a link that works once.

Users choose their own password, and no password is sent: the user sets it through the
link, which expires when it is used, and after three days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from equipoise.conduct.access.account_audit import note
from equipoise.conduct.access.actor import ALL_SITES, Actor
from equipoise.conduct.access.models import (
    Membership,
    ParticipantAccount,
    Proposal,
    Reset,
    open_proposals,
    open_resets,
)
from equipoise.conduct.access.rights import leads_to_arms
from equipoise.conduct.access.role_grants import end
from equipoise.conduct.audit.clock import behind, newest
from equipoise.conduct.audit.register import change
from equipoise.errors import AccessError, Problem
from equipoise.protocol.roles import Role

NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class _Once(PasswordResetTokenGenerator):
    """Tokens of invitation links; a token is valid for this purpose only."""

    key_salt = "equipoise.conduct.access.inviting"  # earlier links use it

    def _now(self) -> datetime:
        """The time, never before the last audit entry: an expired link stays expired."""
        now, last = timezone.now(), newest()
        at = last if last is not None and behind(last, now) else now
        return at.astimezone().replace(tzinfo=None)


_links = _Once()


@dataclass(frozen=True, slots=True)
class Link:
    """The two parts of an invitation link: the account and its token."""

    account: str
    token: str


def invite(
    username: str, full_name: str, email: str = "", *, actor: Actor, at: datetime
) -> User:
    """Creates an account without password or role (EQ911; EQ952, invalid user name)."""
    manages(actor)
    name = username.strip().lower()
    require_usable(name, full_name, email)
    with transaction.atomic():
        user = new_account(name, full_name.strip(), email.strip())
        note("invite", "account", name, actor.name, at)
    return user


def require_usable(name: str, full_name: str, email: str = "") -> None:
    """Checks the details of an account (EQ952, with every problem)."""
    problems = []
    if not NAME.fullmatch(name):
        fix = "use 2 to 40 of a-z, 0-9, dot, dash, underscore; start with a letter"
        problems.append(("the user name is not valid", fix))
    elif User.objects.filter(username__iexact=name).exists():
        problems.append(("this user name is taken", "choose another user name"))
    if not full_name.strip() or len(full_name) > 150:
        problems.append(("the full name is not valid", "use 1 to 150 characters"))
    if email.strip() and not EMAIL.fullmatch(email.strip()):
        problems.append(("the e-mail address is not valid", "correct or clear it"))
    if problems:
        raise AccessError(
            *(
                Problem(code="EQ952", what=what, where="the invitation", fix=fix)
                for what, fix in problems
            )
        )


def participant_account(
    identifier: str, site: str, *, actor: Actor, at: datetime
) -> User:
    """The account of a participant whom the caller has looked up at ``site`` (EQ911).

    It is created once, and can view the participant's own forms only.
    """
    actor.require("consent", site)
    with transaction.atomic():
        held = ParticipantAccount.objects.filter(identifier=identifier).first()
        if held is not None:
            return held.user
        user = new_account(identifier.lower())
        ParticipantAccount.objects.create(user=user, identifier=identifier)
        note("invite", "participant", identifier, actor.name, at)
    return user


def account_state(identifier: str) -> str:
    """Status of the account of a participant: ``none``, ``invited`` or ``in use``."""
    held = ParticipantAccount.objects.filter(identifier=identifier).first()
    if held is None:
        return "none"
    return "in use" if held.user.has_usable_password() else "invited"


def link(user: User) -> Link:
    """A link with which the user sets a password; it expires once one is set."""
    account = urlsafe_base64_encode(str(user.pk).encode())
    return Link(account, _links.make_token(user))


def invited(account: str, token: str) -> User | None:
    """The user to whom a link belongs; None if the link is not valid."""
    try:
        key = int(urlsafe_base64_decode(account).decode())
    except (ValueError, UnicodeDecodeError, OverflowError):
        return None
    user = User.objects.filter(pk=key, is_active=True).first()
    if user is None or not _links.check_token(user, token):
        return None
    return user


def set_password(user: User, password: str, *, at: datetime) -> list[str]:
    """Sets the password of an invited user; returns the problems with it, if any."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        note("set password", "account", user.username, user.username, at)
    return []


def close(user: User, *, actor: Actor, at: datetime, reason: str) -> None:
    """Closes an account: its roles end, and it can no longer log in.

    Raises:
        AccessError: EQ911; EQ914, it is the last administrator; EQ952, no reason.
    """
    manages(actor)
    reasoned(reason)
    with transaction.atomic():
        for member in Membership.objects.filter(user=user, until__isnull=True):
            end(member, actor=actor, at=at, reason=reason)
        waiting = open_proposals().filter(user=user)
        change(waiting, closed_at=at, outcome="account closed")
        user.is_active = False
        user.save(update_fields=["is_active"])
        note("close account", "account", user.username, actor.name, at, reason)


def manages(actor: Actor) -> None:
    """Requires the right to manage users (EQ911)."""
    actor.require("manage people", ALL_SITES)


def new_account(name: str, full_name: str = "", email: str = "") -> User:
    """An account without a password."""
    user = User(username=name, first_name=full_name, email=email)
    user.set_unusable_password()
    user.save()
    return user


def reasoned(reason: str) -> None:
    """Requires a reason for an action on an account (EQ952)."""
    if not reason.strip():
        raise AccessError.single(
            "EQ952",
            "the reason is missing",
            where="the account",
            fix="enter the reason; the audit trail records it",
        )


@dataclass(frozen=True, slots=True)
class Person:
    """A user account with its roles."""

    username: str
    name: str
    open: bool  # whether the account can be logged in to
    joined: bool
    second_factor: bool
    reset: Reset | None  # open: the user has not set a new password yet
    waits: tuple[Proposal, ...]  # proposed roles that are not active yet
    holds: tuple[Membership, ...]
    held: tuple[Membership, ...]  # roles that have ended


def people(actor: Actor, *, at: datetime) -> list[Person]:
    """All users who work in the trial, by user name, without participants (EQ911)."""
    manages(actor)
    patients = ParticipantAccount.objects.values("user")
    users = User.objects.exclude(pk__in=patients).order_by("username")
    return [person_of(user, at=at) for user in users]


def full_name(username: str) -> str:
    """Full name of a user; the user name where there is no such account."""
    user = User.objects.filter(username=username).first()
    return (user.get_full_name() if user is not None else "") or username


def person_of(user: User, *, at: datetime) -> Person:
    """One user with active, proposed and ended roles."""
    members = Membership.objects.filter(user=user).select_related("site")
    now = [m for m in members if m.until is None or m.until > at]
    return Person(
        user.username,
        user.get_full_name() or user.username,
        user.is_active,
        user.has_usable_password(),
        Authenticator.objects.filter(user=user).exists(),
        open_resets().filter(user=user).first(),
        tuple(open_proposals().filter(user=user)),
        tuple(now),
        tuple(m for m in members if m not in now),
    )


def holders(*, at: datetime) -> list[Membership]:
    """Active unblinding-sensitive roles with their users, by user name."""
    active = Membership.objects.filter(Q(until__isnull=True) | Q(until__gt=at))
    active = active.select_related("user", "site").order_by(
        "user__username", "role", "id"
    )
    return [one for one in active if leads_to_arms(cast(Role, one.role))]


def fingerprint(found: list[Membership]) -> str:
    """SHA-256 of a list of users, to check that it is the list that was shown."""
    lines = (f"{one.role} {one.subject} {one.name} {one.came}" for one in found)
    return sha256("\n".join(lines).encode()).hexdigest()
