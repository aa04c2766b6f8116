"""The bedside: one screen for an infusion."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from equipoise.conduct.access.acting import Actor, who
from equipoise.conduct.capture.consent import lacks_consent
from equipoise.conduct.capture.current import Current, current
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_fill, may_read
from equipoise.conduct.capture.place import Place
from equipoise.conduct.capture.plan import Plan, plan_in_force
from equipoise.conduct.capture.released import SYRINGE, begun_with, released, replaced
from equipoise.conduct.pages.desk import desk_at, person_of, whole
from equipoise.conduct.pages.entry import address, shown_form
from equipoise.conduct.safety import infusion as deeds
from equipoise.conduct.safety.day import Day, Timepoint, day_of, next_minute
from equipoise.errors import AccessError, ConductError

NAMES = {"weight_kg": "weight", "syringe": "syringe", "started_at": "start"}
# Offered where a reason is asked for: nobody should have to type beside a patient.
REASONS = (
    "Blood pressure or pulse",
    "Oxygen saturation",
    "Nausea or vomiting",
    "Dissociation or distress",
    "Problem with the line or the pump",
    "The participant asked for it",
)


@never_cache
@login_required
@require_safe
def infusion(request: HttpRequest, identifier: str, visit: str) -> HttpResponse:
    """Everything that the nurse needs; the answer to a rater is that of nobody's page."""
    actor, at = who(request)
    person, plan = _bedside(request, identifier, visit)
    known = _of_the_day(identifier, plan, visit)
    day = day_of(person, visit, plan, known, actor=actor, at=at)
    page = _page(person, visit, plan, known, actor, day)
    page |= _chosen(day, known, actor, at, whole(request.GET.get("minute", "")))
    page |= {"now": at, "repeat": next_minute(known, visit, day.run, at)}
    return render(request, "infusion/infusion.html", page)


@never_cache
@login_required
@require_safe
def alerts(request: HttpRequest, identifier: str, visit: str) -> HttpResponse:
    """What fires now, for the part of the screen that follows each saved value."""
    actor, at = who(request)
    person, plan = _bedside(request, identifier, visit)
    known = _of_the_day(identifier, plan, visit)
    day = day_of(person, visit, plan, known, actor=actor, at=at)
    return render(request, "infusion/_alerts.html", {"day": day})


@login_required
@require_POST
def deed(request: HttpRequest, identifier: str, visit: str, deed: str) -> HttpResponse:
    """Start, interruption, resumption, stop, or a repeated measurement."""
    actor, at = who(request)
    person, plan = _bedside(request, identifier, visit)
    path = reverse("infusion", args=[identifier, visit])
    if deed == "repeat":
        run = deeds.run_of(person, visit, current(identifier))
        minute = next_minute(current(identifier), visit, run, at)
        return redirect(f"{path}?minute={minute}")
    try:
        problem = _do(request, person, visit, plan, actor, deed)
    except ConductError as error:
        problem = f"{error.problems[0].what}. {error.problems[0].mend}."
    if problem:
        messages.error(request, f"Not done: {problem}")
    return redirect(path)


def _do(
    request: HttpRequest,
    person: Participant,
    visit: str,
    plan: Plan,
    actor: Actor,
    deed: str,
) -> str:
    """Does it; what is wrong in words, or an empty text."""
    _, at = who(request)
    reason = request.POST.get("reason", "")
    if deed == "start":
        weight = request.POST.get("weight_kg", "").replace(",", ".").strip()
        saved = deeds.start(person, visit, plan.protocol, actor=actor, at=at,
                            syringe=request.POST.get("syringe", "").strip(),
                            weight=weight, despite=reason)  # fmt: skip
        return "; ".join(f"{NAMES[n]}: {what}" for n, what in saved.errors.items())
    if deed == "interrupt":
        deeds.interrupt(person, visit, actor=actor, at=at, reason=reason)
    elif deed == "resume":
        deeds.resume(person, visit, actor=actor, at=at)
    elif deed == "stop":
        saved = deeds.stop(person, visit, actor=actor, at=at, early=reason)
        return "; ".join(saved.errors.values())
    return ""


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


def _page(
    person: Participant, visit: str, plan: Plan, known: Current, actor: Actor, day: Day
) -> dict[str, Any]:
    place = place_of(person, "infusion", visit)
    planned = deeds.planned_minutes(plan.protocol)
    started = day.run.started
    return {
        "person": person,
        "visit": plan.visit(visit),
        "day": day,
        "may": may_fill(actor, person, place.form)
        and not lacks_consent(known)
        and known.locked is None,
        "lacking": lacks_consent(known),
        "held": day.run.started is None and deeds.holding(plan.protocol, known, visit),
        "released": bool(released(known, visit)),
        "replaced": replaced(known, visit),
        "syringe": begun_with(known, visit),
        "asks_weight": any(f.name == "weight_kg" for f in place.form.fields),
        "weight": known.answers("infusion", visit).get("weight_kg", ""),
        "infusion_address": address(place),
        "infusion_state": known.status.get(("infusion", visit, None), ""),
        "planned": planned,
        "planned_end": started and started + timedelta(minutes=planned),
        "reasons": REASONS,
        "events_url": reverse("events", args=[person.identifier]),
    }


def _chosen(
    day: Day, known: Current, actor: Actor, at: Any, minute: int | None
) -> dict[str, Any]:
    """The forms of the timepoint that is open on the screen."""
    chosen = next((t for t in day.times if t.minute == minute), None)
    if chosen is None and minute is not None and day.times:
        vitals = next(
            (p for t in day.times for p in t.places if p.form.id == "vitals"), None
        )
        if vitals is not None:
            place = Place(vitals.participant, vitals.form, vitals.visit, minute)
            chosen = Timepoint(minute, None, "due", (place,), repeated=True)
    chosen = chosen or day.next()
    if chosen is None or lacks_consent(known):
        return {"chosen": chosen, "entries": []}
    entries = [shown_form(desk_at(place, known, actor, at)) for place in chosen.places]
    entries.sort(key=lambda entry: entry.desk.place.form.id != "vitals")
    return {"chosen": chosen, "entries": entries}
