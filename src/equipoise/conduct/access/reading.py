"""Who works in the trial: for the administrator, and for who seals the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db.models import Q

from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.access.models import (
    Membership,
    ParticipantAccount,
    Proposal,
    Reset,
    open_proposals,
    open_resets,
)
from equipoise.conduct.access.rights import Role, leads_to_arms


@dataclass(frozen=True, slots=True)
class Person:
    """An account with its roles.

    Attributes:
        open: whether the account can be logged in to.
        reset: that is open: the person has set no new password yet; None if none is.
        waits: roles that were given and do not hold yet.
        held: roles that have ended.
    """

    username: str
    name: str
    open: bool
    joined: bool
    second_factor: bool
    reset: Reset | None
    waits: tuple[Proposal, ...]
    holds: tuple[Membership, ...]
    held: tuple[Membership, ...]


def people(actor: Actor, *, at: datetime) -> list[Person]:
    """Everybody who works in the trial, by user name; participants are not among them.

    Raises:
        AccessError: EQ911.
    """
    actor.require("manage people", ALL_SITES)
    patients = ParticipantAccount.objects.values("user")
    users = User.objects.exclude(pk__in=patients).order_by("username")
    return [person_of(user, at=at) for user in users]


def full_name(username: str) -> str:
    """What a user is called; the user name where no account has it."""
    user = User.objects.filter(username=username).first()
    return (user.get_full_name() if user is not None else "") or username


def person_of(user: User, *, at: datetime) -> Person:
    """One person."""
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


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a role that leads to arms.

    Attributes:
        site: code, or ``ALL_SITES``.
        came: whether the person has set a password.
    """

    username: str
    name: str
    role: str
    site: str
    granted_by: str
    since: datetime
    came: bool

    def __str__(self) -> str:
        return f"{self.username} at {self.site}"


def holders(*, at: datetime) -> list[Holder]:
    """Everybody whose roles lead to arms, role by role, by user name."""
    now = Membership.objects.filter(Q(until__isnull=True) | Q(until__gt=at))
    ordered = now.select_related("user", "site").order_by(
        "user__username", "role", "id"
    )
    return [
        Holder(
            m.user.username,
            m.user.get_full_name() or m.user.username,
            m.role,
            ALL_SITES if m.site is None else m.site.code,
            m.granted_by,
            m.since,
            m.user.has_usable_password(),
        )
        for m in ordered
        if leads_to_arms(cast(Role, m.role))
    ]


def fingerprint(found: list[Holder]) -> str:
    """Whether a list of people is the one that somebody was shown."""
    lines = (f"{one.role} {one} {one.name} {one.came}" for one in found)
    return sha256("\n".join(lines).encode()).hexdigest()
