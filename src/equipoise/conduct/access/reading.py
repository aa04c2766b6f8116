"""Who works in the trial, for the pages of the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.access.models import (
    Membership,
    ParticipantAccount,
    Reset,
    open_resets,
)


@dataclass(frozen=True, slots=True)
class Person:
    """An account with its roles.

    Attributes:
        name: in full.
        open: whether the account can be logged in to.
        joined: whether a password was set.
        second_factor: whether one was set up.
        reset: that is open: the person has set no new password yet; None if none is.
        holds: roles that hold now.
        held: roles that have ended.
    """

    username: str
    name: str
    open: bool
    joined: bool
    second_factor: bool
    reset: Reset | None
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
        tuple(now),
        tuple(m for m in members if m not in now),
    )
