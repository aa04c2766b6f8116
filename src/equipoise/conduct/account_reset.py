"""A lost password or second factor: one person asks, another confirms, neither gets in.

Who asks gets a link, who confirms gets a code; the person concerned needs both. So no
administrator can take over the account of somebody who may unblind. The account is closed
when the reset is asked for, and the person learns who asked, who confirmed, and why.
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
    """A reset that was asked for."""

    link: Link  # for the person concerned; it opens nothing while ``reset`` waits
    reset: Reset


def ask(
    user: User, *, actor: Actor, at: datetime, reason: str, site: str = ""
) -> Asked:
    """Takes password, second factors, sessions and tokens away, and makes a new link.

    Password and sessions end now and not with the confirmation: a telephone that was
    stolen is of no use from this moment on.

    ``site`` is that of a participant, whom the caller has looked up, and who comes there
    and has forgotten the password. One person is enough: the account sees one person's own
    questions, and who asks sits beside that person. It stands in the audit, and the
    participant is told.

    Raises:
        AccessError: EQ911; EQ914, it is one's own account; EQ952, no reason is given.
    """
    if site:
        actor.require("consent", site)
    else:
        manages(actor)
    if user.username == actor.name:
        raise AccessError.single(
            "EQ914",
            "nobody resets his own account",
            where="the account",
            mend="change your password on the page of your account",
        )
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


def _needs_second(user: User) -> bool:
    """Whoever ever had a role: ending it before the reset does not help.

    Administrators too, who see no data: one who takes over another could confirm for
    himself.
    """
    if ParticipantAccount.objects.filter(user=user).exists():
        return False
    held = Membership.objects.filter(user=user).exists()
    return held and (in_use(user) or is_left_open(user))


def confirm(reset: Reset, *, actor: Actor, at: datetime) -> str:
    """Confirms that the person concerned has asked for a new link (EQ915, why not).

    The code is shown once and kept nowhere; the person needs it beside the link.
    """
    with transaction.atomic():
        lock(STUDY)
        held = _standing(reset, at)
        wrong = why_not(held, actor, at=at)
        if wrong:
            raise _refused(wrong)
        return _confirmed(held, actor.name, at, held.user.username)


def confirm_at_terminal(
    username: str, *, by: str, reason: str, at: datetime
) -> tuple[Reset, str]:
    """Where nobody else is left: by whoever runs the server, who has its keys anyway.

    Returns:
        The reset, and the code.

    Raises:
        AccessError: EQ915, nothing waits, or somebody of the trial can confirm; EQ952,
            name or reason are missing.
    """
    reasoned(by)
    reasoned(reason)
    with transaction.atomic():
        lock(STUDY)
        asked = open_resets().filter(user__username=username, second=True).first()
        if asked is None:
            raise _refused(f"no reset of {username} waits")
        held = _standing(asked, at)
        others = confirmers(held, at=at)
        if others:
            raise _refused(f"{', '.join(others)} can confirm it in the application")
        told = f"{username}, by {by.strip()}: {reason.strip()}"
        return held, _confirmed(held, TERMINAL, at, told)


def waiting(actor: Actor, *, at: datetime) -> list[Reset]:
    """Resets that somebody may confirm now."""
    asked = open_resets().filter(second=True, confirmed_at__isnull=True)
    found = asked.filter(requested_at__gt=at - lasts()).select_related("user")
    return for_judge(found, actor, at=at)


def _standing(reset: Reset, at: datetime) -> Reset:
    """The reset as it is now, if it waits still."""
    held = open_resets().select_related("user").filter(pk=reset.pk).first()
    if held is None or not held.waits:
        raise _refused("it does not wait any more: it was confirmed, or asked again")
    if held.requested_at <= at - lasts():
        raise _refused("its link is too old, and must be asked for again")
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
        mend="let another administrator, a statistician, or an investigator of the site "
        "confirm it; if there is nobody, whoever runs the server can",
    )


VOID = "The link is void."
WAITS = "A second person must confirm this reset first."


@dataclass(frozen=True, slots=True)
class Door:
    """What stands behind a link."""

    user: User
    reset: Reset | None  # that made the link; None for an invitation

    @property
    def waits(self) -> bool:
        """Whether a second person must confirm still."""
        return self.reset is not None and self.reset.waits


def door(account: str, token: str) -> Door | None:
    """Where a link leads.

    None if it is void, too many wrong codes were tried, or it alone would open arms.
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
    """Sets the password of who has the link, and the code where one is needed.

    What is wrong, or nothing.
    """
    with transaction.atomic():
        found = door(account, token)
        if found is None:
            return [VOID]
        # Whoever comes second with the same link finds it used.
        User.objects.select_for_update().get(pk=found.user.pk)
        found = door(account, token)
        if found is None:
            return [VOID]
        wrong = _wrong_code(found, code, at)
        wrong = wrong or set_password(found.user, password, at=at)
        if not wrong and found.reset is not None:
            change(Reset.objects.filter(pk=found.reset.pk), used_at=at)
            # What a request made that was on its way while the account was reset.
            Authenticator.objects.filter(user=found.user).delete()
            revoke_all(found.user, by=found.user.username, at=at)
        return wrong


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
    """Resets of one's account that one has not confirmed to have read."""
    return list(Reset.objects.filter(user=user, seen_at__isnull=True))


def history(user: User) -> list[Reset]:
    """Every reset of one's account, the newest first; reading hides none of them."""
    return list(Reset.objects.filter(user=user).order_by("-id"))


def read(user: User, *, at: datetime) -> None:
    """Notes that the person has read of every reset so far."""
    with transaction.atomic():
        new = Reset.objects.filter(user=user, seen_at__isnull=True)
        if new.update(seen_at=at):
            note("read of reset", "account", user.username, user.username, at)
