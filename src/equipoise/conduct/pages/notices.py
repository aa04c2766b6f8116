"""What stands above the list of today for a while: it asks for nothing but to be known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from equipoise.conduct.access.acting import Actor
from equipoise.conduct.access.recovering import LAPSES, recoveries
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pages.menu import allowed
from equipoise.conduct.unblinding.emergency import emergencies

SHOWN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and where more of it stands."""

    text: str
    address: str


def notices(actor: Actor, at: datetime) -> list[Notice]:
    """Recoveries, for everybody; emergency unblindings, for investigators and sponsor.

    The administrator and the monitor are the sponsor's people at the pages.
    """
    found, page = [], reverse("sealed-list")
    for one in recoveries():
        last = one.finished + SHOWN if one.finished else one.begun + LAPSES
        if actor.own is None and at < last:
            what = f"{one.name}, {one.role}"
            done = "was brought in" if one.finished else "is to be brought in"
            by = " and ".join(one.people)
            found.append(Notice(f"{what}, {done} by {by} of the sponsor.", page))
    if not allowed(actor, "unblind in emergency", "read audit"):
        return found
    sites = dict(Participant.objects.values_list("identifier", "site__code"))
    for case in emergencies(since=at - SHOWN):
        if actor.roles_at(sites.get(case.participant, "")):
            on = f"{case.at.day} {case.at:%B}"
            text = f"{case.participant} was unblinded on {on} by {case.name}."
            found.append(Notice(text, reverse("participant", args=[case.participant])))
    return found
