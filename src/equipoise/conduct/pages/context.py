"""What every page knows: the trial, who asks, the menu, notices, and the zone of its times.

A page about a participant: that of the participant's site. The audit: UTC. Any other page:
that of the person's sites, if it is one; else UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from equipoise.conduct.access import proposals, role_grants
from equipoise.conduct.access.accounts import full_name
from equipoise.conduct.access.actor import ALL_SITES, Actor, refused, who
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.access.recovery import LAPSES, recoveries
from equipoise.conduct.account_reset import unread, waiting
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import entries
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pages.form_context import person_of
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.unblinding.emergency import emergencies
from equipoise.errors import AccessError, ConductError
from equipoise.protocol.roles import Act


def trial(request: HttpRequest) -> dict[str, Any]:
    """Label of the trial, the person's roles, and whether this is a demonstration."""
    known: dict[str, Any] = {
        "demo": settings.DEMO,
        "idle_minutes": settings.IDLE_MINUTES,
        "infusions": False,
    }
    with suppress(ConductError):  # EQ901, before a protocol is in force
        known["trial"] = in_force().trial
        visits = in_force().schedule.visits
        known["infusions"] = any(v.infusion is not None for v in visits)
    user = getattr(request, "user", None)  # none yet: refused before the session
    if user is not None and user.is_authenticated:
        actor, at = who(request)
        known["actor"] = actor
        known["menu"] = menu(actor, request.path, infusions=known["infusions"])
        known["resets_unread"] = unread(user)
        known["resets_waiting"] = waiting(actor, at=at)
        # Asked by whole pages alone: parts of a page need no more queries for it.
        known["proposals_waiting"] = SimpleLazyObject(
            lambda: proposals.waiting(actor, at=at)
        )
        known["notices"] = SimpleLazyObject(lambda: notices(actor, at))
        known["roles_mine"] = SimpleLazyObject(lambda: role_grants.mine(user, at=at))
        known["who_name"] = user.get_full_name() or actor.name
        known["who_roles"] = ", ".join(sorted(actor.roles))
    return known


UTC = ZoneInfo("UTC")
UTC_PAGES = ("/audit/", "/accounts/", "/people/", "/resets/", "/proposals/", "/api/")


class LocalTime:
    """Sets the zone for the time of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on; the zone of one request is never that of the next."""
        with timezone.override("UTC"):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Finds the zone when it is known what the page is about."""
        if not request.path.startswith(UTC_PAGES) and request.user.is_authenticated:
            timezone.activate(zone_for(request, kwargs.get("identifier", "")))


def zone_for(request: HttpRequest, identifier: str = "") -> ZoneInfo:
    """The zone of a page about a participant, or about none.

    A participant of another site is looked for as one who does not exist: not even the
    number of queries tells them apart.

    That of the participant's site; else the one of the person's sites, or UTC if they
    have several.
    """
    actor, _ = who(request)
    about = actor.own or identifier  # who has an account sees one's own pages
    if about:
        with suppress(AccessError):
            return person_of(request, about).site.zone
    sites = Site.objects.all()
    if ALL_SITES not in actor.sites():
        sites = sites.filter(code__in=actor.sites())
    zones = set(sites.values_list("timezone", flat=True))
    return ZoneInfo(zones.pop()) if len(zones) == 1 else UTC


SHOWN = timedelta(days=14)
ASKED_ON = {"role": "people", "reopening": "recruitment"}  # what is proposed -> page


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and where more of it stands."""

    text: str
    address: str


def notices(actor: Actor, at: datetime) -> list[Notice]:
    """Recoveries for everybody, refusals for who proposed, emergency unblindings.

    The last are for investigators and sponsor: the sponsor's people at the pages are the
    administrator and the monitor.
    """
    found, page = [], reverse("sealed-list")
    for one in recoveries():
        last = one.finished + SHOWN if one.finished else one.begun + LAPSES
        if actor.own is None and at < last:
            what = f"{one.name}, {one.role}"
            done = "was brought in" if one.finished else "is to be brought in"
            by = " and ".join(one.people)
            found.append(Notice(f"{what}, {done} by {by} of the sponsor.", page))
    mine = Proposal.objects.filter(proposed_by=actor.name, outcome="refused")
    for entry in entries(STUDY).filter(act__startswith="refuse ", at__gte=at - SHOWN):
        for asked in mine.filter(closed_at=entry.at, act=entry.act.partition(" ")[2]):
            text = f"{full_name(entry.actor)} refused: {asked.label}. {entry.reason}"
            found.append(Notice(text, reverse(ASKED_ON.get(asked.act, "locks"))))
    if not actor.may_anywhere("unblind in emergency", "read audit"):
        return found
    sites = dict(Participant.objects.values_list("identifier", "site__code"))
    for case in emergencies(since=at - SHOWN):
        if actor.roles_at(sites.get(case.participant, "")):
            on = f"{case.at.day} {case.at:%B}"
            text = f"{case.participant} was unblinded on {on} by {case.name}."
            found.append(Notice(text, reverse("participant", args=[case.participant])))
    return found


# Label, name of the address, and the acts of which one must be allowed; none: anybody.
ENTRIES: tuple[tuple[str, str, tuple[Act, ...]], ...] = (
    ("Today", "today", ()),
    ("Participants", "screening", ("fill in", "read forms", "report event")),
    ("Consent", "consents", ("consent", "approve consent", "read forms")),
    ("Recruitment", "recruitment", ("read forms", "manage study", "export")),
    ("Pharmacy", "pharmacy", ("prepare syringe", "check syringe")),
    ("Sealed list", "sealed-list", ("seal list",)),
    ("Lock", "locks", ("lock",)),
    ("Export", "export", ("export",)),
    ("Audit", "audit", ("read audit",)),
    ("People", "people", ("manage people",)),
    ("Sites", "sites", ("manage study",)),
)
# Pages that belong to an entry and whose addresses begin otherwise.
BESIDE = {"pharmacy": "/syringes/"}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A place to go to, and whether one is there."""

    label: str
    url: str
    here: bool


def require_any(actor: Actor, to: str, *acts: Act) -> None:
    """Refuses, of a page, who may do none of some acts anywhere: EQ911."""
    if actor.own is not None or not actor.may_anywhere(*acts):
        raise refused(f"you may not {to}", "your roles")


def done(request: HttpRequest, said: str, to: str, *more: object) -> HttpResponse:
    """Goes on to a page (``redirect``), which says first what was done."""
    messages.success(request, said)
    return redirect(to, *more)


def page_with(
    request: HttpRequest, template: str, known: dict[str, Any], problems: Sequence[Any]
) -> HttpResponse:
    """A page, with 409 and what was wrong after a refusal."""
    status = 409 if problems else 200
    return render(request, template, known | {"problems": problems}, status=status)


def menu(actor: Actor, path: str, *, infusions: bool = True) -> list[MenuEntry]:
    """What is offered to somebody on every page; a participant has one page only."""
    found = []
    for label, name, acts in ENTRIES:
        if name == "pharmacy" and not infusions:
            continue
        if acts and (actor.own is not None or not actor.may_anywhere(*acts)):
            continue
        url = reverse(name)
        beside = path.startswith(BESIDE.get(name, "\n"))
        here = path == url if url == "/" else path.startswith(url) or beside
        found.append(MenuEntry(label, url, here))
    return found
