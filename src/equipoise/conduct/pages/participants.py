"""The screening log, and the one page of a participant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from equipoise.conduct.access.accounts import account_state
from equipoise.conduct.access.acting import Actor, who
from equipoise.conduct.capture.consent import (
    BEFORE_CONSENT,
    lacks_consent,
    signed_version,
)
from equipoise.conduct.capture.current import Current, current, locked
from equipoise.conduct.capture.due import Facts, facts_of, visits_of
from equipoise.conduct.capture.eligibility import OPEN, Verdict, exclusions, verdict
from equipoise.conduct.capture.ending import phase
from equipoise.conduct.capture.finding import UNSCHEDULED, no_such, place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.occurrences import (
    EVERYWHERE,
    begin,
    further_forms,
    opened,
)
from equipoise.conduct.capture.overview import lost_responses
from equipoise.conduct.capture.participants import (
    moved,
    plan_day0,
    screen,
    treated,
    visible,
)
from equipoise.conduct.capture.permission import may_fill, may_read
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import Plan, plan_in_force
from equipoise.conduct.capture.standing import GONE, discontinued, label, milestones
from equipoise.conduct.capture.timeline import timeline
from equipoise.conduct.forms.wording import milestone as milestone_word
from equipoise.conduct.pages.alerts import of_participant
from equipoise.conduct.pages.calendar import Link, calendar, unscheduled, waiting
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.pages.drawing import course
from equipoise.conduct.pages.entry import address
from equipoise.conduct.pages.menu import allowed
from equipoise.conduct.study.models import Site
from equipoise.conduct.unblinding.emergency import emergencies
from equipoise.errors import ConductError

LINES = 200  # of the screening log on a page, the newest first
STANDING = (
    "consent",
    "characteristics",
    "eligibility",
    "exclusion",
    "relapse-plan",
    "relapse",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the screening log."""

    person: Participant
    status: str
    verdict: Verdict | None = None
    why: str = ""
    locked: bool = False


@require_http_methods(["GET", "POST"])
def screening(request: HttpRequest) -> HttpResponse:
    """The screening log: who was screened where, and how far each has come."""
    actor, at = who(request)
    if request.method == "POST":
        made = screen(request.POST.get("site", ""), actor=actor, at=at)
        messages.success(request, f"{made.identifier} is in the screening log.")
        return redirect("participant", made.identifier)
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
        "judges": allowed(actor, "read forms"),
    }
    return render(request, "participants/screening.html", known)


@require_safe
def participant(request: HttpRequest, identifier: str) -> HttpResponse:
    """Everything that this person may know of a participant, on one page."""
    actor, at = who(request)
    person = person_of(request, identifier)
    return render(
        request,
        "participants/participant.html",
        _page(person, actor, person.site.day(at)) | of_participant(person, actor, at),
    )


@require_POST
def day0(request: HttpRequest, identifier: str) -> HttpResponse:
    """Plans day 0."""
    actor, at = who(request)
    person = person_of(request, identifier)
    try:
        day = date.fromisoformat(request.POST.get("day0", ""))
    except ValueError:
        raise ConductError.single(
            "EQ923", "this is not a date", where="day 0", mend="choose a date"
        ) from None
    before, reason = person.day0, request.POST.get("reason", "")
    plan_day0(person, day, actor=actor, at=at, reason=reason)
    was = f", and was {before:%d %B %Y}" if before not in (None, day) else ""
    messages.success(request, f"Day 0 is {day:%d %B %Y}{was}; visits follow from it.")
    return redirect("participant", identifier)


