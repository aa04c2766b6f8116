"""The second person confirms a reset, and what comes of it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access import second_person
from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.access.inviting import reasoned
from equipoise.conduct.access.models import Membership, Reset, open_resets
from equipoise.conduct.access.recording import note
from equipoise.conduct.access.second_person import digest, lasts, new_code
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import lock
from equipoise.errors import AccessError

TERMINAL = "terminal"


def confirm(reset: Reset, *, actor: Actor, at: datetime) -> str:
    """Confirms that the person concerned has asked for a new link.

    Args:
        reset: that the second person was shown.
        actor: the second person.
        at: UTC.

    Returns:
        The code, shown once and kept nowhere; the person needs it beside the link.

    Raises:
        AccessError: EQ915, in words that say why.
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

    Args:
        username: whose account.
        by: who confirms, in words.
        reason: how it is known that the person asked.
        at: UTC.

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


def confirmers(reset: Reset, *, at: datetime) -> list[str]:
    """User names of those who may confirm, in order."""
    return second_person.able(*_about(reset), at=at)


def waiting(actor: Actor, *, at: datetime) -> list[Reset]:
    """Resets that somebody may confirm now."""
    if not any(actor.may("confirm reset", site) for site in actor.sites()):
        return []
    asked = open_resets().filter(second=True, confirmed_at__isnull=True)
    found = asked.filter(requested_at__gt=at - lasts()).select_related("user")
    return [reset for reset in found if not why_not(reset, actor, at=at)]


def why_not(reset: Reset, actor: Actor, *, at: datetime) -> str:
    """Why somebody cannot confirm a reset; empty if nothing is in the way."""
    return second_person.why_not(*_about(reset), actor, at=at)


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


def _about(reset: Reset) -> tuple[str, str, frozenset[str]]:
    """Who asked, whom it concerns, and where that person works."""
    return reset.requested_by, reset.user.username, _sites(reset.user)


def _sites(user: User) -> frozenset[str]:
    """Sites of a person, of ended roles too."""
    held = Membership.objects.filter(user=user).select_related("site")
    return frozenset(ALL_SITES if m.site is None else m.site.code for m in held)


def _refused(what: str) -> AccessError:
    return AccessError.single(
        "EQ915",
        f"this reset cannot be confirmed: {what}",
        where="the reset",
        mend="let another administrator, a statistician, or an investigator of the site "
        "confirm it; if there is nobody, whoever runs the server can",
    )
