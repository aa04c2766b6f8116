"""The bedside: one screen for an infusion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from equipoise.conduct.access.acting import Actor, who
from equipoise.conduct.audit.record import lock
from equipoise.conduct.capture.consent import lacks_consent
from equipoise.conduct.capture.current import Current, current
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_fill, may_read
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import Plan, plan_in_force
from equipoise.conduct.capture.released import SYRINGE, begun_with, released, replaced
from equipoise.conduct.forms.from_protocol import MEASURED_AT, repeated
from equipoise.conduct.forms.local_time import kept_now, wall
from equipoise.conduct.pages.desk import desk_at, person_of, whole
from equipoise.conduct.pages.entry import Shown, address, shown_form
from equipoise.conduct.safety import infusion as deeds
from equipoise.conduct.safety.alerts import show
from equipoise.conduct.safety.day import Day, Timepoint, day_of, next_minute
from equipoise.conduct.safety.readiness import Obstacle, planned_minutes, unready
from equipoise.errors import AccessError, ConductError

NAMES = {"weight_kg": "weight", "syringe": "syringe", "started_at": "not started"}
# Offered where a reason is asked for: nobody should have to type beside a patient.
REASONS = (
    "Blood pressure or pulse",
    "Oxygen saturation",
    "Nausea or vomiting",
    "Dissociation or distress",
    "Problem with the line or the pump",
    "The participant asked for it",
)
BLANK = 2777  # minute of the form that the browser copies when it repeats a measurement
OLDEST = timedelta(hours=12)  # of a tap that waited for the connection


@never_cache
@login_required
@require_safe
def infusion(request: HttpRequest, identifier: str, visit: str) -> HttpResponse:
    """Everything that the nurse needs; the answer to a rater is that of nobody's page."""
    person, plan = _bedside(request, identifier, visit)
    return _screen(request, person, visit, plan)


@never_cache
@login_required
@require_safe
def alerts(request: HttpRequest, identifier: str, visit: str) -> HttpResponse:
    """How far it is and what fires: the part of the screen that keeps itself up to date."""
    person, plan = _bedside(request, identifier, visit)
    return _screen(request, person, visit, plan, template="infusion/_live.html")


@login_required
@require_POST
def deed(request: HttpRequest, identifier: str, visit: str, deed: str) -> HttpResponse:
    """Start, interruption, resumption, stop, or a repeated measurement.

    The page of a browser sends each tap with a key and its time, also long after it was
    tapped; it is carried out once. The answer is then 204, or 422 with what is wrong.
    """
    actor, at = who(request)
    person, plan = _bedside(request, identifier, visit)
    path = reverse("infusion", args=[identifier, visit])
    if deed == "repeat":
        known = current(identifier, ("infusion", "vitals"), visit)
        run = deeds.run_of(person, visit, known)
        minute = next_minute(known, visit, plan, run, at)
        return redirect(f"{path}?minute={minute}#now")
    key = request.POST.get("key", "")[:64]
    run = deeds.run_of(person, visit, current(identifier, ("infusion",), visit))
    if deed == "stop" and not key and "sure" not in request.POST and run.is_on:
        return _screen(request, person, visit, plan, confirm=True)
    problem = _once(request, person, visit, plan, actor, deed, key)
    if key:
        return HttpResponse(problem, content_type="text/plain; charset=utf-8",
                            status=422 if problem else 204)  # fmt: skip
    if problem:
        messages.error(request, f"Not done: {problem}")
        return _screen(request, person, visit, plan, status=422)
    return redirect(path)


def _once(
    request: HttpRequest,
    person: Participant,
    visit: str,
    plan: Plan,
    actor: Actor,
    deed: str,
    key: str,
) -> str:
    """Does what was tapped, unless it was done already; what is wrong, or nothing."""
    _, at = who(request)
    tapped = _tapped(request.POST.get("tapped", ""), at)
    if at - tapped > OLDEST:
        return "this was tapped too long ago: enter it on the record of the infusion."
    with transaction.atomic():
        lock(person.identifier)
        if key and deeds.is_done(person, visit, key):
            return ""
        try:
            problem = _do(request, person, visit, plan, actor, deed, tapped)
        except ConductError as error:  # what was kept before it stays
            return f"{error.problems[0].what}. {error.problems[0].mend}."
        if key and not problem:
            on = kept_now(tapped, person.site.zone)
            deeds.note_done(person, visit, key, f"{deed}, tapped {on}", actor, at)
    return problem


