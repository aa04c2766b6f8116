"""Context of every page: the trial, the user, the menu, notices, and the time zone.

A page about a participant has the time zone of the participant's site, the audit trail
UTC. Any other page has that of the user's sites if they share one, else UTC.
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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

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
    """Label of the trial, the user's roles, and whether this is a demonstration."""
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
        """Passes the request on; each request starts in UTC."""
        with timezone.override("UTC"):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Activates the time zone once the subject of the page is known."""
        if not request.path.startswith(UTC_PAGES) and request.user.is_authenticated:
            timezone.activate(zone_for(request, kwargs.get("identifier", "")))


def zone_for(request: HttpRequest, identifier: str = "") -> ZoneInfo:
    """The zone of the participant's site; else of the user's sites, or UTC for several.

    A participant of another site is treated like one that does not exist: not even the
    number of queries differs.
    """
    actor = who(request)[0]
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
    """A sentence, and the page with the details."""

    text: str
    address: str


def notices(actor: Actor, at: datetime) -> list[Notice]:
    """Recoveries for all users, rejections for the proposer, emergency unblindings.

    Unblindings are for investigators and for the sponsor: administrator and monitor.
    """
    found, page = [], reverse("sealed-list")
    for one in recoveries():
        last = one.finished + SHOWN if one.finished else one.begun + LAPSES
        if actor.own is None and at < last:
            text = _("{name} ({role}): {people} of the sponsor will restore access.")
            if one.finished:
                text = _("{name} ({role}): {people} of the sponsor restored access.")
            people = _(" and ").join(one.people)
            text = text.format(name=one.name, role=one.role, people=people)
            found.append(Notice(text, page))
    mine = Proposal.objects.filter(proposed_by=actor.name, outcome="refused")
    for entry in entries(STUDY).filter(act__startswith="refuse ", at__gte=at - SHOWN):
        for asked in mine.filter(closed_at=entry.at, act=entry.act.partition(" ")[2]):
            text = _("{name} rejected: {label}. {reason}").format(
                name=full_name(entry.actor), label=asked.label, reason=entry.reason
            )
            found.append(Notice(text, reverse(ASKED_ON.get(asked.act, "locks"))))
    if not actor.may_anywhere("unblind in emergency", "read audit"):
        return found
    sites = dict(Participant.objects.values_list("identifier", "site__code"))
    for case in emergencies(since=at - SHOWN):
        if actor.roles_at(sites.get(case.participant, "")):
            on = f"{case.at.day} {case.at:%B}"
            text = _("{participant} was unblinded on {day} by {name}.").format(
                participant=case.participant, day=on, name=case.name
            )
            found.append(Notice(text, reverse("participant", args=[case.participant])))
    return found


# Label, name of the URL, and the actions of which one must be allowed; none: all users.
ENTRIES: tuple[tuple[str, str, tuple[Act, ...]], ...] = (
    (gettext_noop("Today"), "today", ()),
    (
        gettext_noop("Participants"),
        "screening",
        ("fill in", "read forms", "report event"),
    ),
    (gettext_noop("Consent"), "consents", ("consent", "approve consent", "read forms")),
    (
        gettext_noop("Recruitment"),
        "recruitment",
        ("read forms", "manage study", "export"),
    ),
    (gettext_noop("Pharmacy"), "pharmacy", ("prepare syringe", "check syringe")),
    (gettext_noop("Allocation list"), "sealed-list", ("seal list",)),
    (gettext_noop("Lock"), "locks", ("lock",)),
    (gettext_noop("Export"), "export", ("export",)),
    (gettext_noop("Audit trail"), "audit", ("read audit",)),
    (gettext_noop("Users"), "people", ("manage people",)),
    (gettext_noop("Sites"), "sites", ("manage study",)),
)
# Pages that belong to an entry and whose addresses start differently.
BESIDE = {"pharmacy": "/syringes/"}


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page of the menu, and whether it is the current one."""

    label: str
    url: str
    here: bool


def require_any(actor: Actor, to: str, *acts: Act) -> None:
    """Requires a right to one of some actions at any site (EQ911)."""
    if actor.own is not None or not actor.may_anywhere(*acts):
        raise refused(_("you may not {action}").format(action=to), _("your roles"))


def done(request: HttpRequest, said: str, to: str, *more: object) -> HttpResponse:
    """Redirects to a page, which first reports what was done."""
    messages.success(request, said)
    return redirect(to, *more)


def page_with(
    request: HttpRequest, template: str, known: dict[str, Any], problems: Sequence[Any]
) -> HttpResponse:
    """A page; after an error with status 409 and the problems."""
    status = 409 if problems else 200
    return render(request, template, known | {"problems": problems}, status=status)


def menu(actor: Actor, path: str, *, infusions: bool = True) -> list[MenuEntry]:
    """The menu of a user on every page; a participant has one page only."""
    found = []
    for title, name, acts in ENTRIES:
        if name == "pharmacy" and not infusions:
            continue
        if acts and (actor.own is not None or not actor.may_anywhere(*acts)):
            continue
        url = reverse(name)
        beside = path.startswith(BESIDE.get(name, "\n"))
        here = path == url if url == "/" else path.startswith(url) or beside
        found.append(MenuEntry(_(title), url, here))
    return found
