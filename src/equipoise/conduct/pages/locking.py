"""The end of data entry: locks, and what prevents locking of each participant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct.access import proposals
from equipoise.conduct.access.actor import ALL_SITES, Actor, who
from equipoise.conduct.access.models import Proposal
from equipoise.conduct.access.second_approver import confirmers
from equipoise.conduct.capture import end_of_trial, locking
from equipoise.conduct.capture.due_visits import visits_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.locking import Blocker, Standing
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import facts_of_many
from equipoise.conduct.capture.permission import Rights, may_read
from equipoise.conduct.error_responses import refused_on
from equipoise.conduct.pages.context import done, page_with
from equipoise.conduct.pages.form_context import about, person_of
from equipoise.conduct.pages.form_view import address
from equipoise.errors import AccessError, EquipoiseError, Problem

LINES = 200  # participants on a page
NAMED = 6  # problems shown of a participant; more are folded


def lock(request: HttpRequest, identifier: str) -> HttpResponse:
    """Asks for confirmation; a POST locks every form of a participant."""
    person, actor, at = about(request, identifier)
    actor.require("lock", person.site.code)
    if request.method == "POST":
        count = locking.lock_participant(person, actor=actor, at=at)
        message = gettext("{participant} is locked with {n} forms.")
        return done(request, message.format(participant=identifier, n=count), "locks")
    one = _shown(locking.standings([person])[0], actor)
    left, coming = _unrecorded([person], actor, at)
    known = {"person": person, "one": one, "left": left.items(), "coming": coming}
    return render(request, "closing/lock.html", known)


def lock_all(request: HttpRequest) -> HttpResponse:
    """Asks for confirmation; a POST locks all ready participants without later visits."""
    actor, at = who(request)
    people = locking.lockable(actor)
    left, coming = _unrecorded(people, actor, at)
    people = [person for person in people if person.identifier not in coming]
    if request.method == "POST":
        locked, others = locking.lock_ready(people, actor=actor, at=at)
        message = gettext("{n} participants are locked, {others} cannot be locked yet.")
        message = message.format(n=locked, others=others + len(coming))
        return done(request, message, "locks")
    found = locking.standings(people)
    ready = [o.person for o in found if not (o.locked or o.blockers)]
    gaps = [(p, left[p]) for p in map(str, ready) if p in left]
    later = [(name, left[name]) for name in sorted(coming)]
    known = {"ready": ready, "left": gaps, "later": later}
    return render(request, "closing/lock.html", known)


def _unlock(
    request: HttpRequest, identifier: str, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    person, (actor, _) = person_of(request, identifier), who(request)
    actor.require("lock", person.site.code)
    one = _shown(locking.standings([person])[0], actor)
    known = {"person": person, "one": one, "reason": request.POST.get("reason", "")}
    return page_with(request, "closing/unlock.html", known, problems)


@refused_on(_unlock, EquipoiseError)
def unlock(request: HttpRequest, identifier: str) -> HttpResponse:
    """Asks for the reason; a POST proposes the unlock to a second approver."""
    if request.method != "POST":
        return _unlock(request, identifier)
    actor, at = who(request)
    person, reason = person_of(request, identifier), request.POST.get("reason", "")
    actor.require("lock", person.site.code)
    proposal = locking.propose_unlock(person, actor=actor, at=at, reason=reason)
    message = gettext(
        "A second approver must confirm it: {names}. Until then {participant} stays locked."
    ).format(names=_names(proposal, at), participant=identifier)
    return done(request, message, "locks")


def unblinding(request: HttpRequest) -> HttpResponse:
    """Proposes to a second approver to unblind the trial."""
    actor, at = who(request)
    reason = request.POST.get("reason", "")
    try:
        proposal = end_of_trial.propose_unblinding(actor=actor, at=at, reason=reason)
    except EquipoiseError as refusal:
        if isinstance(refusal, AccessError) and refusal.code == "EQ911":
            raise
        return locks(request, refusal.problems)
    message = gettext(
        "A second approver must confirm it: {names}. Until then the trial stays blinded."
    ).format(names=_names(proposal, at))
    return done(request, message, "locks")


def _names(proposal: Proposal, at: datetime) -> str:
    names = gettext(" or ").join(confirmers(proposal, at=at))
    return names or gettext("no user can at the moment")


def locks(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    """Every participant with missing data, and the end of the trial."""
    actor, at = who(request)
    found = locking.standings(locking.lockable(actor))
    still = [one for one in found if not one.locked]
    free = [one for one in still if not one.blockers]
    left, coming = _unrecorded([one.person for one in free], actor, at)
    ready = [one for one in free if one.person.identifier not in coming]
    locked = [one for one in found if one.locked]
    wanted = request.GET.get("show", "")
    shown = {"open": still, "ready": ready, "locked": locked}.get(wanted, found)
    page = Paginator(shown, LINES).get_page(request.GET.get("page"))
    others = [one.person for one in page if one.blockers and not one.locked]
    left |= _unrecorded(others, actor, at)[0]
    waiting = {one.about: one for one in proposals.unanswered(at).filter(act="unlock")}
    everywhere = actor.may("lock", ALL_SITES)
    known = {
        "page": page,
        "rows": [
            _shown(one, actor, waiting.get(one.person.identifier))
            | {"left": left.get(one.person.identifier)}
            | {"coming": one.person.identifier in coming}
            for one in page
        ],
        "show": wanted,
        "total": len(found),
        "locked": len(locked),
        "ready": len(ready),
        "phase": end_of_trial.phase(),
        "everywhere": everywhere,
        "in_the_way": end_of_trial.in_the_way() if everywhere else [],
        "pending": (pending := proposals.pending("unblinding", at=at)),
        "confirmers": confirmers(pending, at=at) if pending else [],
        "reason": request.POST.get("reason", ""),
    }
    return page_with(request, "closing/locks.html", known, problems)


def _unrecorded(
    people: list[Participant], actor: Actor, at: datetime
) -> tuple[dict[str, list[str]], set[str]]:
    """Participant -> planned forms not started; and participants with visits to come.

    They do not prevent locking; the user who locks is informed.
    """
    plan, found, expected = plan_in_force(), {}, set()
    facts, rights = facts_of_many(people, plan), Rights(actor, plan.protocol)
    for person in people:
        name, today = person.identifier, person.site.day(at)
        visits = visits_of(
            person, plan, facts[name], actor=actor, today=today, rights=rights
        )
        told = []
        for one in visits:
            count = sum(form.state in ("due", "late") for form in one.forms)
            if count:
                text = gettext("{visit}: forms not recorded: {n}")
                told.append(text.format(visit=one.planned.visit.label, n=count))
        coming = [one.planned.date for one in visits if one.state == "coming"]
        if coming:
            expected.add(name)
            text = gettext("visits to come: {n}, the first on {day}")
            told.append(text.format(n=len(coming), day=min(coming)))
        if told:
            found[name] = told
    return found, expected


def _shown(
    one: Standing, actor: Actor, waits: Proposal | None = None
) -> dict[str, Any]:
    """A line of the overview: problems, each with its address."""
    links = [(found.what, _address(found, one, actor)) for found in one.blockers]
    return {
        "person": one.person,
        "locked": one.locked,
        "first": links[:NAMED],
        "more": links[NAMED:],
        "waits": waits,
    }


def _address(blocker: Blocker, one: Standing, actor: Actor) -> str:
    place = blocker.place
    if blocker.page:
        return reverse(blocker.page, args=[one.person.identifier])
    if place is None or not may_read(actor, place.participant, place.form):
        return ""
    return address(place)
