"""Account reset after a lost password or second factor, with a second approver.

The requester gets a link, the second approver gets a code; the user concerned needs both.
So no administrator can take over the account of a user who may unblind. The account is
disabled when the reset is requested, and the user is informed who requested it, who
confirmed it, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access.account_audit import TERMINAL, by, note
from equipoise.conduct.access.accounts import (
    Link,
    invited,
    link,
    manages,
    reasoned,
    set_password,
)
from equipoise.conduct.access.actor import Actor
from equipoise.conduct.access.models import (
    Membership,
    ParticipantAccount,
    Reset,
    open_resets,
)
from equipoise.conduct.access.rights import leads_to_arms
from equipoise.conduct.access.role_grants import is_sealed
from equipoise.conduct.access.second_approver import (
    TRIES,
    WRONG,
    confirmers,
    digest,
    for_judge,
    lasts,
    new_code,
    why_not,
    wrong_tries,
)
from equipoise.conduct.api.tokens import revoke_all
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import lock
from equipoise.conduct.audit.register import change
from equipoise.errors import AccessError
from equipoise.protocol.roles import Role


@dataclass(frozen=True, slots=True)
class Asked:
    """A reset that was requested."""

    link: Link  # for the user concerned; it does not work before the confirmation
    reset: Reset


def ask(
    user: User, *, actor: Actor, at: datetime, reason: str, site: str = ""
) -> Asked:
    """Removes password, second factors, sessions and tokens, and makes a new link.

    Password and sessions end now and not with the confirmation: a stolen phone is useless
    immediately.

    ``site`` is that of a participant who comes there and has forgotten the password; the
    caller has looked up the participant. No second approver is needed: the account can
    view only the participant's own questionnaires, and the requester is present. It is
    recorded in the audit trail, and the participant is informed.

    Raises:
        AccessError: EQ911; EQ914, it is the user's own account; EQ952, no reason.
    """
    if site:
        actor.require("consent", site)
    else:
        manages(actor)
    if user.username == actor.name:
        raise AccessError.single(
            "EQ914",
            "you cannot reset your own account",
            where="the account",
            fix="change your password on the page of your account",
        )
    reasoned(reason)
    with transaction.atomic():
        lock(STUDY)  # serializes request, confirmation and joining
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


def in_use(user: User) -> bool:
    """Whether the account was ever used: a password was set, or a user has logged in.

    An invitation that was not accepted is not an account to take over: the inviting user
    had its first link already.
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
    """Whether an account with an active unblinding-sensitive role has no password yet.

    The allocation schedule is not concealed while there is such an account; one left by an
    earlier version cannot be opened by its link alone.
    """
    if user.has_usable_password() or not is_sealed():
        return False
    held = Membership.objects.filter(user=user, until__isnull=True)
    roles = held.values_list("role", flat=True)
    return any(leads_to_arms(cast(Role, role)) for role in roles)


def _needs_second(user: User) -> bool:
    """Whether the user ever had a role: ending it before the reset does not help.

    Administrators too, who can view no data: one who takes over another account could
    confirm their own request.
    """
    if ParticipantAccount.objects.filter(user=user).exists():
        return False
    held = Membership.objects.filter(user=user).exists()
    return held and (in_use(user) or is_left_open(user))


def confirm(reset: Reset, *, actor: Actor, at: datetime) -> str:
    """Confirms that the user concerned has requested a new link (EQ915, with the reason).

    The code is shown once and not stored; the user needs it in addition to the link.
    """
    with transaction.atomic():
        lock(STUDY)
        held = _standing(reset, at)
        problem = why_not(held, actor, at=at)
        if problem:
            raise _refused(problem)
        return _confirmed(held, actor.name, at, held.user.username)


def confirm_at_terminal(
    username: str, *, by: str, reason: str, at: datetime
) -> tuple[Reset, str]:
    """Confirmation on the server by its administrator, where no approver is left.

    Returns:
        The reset, and the code.

    Raises:
        AccessError: EQ915, there is no open reset, or a user of the trial can confirm it;
            EQ952, name or reason are missing.
    """
    reasoned(by)
    reasoned(reason)
    with transaction.atomic():
        lock(STUDY)
        reset = open_resets().filter(user__username=username, second=True).first()
        if reset is None:
            raise _refused(f"there is no open reset of {username}")
        held = _standing(reset, at)
        others = confirmers(held, at=at)
        if others:
            raise _refused(f"{', '.join(others)} can confirm it in the application")
        value = f"{username}, by {by.strip()}: {reason.strip()}"
        return held, _confirmed(held, TERMINAL, at, value)


