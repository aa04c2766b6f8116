"""Who can be the second person of what nobody does alone: resets, and ``proposing``.

Another administrator, a statistician, or an investigator of the site, who answers for the
people there: the smallest trial that can run has an administrator, an investigator and a
statistician, so two of them are left whoever has lost the telephone. Not the monitor, who
reads afterwards what was done. Nobody confirms through somebody whom he has made lately
himself, the other way round, or through somebody made by the same third person.

``shortages`` says, before the list is sealed, what a trial will be short of afterwards.
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

NOBODY = frozenset({"setup", "terminal"})  # acts that no person of the trial did
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another


@dataclass(frozen=True, slots=True)
class Case:
    """What waits for a second person."""

    asked_by: str
    concerned: str = ""  # whom it is about; empty if it is about nobody
    # Of the person concerned, or of the role; may hold ``ALL_SITES``.
    sites: frozenset[str] = frozenset({ALL_SITES})


T = TypeVar("T", Proposal, Reset)


def case_of(held: Proposal | Reset) -> Case:
    """Who asked, for whom, and where it would hold or where that person works."""
    if isinstance(held, Proposal):
        name = held.user.get_username() if held.user is not None else ""
        return Case(held.proposed_by, name, frozenset({held.where}))
    roles = Membership.objects.filter(user=held.user)  # ended ones too
    sites = frozenset(one.where for one in roles.select_related("site"))
    return Case(held.requested_by, held.user.username, sites)


def why_not(held: Proposal | Reset, actor: Actor, *, at: datetime) -> str:
    """Why somebody cannot confirm something; empty if nothing is in the way."""
    case = case_of(held)
    return _barred(case, actor) or _too_close(case, actor.name, at)


def confirmers(held: Proposal | Reset, *, at: datetime) -> list[str]:
    """User names of those who may confirm something now, in order."""
    case = case_of(held)
    return [name for name in candidates(case, at=at) if not _too_close(case, name, at)]


def for_judge(found: Iterable[T], actor: Actor, *, at: datetime) -> list[T]:
    """What somebody may confirm now, of what waits."""
    if not actor.may_anywhere("confirm reset"):
        return []
    return [one for one in found if not why_not(one, actor, at=at)]


def candidates(case: Case, *, at: datetime) -> list[str]:
    """User names of all who can be it now, or when they are no longer new."""
    return [one.name for one in staff(at) if not _barred(case, one)]


def staff(at: datetime) -> Iterator[Actor]:
    """Everybody who was ever given a role, and can log in; by user name."""
    holders = Membership.objects.filter(user__is_active=True).values("user")
    for user in User.objects.filter(pk__in=holders).order_by("username"):
        if user.has_usable_password():
            yield actor_of(user, at=at)


def lately() -> timedelta:
    """How long an account counts as made by who made it.

    A fortnight, in which somebody who is not there is noticed on the page of people and
    by who reads the audit.
    """
    return timedelta(days=settings.MADE_LATELY_DAYS)


def lasts() -> timedelta:
    """How long a link works, and a code that belongs to a role."""
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def new_code() -> str:
    """A code for the person concerned, shown once; what is kept is its ``digest``."""
    code = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{code[:4]}-{code[4:]}"


def digest(code: str) -> str:
    """A code as it is kept: case, blanks and dashes do not matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return sha256(plain.encode()).hexdigest()


TRIES = 5  # of a code
WRONG = "This is not the code that the second person has."


def wrong_tries(held: Proposal | Reset, code: str) -> int:
    """How many wrong codes were typed with this one; 0 if it is the right one."""
    if hmac.compare_digest(held.code, digest(code)):
        return 0
    held.tries += 1
    held.save(update_fields=["tries"])
    return held.tries


def _barred(case: Case, actor: Actor) -> str:
    if actor.name == case.asked_by:
        return "who asked for it cannot confirm it"
    if actor.name == case.concerned:
        return "nobody confirms for himself"
    here = actor.sites() if ALL_SITES in case.sites else case.sites
    if not any(actor.may("confirm reset", site) for site in here):
        return "your roles at the person's site do not include it"
    return ""


def _too_close(case: Case, name: str, at: datetime) -> str:
    since = at - lately()
    if _makers(name, since) & _makers(case.asked_by, since):
        return (
            "you and who asked were brought into the trial by the same person within "
            f"{lately().days} days"
        )
    return ""


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
        confirmed = Proposal.objects.filter(
            user__username__in=new, confirmed_at__gte=since
        ).values_list("confirmed_by", flat=True)
        reset = Reset.objects.filter(
            user__username__in=new, requested_at__gte=since
        ).values_list("requested_by", flat=True)
        new = {*invited, *granted, *confirmed, *reset} - found - NOBODY
        found |= new
    return frozenset(found)


# Who proposes what: the right that it takes, and what a second person then confirms.
ASKS: tuple[tuple[Act, str], ...] = (
    ("manage people", "a new role near the arms, or a lost password"),
    ("lock", "an unlocked participant, reopened recruitment, or the unblinding"),
)


def shortages(protocol: Protocol, *, at: datetime) -> list[str]:
    """What will be missing later, in sentences; empty if nothing will.

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
            yield f"Nobody who has come in can ask for {what}."
        for one in askers:
            names = candidates(Case(one.name), at=at)
            if not names:
                yield f"Nobody could confirm what {one.name} asks for: {what}."
            elif len(names) == 1:
                yield (
                    f"Only {names[0]} could confirm what {one.name} asks for ({what}): "
                    f"nobody could when {names[0]} has left."
                )


def _pharmacy(site: Site, people: list[Actor]) -> Iterator[str]:
    able = [one.name for one in people if one.may("prepare syringe", site.code)]
    if not able:
        yield f"{site.name} has no pharmacist who has come in: no syringe is prepared."
    elif len(able) == 1:
        yield (
            f"{site.name} has one pharmacist, {able[0]}: a syringe is checked by a second "
            "one, and none is released."
        )
