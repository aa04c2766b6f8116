"""The end of data entry: what keeps each participant from being locked, and the locks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

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
NAMED = 6  # of what is in the way of one of them; more are folded


def lock(request: HttpRequest, identifier: str) -> HttpResponse:
    """Asks once more; a post locks every form of a participant."""
    person, actor, at = about(request, identifier)
    actor.require("lock", person.site.code)
    if request.method == "POST":
        count = locking.lock_participant(person, actor=actor, at=at)
        return done(request, f"{identifier} is locked, with {count} forms.", "locks")
    one = _shown(locking.standings([person])[0], actor)
    left, coming = _unrecorded([person], actor, at)
    known = {"person": person, "one": one, "left": left.items(), "coming": coming}
    return render(request, "closing/lock.html", known)


def lock_all(request: HttpRequest) -> HttpResponse:
    """Asks once more; a post locks every participant who is ready, and visited no more."""
    actor, at = who(request)
    people = locking.lockable(actor)
    left, coming = _unrecorded(people, actor, at)
    people = [person for person in people if person.identifier not in coming]
    if request.method == "POST":
        locked, others = locking.lock_ready(people, actor=actor, at=at)
        told = (
            f"{locked} participants are locked, {others + len(coming)} cannot be yet."
        )
        return done(request, told, "locks")
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
    """Asks for the reason; a post asks a second person."""
    if request.method != "POST":
        return _unlock(request, identifier)
    actor, at = who(request)
    person, reason = person_of(request, identifier), request.POST.get("reason", "")
    actor.require("lock", person.site.code)
    made = locking.propose_unlock(person, actor=actor, at=at, reason=reason)
    return done(request, f"{_asked(made, at)} {identifier} stays locked.", "locks")


def unblinding(request: HttpRequest) -> HttpResponse:
    """Asks a second person to unblind the trial."""
    actor, at = who(request)
    reason = request.POST.get("reason", "")
    try:
        made = end_of_trial.propose_unblinding(actor=actor, at=at, reason=reason)
    except EquipoiseError as refusal:
        if isinstance(refusal, AccessError) and refusal.code == "EQ911":
            raise
        return locks(request, refusal.problems)
    return done(request, f"{_asked(made, at)} The trial stays blinded.", "locks")


def _asked(made: Proposal, at: datetime) -> str:
    names = confirmers(made, at=at)
    can = " or ".join(names) or "nobody at the moment"
    return f"A second person must confirm it: {can}. Until then"


def locks(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    """Every participant with what is in the way, and the end of the trial."""
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
    """Participant -> planned forms that nobody began; and who has visits to come.

    They keep nobody from being locked, and whoever locks knows of them.
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
                told.append(f"{one.planned.visit.label}: forms not recorded: {count}")
        coming = [one.planned.date for one in visits if one.state == "coming"]
        if coming:
            expected.add(name)
            told.append(f"visits to come: {len(coming)}, the first on {min(coming)}")
        if told:
            found[name] = told
    return found, expected


def _shown(
    one: Standing, actor: Actor, waits: Proposal | None = None
) -> dict[str, Any]:
    """A line of the overview: what is in the way, each with its address."""
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
