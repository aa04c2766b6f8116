"""Recruitment against plan, forms due and late by site, and the participant flow."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from equipoise.conduct.access import proposals
from equipoise.conduct.access.actor import ALL_SITES, Actor, who
from equipoise.conduct.access.second_approver import confirmers
from equipoise.conduct.capture import end_of_trial
from equipoise.conduct.capture import recruitment as service
from equipoise.conduct.capture.participants import visible
from equipoise.conduct.pages.context import done, require_any
from equipoise.conduct.pages.svg_coordinates import growth
from equipoise.conduct.pages.today import Agenda, knowledge, waiting_visits


def recruitment(request: HttpRequest) -> HttpResponse:
    """Recruitment so far; totals of the sites that the user may view."""
    actor, at = who(request)
    require_any(actor, _("view recruitment"), "read forms", "manage study", "export")
    known = knowledge(visible(actor))
    plan, people, day = known.plan, known.people, timezone.localdate(at)
    randomized = service.randomized_on(people)
    days = sorted(randomized.values())
    first = min((p.site.day(p.created_at) for p in people), default=day)
    goal = plan.protocol.size.participants
    page = {
        "goal": goal,
        "count": len(days),
        "curve": growth(days, goal, min(first, day), day),
        "first": first,
        "pace": service.pace(days, goal, day),
        "flow": service.flow(people, plan.protocol, randomized),
        "sites": service.by_site(people, randomized),
        "waiting": _waiting(known, actor, at),
        "all_sites": any(ALL_SITES in sites for sites in actor.roles.values()),
        "phase": end_of_trial.phase(),
        "closes": end_of_trial.may_close(actor),
        "pending": (pending := proposals.pending("reopening", at=at)),
        "confirmers": confirmers(pending, at=at) if pending else [],
    }
    return render(request, "recruitment/recruitment.html", page)


def close(request: HttpRequest) -> HttpResponse:
    """Ends screening."""
    actor, at = who(request)
    end_of_trial.close_recruitment(
        actor=actor, at=at, reason=request.POST.get("reason", "")
    )
    message = _("Recruitment is closed: no new participants can be screened.")
    return done(request, message, "recruitment")


def reopen(request: HttpRequest) -> HttpResponse:
    """Proposes to a second approver to reopen recruitment."""
    actor, at = who(request)
    end_of_trial.propose_reopening(
        actor=actor, at=at, reason=request.POST.get("reason", "")
    )
    message = _("A second approver must confirm that recruitment reopens.")
    return done(request, message, "recruitment")


def _waiting(known: Agenda, actor: Actor, at: datetime) -> list[tuple[str, int, int]]:
    """Site, forms due and forms late, of the forms that the user may view."""
    due: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for person, visit in waiting_visits(known, actor, at):
        for form in visit.forms:
            due[person.site.name] += form.state == "due"
            late[person.site.name] += form.state == "late"
    return [(site, due[site], late[site]) for site in sorted(set(due) | set(late))]
