"""Second approver: who may confirm account resets and ``proposals`` of another user.

Another administrator, a statistician, or an investigator of the site, who is responsible
for its staff: the smallest trial that can run has an administrator, an investigator and a
statistician, so two of them are left if one has lost the second factor. Not the monitor,
who reviews afterwards what was done. Users cannot confirm for a user whom they brought in
lately, the other way round, or where the same third user brought in both.

``shortages`` lists, before the allocation schedule is concealed, which users are missing.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.models import User

from equipoise.conduct.access.actor import ALL_SITES, Actor, actor_of
from equipoise.conduct.access.models import Membership, Proposal, Reset
from equipoise.conduct.audit.models import STUDY, Entry
from equipoise.conduct.study.models import Site
from equipoise.protocol.model import Protocol
from equipoise.protocol.roles import Act

NOBODY = frozenset({"setup", "terminal"})  # actors that are not users of the trial
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that looks like another


@dataclass(frozen=True, slots=True)
class Case:
    """A request that a second approver must confirm."""

    asked_by: str
    concerned: str = ""  # user concerned; empty if there is none
    # Of the user concerned, or of the role; may contain ``ALL_SITES``.
    sites: frozenset[str] = frozenset({ALL_SITES})


T = TypeVar("T", Proposal, Reset)


def case_of(held: Proposal | Reset) -> Case:
    """Requester, user concerned, and sites of the role or of that user."""
    if isinstance(held, Proposal):
        name = held.user.get_username() if held.user is not None else ""
        return Case(held.proposed_by, name, frozenset({held.where}))
    roles = Membership.objects.filter(user=held.user)  # ended ones too
    sites = frozenset(one.where for one in roles.select_related("site"))
    return Case(held.requested_by, held.user.username, sites)


def why_not(held: Proposal | Reset, actor: Actor, *, at: datetime) -> str:
    """Why a user cannot confirm a request; empty if the user can."""
    case = case_of(held)
    return _barred(case, actor) or _too_close(case, actor.name, at)


def confirmers(held: Proposal | Reset, *, at: datetime) -> list[str]:
    """User names of the users who may confirm a request now, in order."""
    case = case_of(held)
    return [name for name in candidates(case, at=at) if not _too_close(case, name, at)]


def for_judge(found: Iterable[T], actor: Actor, *, at: datetime) -> list[T]:
    """Open requests that a user may confirm now."""
    if not actor.may_anywhere("confirm reset"):
        return []
    return [one for one in found if not why_not(one, actor, at=at)]


def candidates(case: Case, *, at: datetime) -> list[str]:
    """User names of possible approvers, now or when they are no longer new."""
    return [one.name for one in staff(at) if not _barred(case, one)]


def staff(at: datetime) -> Iterator[Actor]:
    """All users who ever had a role and can log in, by user name."""
    holders = Membership.objects.filter(user__is_active=True).values("user")
    for user in User.objects.filter(pk__in=holders).order_by("username"):
        if user.has_usable_password():
            yield actor_of(user, at=at)


def lately() -> timedelta:
    """Time within which an account counts as brought in by its inviter.

    A fortnight, in which a user who does not exist is noticed on the page of users and in
    review of the audit trail.
    """
    return timedelta(days=settings.MADE_LATELY_DAYS)


def lasts() -> timedelta:
    """Time for which a link is valid, and a code for a role."""
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def new_code() -> str:
    """A code for the user concerned, shown once; only its ``digest`` is stored."""
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"


def digest(code: str) -> str:
    """Stored SHA-256 of a code: case, blanks and dashes do not matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return sha256(plain.encode()).hexdigest()


TRIES = 5  # of a code
WRONG = "The code does not match that of the second approver."


def wrong_tries(held: Proposal | Reset, code: str) -> int:
    """Number of wrong codes entered, with this one; 0 if the code is right."""
    if hmac.compare_digest(held.code, digest(code)):
        return 0
    held.tries += 1
    held.save(update_fields=["tries"])
    return held.tries


def _barred(case: Case, actor: Actor) -> str:
    if actor.name == case.asked_by:
        return "you requested it yourself"
    if actor.name == case.concerned:
        return "it concerns your own account"
    here = actor.sites() if ALL_SITES in case.sites else case.sites
    if not any(actor.may("confirm reset", site) for site in here):
        return "your roles at the user's site do not include it"
    return ""


def _too_close(case: Case, name: str, at: datetime) -> str:
    since = at - lately()
    if _makers(name, since) & _makers(case.asked_by, since):
        return (
            "the same person brought you and the requester into the trial within "
            f"{lately().days} days"
        )
    return ""


def _makers(name: str, since: datetime) -> frozenset[str]:
    """Users who brought a user into the trial since then, and who brought those."""
    found, new = {name}, {name}
    while new:
        invited = Entry.objects.filter(
            chain=STUDY, form="people", act="invite", value__in=new, at__gte=since
        ).values_list("actor", flat=True)
        granted = Membership.objects.filter(
            user__username__in=new, since__gte=since
        ).values_list("granted_by", flat=True)
        confirmed = Proposal.objects.filter(
            user__username__in=new, confirmed_at__gte=since
        ).values_list("confirmed_by", flat=True)
        reset = Reset.objects.filter(
            user__username__in=new, requested_at__gte=since
        ).values_list("requested_by", flat=True)
        new = {*invited, *granted, *confirmed, *reset} - found - NOBODY
        found |= new
    return frozenset(found)


# Right that a proposal takes, and what a second approver then confirms.
ASKS: tuple[tuple[Act, str], ...] = (
    ("manage people", "a new unblinding-sensitive role or the reset of an account"),
    ("lock", "unlocking a participant, reopening recruitment or unblinding the trial"),
)


def shortages(protocol: Protocol, *, at: datetime) -> list[str]:
    """Users who will be missing later, as sentences; empty if none will be.

    Args:
        protocol: in force; a trial without infusions needs no pharmacist.
    """
    people = list(staff(at))
    found = list(_seconds(people, at))
    if any(visit.infusion is not None for visit in protocol.schedule.visits):
        for site in Site.objects.all():
            found += _pharmacy(site, people)
    return found


def _seconds(people: list[Actor], at: datetime) -> Iterator[str]:
    for right, what in ASKS:
        askers = [one for one in people if one.may(right, ALL_SITES)]
        if not askers:
            yield f"No active user can request {what}."
        for one in askers:
            names = candidates(Case(one.name), at=at)
            if not names:
                yield f"No user could confirm a request of {one.name} for {what}."
            elif len(names) == 1:
                yield (
                    f"Only {names[0]} could confirm a request of {one.name} for {what}; "
                    f"when {names[0]} leaves, no user could."
                )


def _pharmacy(site: Site, people: list[Actor]) -> Iterator[str]:
    able = [one.name for one in people if one.may("prepare syringe", site.code)]
    if not able:
        yield f"{site.name} has no active pharmacist to prepare syringes."
    elif len(able) == 1:
        yield (
            f"{site.name} has only one pharmacist, {able[0]}: a second one must check "
            "each syringe before it is released."
        )