def waiting(actor: Actor, *, at: datetime) -> list[Reset]:
    """Resets that a user may confirm now."""
    resets = open_resets().filter(second=True, confirmed_at__isnull=True)
    found = resets.filter(requested_at__gt=at - lasts()).select_related("user")
    return for_judge(found, actor, at=at)


def _standing(reset: Reset, at: datetime) -> Reset:
    """The current reset, if it is still open."""
    held = open_resets().select_related("user").filter(pk=reset.pk).first()
    if held is None or not held.waits:
        raise _refused("it was confirmed already, or requested again")
    if held.requested_at <= at - lasts():
        raise _refused("its link has expired, and must be requested again")
    if not held.user.is_active:
        raise _refused("the account is closed")
    return held


def _confirmed(held: Reset, name: str, at: datetime, value: str) -> str:
    code = new_code()
    held.confirmed_by, held.confirmed_at, held.code = name, at, digest(code)
    held.save(update_fields=["confirmed_by", "confirmed_at", "code"])
    why = f"asked for by {held.requested_by}: {held.reason}"
    note("confirm reset", "account", value, name, at, why)
    return code


def _refused(what: str) -> AccessError:
    return AccessError.single(
        "EQ915",
        f"this reset cannot be confirmed: {what}",
        where="the reset",
        fix="ask another administrator, a statistician or an investigator of the site, or "
        "the administrator of the server if there is no such user",
    )


VOID = "This link is no longer valid."
WAITS = "A second approver must confirm this reset first."


@dataclass(frozen=True, slots=True)
class Door:
    """Account and reset of a link."""

    user: User
    reset: Reset | None  # of the link; None for an invitation

    @property
    def waits(self) -> bool:
        """Whether a second approver has not confirmed it yet."""
        return self.reset is not None and self.reset.waits


def door(account: str, token: str) -> Door | None:
    """Account and reset of a link.

    None if it is not valid, after too many wrong codes, or if it needs a second approver.
    """
    user = invited(account, token)
    if user is None:
        return None
    reset = open_resets().filter(user=user).first()
    alone = reset is None or not reset.second
    if alone and is_left_open(user):
        return None
    if reset is not None and reset.tries >= TRIES:
        return None
    return Door(user, reset)


def join(
    account: str, token: str, *, password: str, code: str, at: datetime
) -> list[str]:
    """Sets the password of the user with the link, and the code where it is needed.

    Returns the problems, if any.
    """
    with transaction.atomic():
        found = door(account, token)
        if found is None:
            return [VOID]
        # A second use of the same link finds it used.
        User.objects.select_for_update().get(pk=found.user.pk)
        found = door(account, token)
        if found is None:
            return [VOID]
        problems = _wrong_code(found, code, at)
        problems = problems or set_password(found.user, password, at=at)
        if not problems and found.reset is not None:
            change(Reset.objects.filter(pk=found.reset.pk), used_at=at)
            # Made by a request that was under way while the account was reset.
            Authenticator.objects.filter(user=found.user).delete()
            revoke_all(found.user, by=found.user.username, at=at)
        return problems


def _wrong_code(found: Door, code: str, at: datetime) -> list[str]:
    reset = found.reset
    if reset is None or not reset.second:
        return []
    if reset.waits:
        return [WAITS]
    tries = wrong_tries(reset, code)
    if not tries:
        return []
    note("wrong code of reset", "account", found.user.username, "join page", at)
    return [f"{WRONG} Attempts left: {TRIES - tries}."]


def unread(user: User) -> list[Reset]:
    """Resets of the user's account that the user has not marked as read."""
    return list(Reset.objects.filter(user=user, seen_at__isnull=True))


def history(user: User) -> list[Reset]:
    """Every reset of the user's account, the latest first, also if read."""
    return list(Reset.objects.filter(user=user).order_by("-id"))


def read(user: User, *, at: datetime) -> None:
    """Records that the user has read of every reset so far."""
    with transaction.atomic():
        new = Reset.objects.filter(user=user, seen_at__isnull=True)
        if new.update(seen_at=at):
            note("read of reset", "account", user.username, user.username, at)