def _tapped(text: str, at: datetime) -> datetime:
    """When something was tapped, by the clock of the server; now, if nobody says."""
    try:
        return min(at, datetime.fromtimestamp(float(text), UTC))
    except (ValueError, OverflowError, OSError):
        return at


def _do(
    request: HttpRequest,
    person: Participant,
    visit: str,
    plan: Plan,
    actor: Actor,
    deed: str,
    tapped: datetime,
) -> str:
    """Does it; what is wrong in words, or an empty text."""
    _, at = who(request)
    said = request.POST
    reason = said.get("reason", "").strip()
    if deed == "start":
        decided = said.get("decided_by", "").strip()
        saved = deeds.start(
            person, visit, plan.protocol, actor=actor, at=at, tapped=tapped,
            syringe=said.get("syringe", "").strip(), weight=_weight(said),
            despite=f"{decided}: {reason}" if decided and reason else "",
        )  # fmt: skip
        return "; ".join(f"{NAMES[n]}: {what}" for n, what in saved.errors.items())
    if deed == "interrupt":
        deeds.interrupt(person, visit, actor=actor, at=at, reason=reason, tapped=tapped)
    elif deed == "resume":
        deeds.resume(person, visit, actor=actor, at=at, tapped=tapped)
    elif deed == "stop":
        saved = deeds.stop(
            person, visit, actor=actor, at=at, early=reason, tapped=tapped
        )
        return "; ".join(saved.errors.values())
    return ""


def _weight(said: Any) -> str:
    return str(said.get("weight_kg", "")).replace(",", ".").strip()


def _bedside(
    request: HttpRequest, identifier: str, visit: str
) -> tuple[Participant, Plan]:
    """The participant, if the person may see infusions and the visit has one."""
    actor, _ = who(request)
    person, plan = person_of(request, identifier), plan_in_force()
    known = {v.id for v in plan.protocol.schedule.visits if v.infusion is not None}
    if visit not in known or not may_read(
        actor, person, place_of(person, "infusion", visit).form
    ):
        raise AccessError.single(
            "EQ911",
            "there is no such participant at your sites",
            where="the address",
            mend="look the participant up on your list",
        )
    return person, plan


def _of_the_day(identifier: str, plan: Plan, visit: str) -> Current:
    """What the bedside shows: this visit and the consent, and nothing of other visits."""
    forms = {due.form.id for due in plan.dues[visit]}
    return current(identifier, {*forms, "infusion", "consent", SYRINGE}, visit)


