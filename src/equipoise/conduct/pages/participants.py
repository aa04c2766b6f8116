"""The screening log, and the page of a participant."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from equipoise.conduct.access.accounts import account_state
from equipoise.conduct.access.actor import Actor, who
from equipoise.conduct.capture.consent import (
    BEFORE_CONSENT,
    lacks_consent,
    signed_version,
)
from equipoise.conduct.capture.current_values import Current, current, locked
from equipoise.conduct.capture.due_visits import visits_of
from equipoise.conduct.capture.eligibility import OPEN, exclusions, verdict
from equipoise.conduct.capture.end_of_trial import phase
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import UNSCHEDULED, no_such, place_of
from equipoise.conduct.capture.form_plan import Plan, plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participant_facts import facts_of_many, lost_responses
from equipoise.conduct.capture.participant_status import (
    GONE,
    discontinued,
    label,
    milestones,
)
from equipoise.conduct.capture.participants import (
    moved,
    plan_day0,
    screen,
    treated,
    visible,
)
from equipoise.conduct.capture.permission import may_fill, may_read
from equipoise.conduct.capture.repeating_forms import (
    EVERYWHERE,
    FurtherForm,
    begin,
    further_forms,
    opened,
)
from equipoise.conduct.capture.timeline import timeline
from equipoise.conduct.forms.short_labels import milestone as milestone_word
from equipoise.conduct.pages.alerts import of_participant
from equipoise.conduct.pages.calendar import Link, calendar, unscheduled, waiting
from equipoise.conduct.pages.context import done
from equipoise.conduct.pages.form_context import about, person_of
from equipoise.conduct.pages.form_view import address
from equipoise.conduct.pages.svg_coordinates import course
from equipoise.conduct.study.models import Site
from equipoise.conduct.unblinding.emergency import emergencies
from equipoise.errors import ConductError

LINES = 200  # of the screening log on a page, latest first
STANDING = (
    "consent",
    "characteristics",
    "eligibility",
    "exclusion",
    "relapse-plan",
    "relapse",
)


def screening(request: HttpRequest) -> HttpResponse:
    """The screening log: participants by site, with their status."""
    actor, at = who(request)
    if request.method == "POST":
        made = screen(request.POST.get("site", ""), actor=actor, at=at)
        message = _("{participant} was added to the screening log.")
        message = message.format(participant=made.identifier)
        return done(request, message, "participant", made.identifier)
    wanted = request.GET.get("q", "").strip().upper()
    found = [p for p in visible(actor) if wanted in p.identifier]
    page = Paginator(found[::-1], LINES).get_page(request.GET.get("page"))
    sites = [site for site in Site.objects.all() if actor.may("screen", site.code)]
    closed = bool(sites) and phase().closed is not None
    known = {
        "rows": _log(list(page), actor),
        "page": page,
        "sites": [] if closed else sites,
        "closed": closed,
        "q": wanted,
        "judges": actor.may_anywhere("read forms"),
    }
    return render(request, "participants/screening.html", known)


def participant(request: HttpRequest, identifier: str) -> HttpResponse:
    """All data of a participant that the user may view, on one page."""
    person, actor, at = about(request, identifier)
    return render(
        request,
        "participants/participant.html",
        _page(person, actor, person.site.day(at)) | of_participant(person, actor, at),
    )


def day0(request: HttpRequest, identifier: str) -> HttpResponse:
    """Schedules day 0."""
    person, actor, at = about(request, identifier)
    try:
        day = date.fromisoformat(request.POST.get("day0", ""))
    except ValueError:
        raise ConductError.single(
            "EQ923",
            _("the date is not valid"),
            where=_("day 0"),
            fix=_("choose a date"),
        ) from None
    before, reason = person.day0, request.POST.get("reason", "")
    plan_day0(person, day, actor=actor, at=at, reason=reason)
    message = _("Day 0 is {day:%d %B %Y}. The visit schedule is updated.")
    if before not in (None, day):
        message = _("Day 0 was moved from {before:%d %B %Y} to {day:%d %B %Y}.")
    message = message.format(day=day, before=before)
    return done(request, message, "participant", identifier)


def further(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    """Opens the next instance of a form that can be filled in at any time."""
    actor, at = who(request)
    own = plan_in_force().any_time.get(form)
    if own is None:
        raise no_such(_("the protocol has no such form"))
    person = person_of(request, identifier)
    if not own.repeats:
        return redirect(address(place_of(person, form)))
    return redirect(address(begin(person, form, actor=actor, at=at)))


def begin_one(request: HttpRequest, identifier: str, kind: str) -> HttpResponse:
    """Opens the next form of a kind: unscheduled visit, disposition, new consent."""
    person, actor, at = about(request, identifier)
    return redirect(address(begin(person, kind, actor=actor, at=at)))


def _log(people: list[Participant], actor: Actor) -> list[dict[str, Any]]:
    """The lines of the screening log, with reasons for exclusion."""
    plan = plan_in_force()
    why = exclusions([p for p in people if p.status == "excluded"], plan)
    closed, found = locked([p.identifier for p in people]), []
    for person in people:
        name = person.identifier
        row = {"person": person, "locked": name in closed}
        reads = actor.may("read forms", person.site.code)
        row["status"] = label(person.status, tells_why=reads)
        if reads:
            row["why"] = why.get(name, "")
            if person.status in OPEN and name not in closed:
                row["verdict"] = verdict(person, plan, actor)
        found.append(row)
    return found


def _page(person: Participant, actor: Actor, today: date) -> dict[str, Any]:
    identifier, site = person.identifier, person.site.code
    plan, known = plan_in_force(), current(identifier)
    facts = facts_of_many([person], plan)[identifier]
    reads = actor.may("read forms", site)
    visits = visits_of(person, plan, facts, actor=actor, today=today)
    drawn = None  # a participant does not see scores
    if actor.own is None:
        drawn = timeline(person, plan, known, actor=actor, today=today)
    bedside = actor.sees(plan.protocol, "infusions", site) and (
        reads or "infusion team" in actor.roles_at(site)
    )
    lacking, is_open = lacks_consent(known, today), known.locked is None
    told = actor.is_told(plan.protocol, site)
    may_randomize = is_open or "randomize" in known.acts
    page = {
        "person": person,
        "status": label(person.status, tells_why=reads),
        "closed": bool(lacking),
        "standing": _standing(person, plan, known, actor),
        "calendar": calendar(person, visits, known),
        "waiting": waiting(person, visits, bedside=bedside),
        "treated": treated(known),
        "account": _account(person, plan, actor) if is_open else "",
        "further": _further(person, plan, known, actor),
        "extra": unscheduled(person, plan, known, actor),
        "events": _occurred(person, known, actor, "event"),
        "ends": _occurred(person, known, actor, "milestone"),
        "sees_events": may_read(actor, person, place_of(person, "event#1").form),
        "may": _may(actor, person, known) if is_open else {},
        "locked": known.locked,
        "bedside": bedside,
        "anchor": plan.protocol.schedule.anchor,
        "course": course(drawn) if drawn is not None and not drawn.is_empty else None,
        "offers": {
            "exclude": may_fill(actor, person, place_of(person, "exclusion").form),
            "lock": actor.may("lock", site),
            "randomize": actor.may("randomize", site) and may_randomize,
            "unblind": actor.may("unblind in emergency", site) and not told,
            "treatment": told,
        },
        "randomized": "randomize" in known.acts,
    }
    if reads:
        page |= {
            "state": person.status,
            "lacking": lacking,
            "moved": moved(person, known),
            "excluded": person.status == "excluded"
            and exclusions([person], plan).get(identifier),
            "shown_arms": emergencies(identifier),
            "discontinued": discontinued(known),
            "gone": [m for m in milestones(known) if m.milestone == person.status],
            "losses": lost_responses(facts)
            if actor.sees(plan.protocol, "ratings", site)
            else (),
            "relapse_plan": known.answers("relapse-plan"),
        }
        if person.status in OPEN and is_open:
            page["verdict"] = verdict(person, plan, actor)
    return page


def _may(actor: Actor, person: Participant, known: Current) -> dict[str, bool]:
    site = person.site.code
    corrects = actor.may("judge eligibility", site) or not treated(known)

    def fills(form: str, visit: str = "") -> bool:
        return may_fill(actor, person, place_of(person, form, visit).form)

    return {
        "schedule": actor.may("schedule", site),
        "day0": actor.may("schedule", site) and corrects,
        "report": fills("event#1"),
        "end": fills("milestone#1"),
        "relapse": fills("relapse"),
        "renew": fills("reconsent#1") and bool(signed_version(known)),
        "visit": fills("visit", f"{UNSCHEDULED}1"),
    }


def _account(person: Participant, plan: Plan, actor: Actor) -> str:
    """Status of the participant's account, if the user may create one; else empty."""
    site = person.site.code
    asked = any(use.by == "participant" for use in plan.protocol.instruments)
    if not asked or not actor.may("consent", site) or person.status in GONE:
        return ""
    return account_state(person.identifier)


