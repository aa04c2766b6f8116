"""The second person: who may confirm a reset, and what comes of it.

Another administrator, a statistician, or an investigator of the site, who answers for the
people there: the smallest trial that can run has an administrator, an investigator and a
statistician, so two of them are left whoever has lost the telephone. Not the monitor, who
reads afterwards what was done. Nobody confirms through somebody whom he has made lately
himself, the other way round, or through somebody made by the same third person.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from equipoise.conduct.access.acting import ALL_SITES, Actor, actor_of
from equipoise.conduct.access.granting import note
from equipoise.conduct.access.inviting import reasoned
from equipoise.conduct.access.models import Membership, Reset, open_resets
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.audit.record import lock
from equipoise.errors import AccessError

NOBODY = frozenset({"setup", "terminal"})  # acts that no person of the trial did
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another
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
    holders = Membership.objects.filter(user__is_active=True).values("user")
    users = User.objects.filter(pk__in=holders).order_by("username")
    able = [u for u in users if u.has_usable_password()]
    return [u.username for u in able if not why_not(reset, actor_of(u, at=at), at=at)]


def waiting(actor: Actor, *, at: datetime) -> list[Reset]:
    """Resets that somebody may confirm now."""
    if not any(actor.may("confirm reset", site) for site in actor.sites()):
        return []
    asked = open_resets().filter(second=True, confirmed_at__isnull=True)
    found = asked.filter(requested_at__gt=at - lasts()).select_related("user")
    return [reset for reset in found if not why_not(reset, actor, at=at)]


def why_not(reset: Reset, actor: Actor, *, at: datetime) -> str:
    """Why somebody cannot confirm a reset; empty if nothing is in the way."""
    if actor.name == reset.requested_by:
        return "who asked for it cannot confirm it"
    if actor.name == reset.user.username:
        return "nobody confirms for himself"
    sites = _sites(reset.user)
    here = actor.sites() if ALL_SITES in sites else sites
    if not any(actor.may("confirm reset", site) for site in here):
        return "your roles at the person's site do not include it"
    since = at - lately()
    if _makers(actor.name, since) & _makers(reset.requested_by, since):
        return (
            "you and who asked were brought into the trial by the same person within "
            f"{lately().days} days"
        )
    return ""


def lasts() -> timedelta:
    """How long a link works."""
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def lately() -> timedelta:
    """How long an account counts as made by who made it.

    A fortnight, in which somebody who is not there is noticed on the page of people and
    by who reads the audit.
    """
    return timedelta(days=settings.MADE_LATELY_DAYS)


def digest(code: str) -> str:
    """A code as it is kept: case, blanks and dashes do not matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return sha256(plain.encode()).hexdigest()


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
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    held.confirmed_by, held.confirmed_at, held.code = name, at, digest(code)
    held.save(update_fields=["confirmed_by", "confirmed_at", "code"])
    why = f"asked for by {held.requested_by}: {held.reason}"
    note("confirm reset", "account", value, name, at, why)
    return f"{code[:4]}-{code[4:]}"


def _sites(user: User) -> frozenset[str]:
    """Sites of a person, of ended roles too."""
    held = Membership.objects.filter(user=user).select_related("site")
    return frozenset(ALL_SITES if m.site is None else m.site.code for m in held)


def _makers(name: str, since: datetime) -> frozenset[str]:
    """Who brought somebody into the trial since then, and whoever brought those."""
    found, new = {name}, {name}
    while new:
        invited = Entry.objects.filter(
            chain=STUDY, form="people", act="invite", value__in=new, at__gte=since
        ).values_list("actor", flat=True)
        granted = Membership.objects.filter(
            user__username__in=new, since__gte=since
        ).values_list("granted_by", flat=True)
        reset = Reset.objects.filter(
            user__username__in=new, requested_at__gte=since
        ).values_list("requested_by", flat=True)
        new = {*invited, *granted, *reset} - found - NOBODY
        found |= new
    return frozenset(found)


def _refused(what: str) -> AccessError:
    return AccessError.single(
        "EQ915",
        f"this reset cannot be confirmed: {what}",
        where="the reset",
        mend="let another administrator, a statistician, or an investigator of the site "
        "confirm it; if there is nobody, whoever runs the server can",
    )