def _screen(
    request: HttpRequest,
    person: Participant,
    visit: str,
    plan: Plan,
    *,
    template: str = "infusion/infusion.html",
    confirm: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The screen, or its part that keeps itself up to date; alerts on it count as shown."""
    actor, at = who(request)
    known = _of_the_day(person.identifier, plan, visit)
    day = day_of(person, visit, plan, known, actor=actor, at=at)
    show([(person, alarm) for alarm, _ in day.waiting], actor, at)
    page = _state(person, visit, plan, known, actor, day, at)
    page |= _chosen(day, known, actor, at, whole(request.GET.get("minute", "")))
    page |= {"confirm": confirm, "typed": request.POST, "now": at}
    if template.endswith("infusion.html"):
        page |= _page(person, visit, plan, known, actor, day, at)
    return render(request, template, page, status=status)


def _state(
    person: Participant,
    visit: str,
    plan: Plan,
    known: Current,
    actor: Actor,
    day: Day,
    at: datetime,
) -> dict[str, Any]:
    """How far the infusion is, and what keeps it from being started."""
    planned, started = planned_minutes(plan.protocol), day.run.started
    lacking = lacks_consent(known)
    waits = started is None and bool(released(known, visit))
    weight = known.answers("infusion", visit).get("weight_kg", "")
    obstacles: list[Obstacle] = []
    if waits:
        obstacles = unready(person, visit, known, start=at, weight=weight)
    return {
        "person": person,
        "visit": plan.visit(visit),
        "day": day,
        "may": may_fill(actor, person, place_of(person, "infusion", visit).form)
        and not lacking
        and known.locked is None,
        "obstacles": obstacles,
        "held": waits and deeds.holding(plan.protocol, known, visit),
        "released": bool(released(known, visit)),
        "replaced": replaced(known, visit),
        "syringe": begun_with(known, visit),
        "planned": planned,
        "planned_end": started and started + timedelta(minutes=planned),
        "offset": int((at.astimezone(person.site.zone).utcoffset() or timedelta(0))
                      .total_seconds()),
        "alerts_url": reverse("alerts", args=[person.identifier]),
        "bedside_url": reverse("infusion", args=[person.identifier, visit]),
    }  # fmt: skip


def _page(
    person: Participant,
    visit: str,
    plan: Plan,
    known: Current,
    actor: Actor,
    day: Day,
    at: datetime,
) -> dict[str, Any]:
    place = place_of(person, "infusion", visit)
    vitals = next((d.form for d in plan.dues[visit] if d.form.id == "vitals"), None)
    minutes = {d.minute for d in plan.dues[visit] if d.form.id == "vitals"}
    leaves = next((d for d in plan.dues[visit] if d.form.id == "discharge"), None)
    blank = None
    if vitals is not None and not lacks_consent(known):
        blank = Place(person, repeated(vitals, BLANK), visit, BLANK)
    team = User.objects.filter(
        memberships__role__in=("investigator", "infusion team"),
        memberships__until=None,
        is_active=True,
    )
    return {
        "lacking": lacks_consent(known),
        "asks_weight": any(f.name == "weight_kg" for f in place.form.fields),
        "weight": known.answers("infusion", visit).get("weight_kg", ""),
        "infusion_address": address(place),
        "infusion_state": known.status.get(("infusion", visit, None), ""),
        "reasons": REASONS,
        "team": sorted({user.get_full_name() or user.username for user in team}),
        "events_url": reverse("events", args=[person.identifier]),
        "blank": blank and _entry(blank, known, actor, at),
        "repeat": next_minute(known, visit, plan, day.run, at),
        "planned_minutes": " ".join(str(m) for m in minutes if m is not None),
        "discharge_address": leaves and address(Place(person, leaves.form, visit)),
        "discharge_state": known.status.get(("discharge", visit, None), ""),
    }


def _entry(place: Place, known: Current, actor: Actor, at: datetime) -> Shown:
    """A form at the bedside; vital signs with the time of now, until one is recorded."""
    desk = desk_at(place, known, actor, at)
    typed = {}
    if place.form.id == "vitals" and MEASURED_AT not in known.said(*place.where):
        zone = place.participant.site.zone
        typed = {MEASURED_AT: wall(kept_now(at, zone), zone)}
    return shown_form(desk, typed=typed if desk.editable else {})


def _chosen(
    day: Day, known: Current, actor: Actor, at: datetime, minute: int | None
) -> dict[str, Any]:
    """The forms of the timepoint that is open on the screen."""
    chosen = next((t for t in day.times if t.minute == minute), None)
    if chosen is None and minute is not None and day.times:
        vitals = next(
            (p for t in day.times for p in t.places if p.form.id == "vitals"), None
        )
        if vitals is not None:
            form = repeated(vitals.form, minute)
            place = Place(vitals.participant, form, vitals.visit, minute)
            chosen = Timepoint(minute, None, "due", (place,), repeated=True)
    chosen = chosen or day.next()
    if chosen is None or lacks_consent(known):
        return {"chosen": chosen, "entries": []}
    shown = [
        (_entry(place, known, actor, at), _absent(place)) for place in chosen.places
    ]
    shown.sort(key=lambda pair: pair[0].desk.place.form.id != "vitals")
    entries = [(e, absent, any(q.fresh for q in e.questions)) for e, absent in shown]
    return {"chosen": chosen, "entries": entries}


def _absent(place: Place) -> int | None:
    """The answer that says of every item of a scale that nothing was observed."""
    name = place.form.id.removeprefix("instrument:")
    scale = plan_in_force().protocol.scales.get(name)
    return None if scale is None or name == place.form.id else scale.symptom_free