def _further(
    person: Participant, plan: Plan, known: Current, actor: Actor
) -> list[tuple[FurtherForm, list[Link]]]:
    """Forms of the protocol that can be filled in at any time."""
    found = []
    for one in further_forms(plan, known, actor, person):
        title, held = one.form.title, [i for i in one.instances if i.state != "void"]
        links = [
            Link(f"{title}: {i.label}" if i.label else title, i.state, address(i.place))
            for i in held
        ]
        if one.form.id not in EVERYWHERE and (links or one.may_begin):
            found.append((one, links))
    return found


def _standing(
    person: Participant, plan: Plan, known: Current, actor: Actor
) -> list[Link]:
    """Forms without a visit."""
    found = []
    renewed = [f"reconsent#{n}" for n in opened(known, "reconsent")]
    relapses = any(d.rule == "loss-of" for d in plan.protocol.definitions)
    closed, randomized = bool(lacks_consent(known)), "randomize" in known.acts
    for form_id in (STANDING[0], *renewed, *STANDING[1:]):
        form, state = place_of(person, form_id).form, known.begun(form_id)
        if form_id.startswith("relapse") and not relapses:
            continue
        if not state and (
            form_id == "relapse" or (form_id == "exclusion" and randomized)
        ):
            continue
        if form.fields and may_read(actor, person, form):
            is_asked = form_id == "exclusion" and not state
            title = _("Not included: reason") if is_asked else form.title
            before = form_id.partition("#")[0] in BEFORE_CONSENT
            shut = closed and not state and not before
            found.append(
                Link(title, state, "" if shut else address(Place(person, form)))
            )
    return found


def _occurred(
    person: Participant, known: Current, actor: Actor, kind: str
) -> list[dict[str, str]]:
    """Adverse events or milestones, with their answers."""
    if not may_read(actor, person, place_of(person, f"{kind}#1").form):
        return []
    found = []
    for form, visit, minute in known.status:
        state = known.begun(form, visit, minute)
        if state and form.startswith(f"{kind}#"):
            said = known.answers(form, visit, minute)
            where = address(place_of(person, form))
            what = milestone_word(said.get("milestone", ""))
            found.append(said | {"state": state, "address": where, "what": what})
    return found