@require_POST
def further(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    """Opens the next of a form of the protocol that is filled in whenever needed."""
    actor, at = who(request)
    own = plan_in_force().any_time.get(form)
    if own is None:
        raise no_such("the protocol has no such form")
    person = person_of(request, identifier)
    if not own.repeats:
        return redirect(address(place_of(person, form)))
    return redirect(address(begin(person, form, actor=actor, at=at)))


@require_POST
def begin_one(request: HttpRequest, identifier: str, kind: str) -> HttpResponse:
    """Opens the next form of a kind: an unscheduled visit, an end, a newer consent."""
    actor, at = who(request)
    person = person_of(request, identifier)
    return redirect(address(begin(person, kind, actor=actor, at=at)))


def _log(people: list[Participant], actor: Actor) -> list[Row]:
    """The lines of the screening log, with why somebody may not take part."""
    plan = plan_in_force()
    reads = {p.identifier for p in people if actor.may("read forms", p.site.code)}
    why = exclusions([p for p in people if p.status == "excluded"], plan)
    closed = locked([p.identifier for p in people])
    return [
        Row(
            p,
            label(p.status, tells_why=p.identifier in reads),
            verdict(p, plan, actor)
            if p.status in OPEN and p.identifier in reads and p.identifier not in closed
            else None,
            why.get(p.identifier, "") if p.identifier in reads else "",
            p.identifier in closed,
        )
        for p in people
    ]


def _page(person: Participant, actor: Actor, today: date) -> dict[str, Any]:
    identifier, site = person.identifier, person.site.code
    plan, known = plan_in_force(), current(identifier)
    facts = facts_of(plan, known)
    reads = actor.may("read forms", site)
    visits = visits_of(person, plan, facts, actor=actor, today=today)
    drawn = None  # a participant answers, and sees no scores
    if actor.own is None:
        drawn = timeline(person, plan, known, actor=actor, today=today)
    bedside = actor.sees(plan.protocol, "infusions", site) and (
        reads or "infusion team" in actor.roles_at(site)
    )
    lacking = lacks_consent(known, today)
    told = actor.is_told(plan.protocol, site)
    return {
        "person": person,
        "status": label(person.status, tells_why=reads),
        "state": person.status if reads else "",
        "lacking": lacking if reads else "",
        "closed": bool(lacking),
        "standing": _standing(person, plan, known, actor),
        "calendar": calendar(person, visits, known),
        "waiting": waiting(person, visits, bedside=bedside),
        "treated": treated(known),
        "moved": moved(person, known) if reads else [],
        "account": "" if known.locked else _account(person, plan, actor),
        "further": _further(person, plan, known, actor),
        "extra": unscheduled(person, plan, known, actor),
        "verdict": verdict(person, plan, actor)
        if reads and person.status in OPEN and known.locked is None
        else None,
        "excluded": exclusions([person], plan).get(identifier, "")
        if reads and person.status == "excluded"
        else "",
        "events": _occurred(person, known, actor, "event"),
        "ends": _occurred(person, known, actor, "milestone"),
        "sees_events": may_read(actor, person, place_of(person, "event#1").form),
        "may": _may(actor, person, known) if known.locked is None else {},
        "locked": known.locked,
        "locks_url": _offered("lock", person, actor.may("lock", site)),
        "shown_arms": emergencies(identifier) if reads else [],
        "discontinued": discontinued(known) if reads else None,
        "gone": [
            m for m in milestones(known) if reads and m.milestone == person.status
        ],
        "losses": _losses(person, plan, facts, actor),
        "relapse_plan": known.answers("relapse-plan") if reads else {},
        "bedside": bedside,
        "anchor": plan.protocol.schedule.anchor,
        "exclude_url": reverse("form", args=[identifier, "exclusion"])
        if may_fill(actor, person, place_of(person, "exclusion").form)
        else "",
        "course": course(drawn) if drawn is not None and not drawn.is_empty else None,
        "randomize_url": _offered(
            "randomize",
            person,
            actor.may("randomize", site)
            and (known.locked is None or "randomize" in known.acts),
        ),
        "unblind_url": _offered(
            "unblind", person, actor.may("unblind in emergency", site) and not told
        ),
        "treatment_url": _offered("treatment", person, told),
        "randomized": "randomize" in known.acts,
    }


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
    """How far the account of the participant is, for who may make one; else empty."""
    site = person.site.code
    asked = any(use.by == "participant" for use in plan.protocol.instruments)
    if not asked or not actor.may("consent", site) or person.status in GONE:
        return ""
    return account_state(person.identifier)


@dataclass(frozen=True, slots=True)
class Further:
    """A form of the protocol that is filled in whenever it is needed."""

    id: str
    title: str
    links: tuple[Link, ...]
    opens: bool


def _further(
    person: Participant, plan: Plan, known: Current, actor: Actor
) -> list[Further]:
    found = []
    for one in further_forms(plan, known, actor, person):
        if one.form.id in EVERYWHERE:
            continue
        links = tuple(
            Link(
                f"{one.form.title}: {each.label}" if each.label else one.form.title,
                each.state, address(each.place), one.may_fill,
            )
            for each in one.instances
            if each.state != "void"
        )  # fmt: skip
        found.append(Further(one.form.id, one.form.title, links, one.may_begin))
    return [one for one in found if one.links or one.opens]


def _standing(
    person: Participant, plan: Plan, known: Current, actor: Actor
) -> list[Link]:
    """Forms that belong to no visit."""
    found = []
    renewed = [f"reconsent#{n}" for n in opened(known, "reconsent")]
    relapses = any(d.rule == "loss-of" for d in plan.protocol.definitions)
    closed = bool(lacks_consent(known))
    for form_id in (STANDING[0], *renewed, *STANDING[1:]):
        place = place_of(person, form_id)
        state = known.begun(form_id)
        if form_id.startswith("relapse") and not relapses:
            continue
        if (
            form_id in ("exclusion", "relapse")
            and not state
            and "randomize" in known.acts
        ):
            continue
        if form_id == "relapse" and not state:
            continue
        if place.form.fields and may_read(actor, person, place.form):
            mine = may_fill(actor, person, place.form)
            title = place.form.title
            if form_id == "exclusion" and not state:
                title = "Not included: reason"
            kind = form_id.partition("#")[0]
            shut = closed and not state and kind not in BEFORE_CONSENT
            where = "" if shut else address(place)
            found.append(Link(title, state, where, mine))
    return found


def _occurred(
    person: Participant, known: Current, actor: Actor, kind: str
) -> list[dict[str, str]]:
    """Events or milestones, with what was said of each."""
    if not may_read(actor, person, place_of(person, f"{kind}#1").form):
        return []
    found = []
    for form, visit, minute in known.status:
        state = known.begun(form, visit, minute)
        if state and form.startswith(f"{kind}#"):
            place = Place(person, place_of(person, form).form)
            said = known.answers(form, visit, minute)
            what = milestone_word(said.get("milestone", ""))
            more = {"state": state, "address": address(place), "what": what}
            found.append({**said, **more})
    return found


def _losses(person: Participant, plan: Plan, facts: Facts, actor: Actor) -> Any:
    site = person.site.code
    if not (
        actor.may("read forms", site) and actor.sees(plan.protocol, "ratings", site)
    ):
        return ()
    return lost_responses(facts)


def _offered(name: str, person: Participant, may: bool) -> str:
    """The address of another page about a participant, if the person may see it."""
    return reverse(name, args=[person.identifier]) if may else ""
