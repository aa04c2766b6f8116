"""What a trial will be short of once its list is sealed: second people, site by site.

Before the list is sealed one administrator gives every role alone; afterwards some roles
and acts take two people, and a trial that has only one is stuck when it needs the second.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.models import User

from equipoise.conduct.access.acting import ALL_SITES, Actor, actor_of
from equipoise.conduct.access.models import Membership
from equipoise.conduct.access.second_person import candidates
from equipoise.conduct.study.models import Site
from equipoise.protocol.model import Protocol

# Who proposes what: the right that it takes, and what a second person then confirms.
ASKS = (
    ("manage people", "a new role near the arms, or a lost password"),
    ("lock", "an unlocked participant, reopened recruitment, or the unblinding"),
)


def shortages(protocol: Protocol, *, at: datetime) -> list[str]:
    """What will be missing later, in sentences; empty if nothing will.

    Args:
        protocol: in force; a trial without infusions needs no pharmacist.
        at: UTC.
    """
    holders = Membership.objects.filter(user__is_active=True).values("user")
    users = User.objects.filter(pk__in=holders).order_by("username")
    staff = [actor_of(user, at=at) for user in users if user.has_usable_password()]
    found = list(_seconds(staff, at))
    if any(visit.infusion is not None for visit in protocol.schedule.visits):
        found += [
            line for site in Site.objects.all() for line in _pharmacy(site, staff)
        ]
    return found


def _seconds(staff: list[Actor], at: datetime) -> Iterator[str]:
    everywhere = frozenset({ALL_SITES})
    for right, what in ASKS:
        askers = [one for one in staff if one.may(right, ALL_SITES)]  # type: ignore[arg-type]
        if not askers:
            yield f"Nobody who has come in can ask for {what}."
        for one in askers:
            names = candidates(one.name, "", everywhere, at=at)
            if not names:
                yield f"Nobody could confirm what {one.name} asks for: {what}."
            elif len(names) == 1:
                yield (
                    f"Only {names[0]} could confirm what {one.name} asks for ({what}): "
                    f"nobody could when {names[0]} has left."
                )


def _pharmacy(site: Site, staff: list[Actor]) -> Iterator[str]:
    able = [one.name for one in staff if one.may("prepare syringe", site.code)]
    if not able:
        yield f"{site.name} has no pharmacist who has come in: no syringe is prepared."
    elif len(able) == 1:
        yield (
            f"{site.name} has one pharmacist, {able[0]}: a syringe is checked by a second "
            "one, and none is released."
        )
