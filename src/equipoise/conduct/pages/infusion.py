"""The bedside screen of an infusion."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from equipoise.conduct.access.actor import Actor, who
from equipoise.conduct.access.middleware import IN_USE
from equipoise.conduct.audit.record import lock
from equipoise.conduct.capture.consent import lacks_consent
from equipoise.conduct.capture.current_values import Current, current
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import Plan, plan_in_force
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.participants import no_such_participant
from equipoise.conduct.capture.permission import may_fill, may_read
from equipoise.conduct.capture.syringe_release import (
    SYRINGE,
    begun_with,
    released,
    replaced,
)
from equipoise.conduct.forms.from_protocol import MEASURED_AT, repeated
from equipoise.conduct.forms.local_time import kept_now, wall
from equipoise.conduct.forms.short_labels import sign
from equipoise.conduct.pages.form_context import desk_at, person_of
from equipoise.conduct.pages.form_context import whole as number_of
from equipoise.conduct.pages.form_view import Shown, address, shown_form
from equipoise.conduct.safety import infusion as deeds
from equipoise.conduct.safety.alerts import acknowledge, show
from equipoise.conduct.safety.infusion_day import Day, Timepoint, day_of, next_minute
from equipoise.conduct.safety.readiness import planned_minutes, unready
from equipoise.conduct.safety.stopping_rules import STRENGTH
from equipoise.errors import ConductError

NAMES = {
    "weight_kg": gettext_lazy("weight"),
    "syringe": gettext_lazy("syringe"),
    "started_at": gettext_lazy("not started"),
}
# Offered where a reason is required: the nurse should not have to type next to a patient.
REASONS = (
    gettext_lazy("Blood pressure or pulse"),
    gettext_lazy("Oxygen saturation"),
    gettext_lazy("Nausea or vomiting"),
    gettext_lazy("Dissociation or distress"),
    gettext_lazy("Problem with the line or the pump"),
    gettext_lazy("Request of the participant"),
)
BLANK = 2777  # minute of the form that the browser copies when it repeats a measurement
OLDEST = timedelta(hours=12)  # of a tap that waited for the connection


@dataclass(frozen=True, slots=True)
class Bedside:
    """A request about the infusion of one visit."""

    request: HttpRequest
    person: Participant
    visit: str
    plan: Plan
    actor: Actor
    at: datetime

    @property
    def zone(self) -> ZoneInfo:
        """Of the clock at the site."""
        return self.person.site.zone

    def place(self, form: str = "infusion") -> Place:
        """A form of the visit."""
        return place_of(self.person, form, self.visit)


def infusion(request: HttpRequest, identifier: str, visit: str) -> HttpResponse:
    """Everything that the nurse needs; for a rater the page does not exist."""
    return _screen(_bedside(request, identifier, visit))


def alerts(request: HttpRequest, identifier: str, visit: str) -> HttpResponse:
    """Status and triggered alerts: the part of the screen that refreshes itself."""
    return _screen(_bedside(request, identifier, visit), whole=False)


def deed(request: HttpRequest, identifier: str, visit: str, deed: str) -> HttpResponse:
    """Start, interruption, resumption, stop, acknowledgement, or a repeated measurement.

    The browser sends each tap with a key and its time, also long after the tap; it is
    performed once. The response is then 204, or 422 with the problem.
    """
    bed = _bedside(request, identifier, visit)
    path = reverse("infusion", args=[identifier, visit])
    known = current(identifier, ("infusion", "vitals"), visit)
    run = deeds.run_of(bed.person, visit, known)
    if deed == "repeat":
        minute = next_minute(known, visit, bed.plan, run, bed.at)
        return redirect(f"{path}?minute={minute}#now")
    key = request.POST.get("key", "")[:64]
    if deed == "stop" and not key and "sure" not in request.POST and run.is_on:
        return _screen(bed, confirm=True)
    problem = capfirst(_once(bed, deed, key))
    if key:
        return HttpResponse(problem, content_type="text/plain; charset=utf-8",
                            status=422 if problem else 204)  # fmt: skip
    if problem:
        messages.error(request, gettext("Not done: {problem}").format(problem=problem))
        return _screen(bed, status=422)
    return redirect(path)


def _once(bed: Bedside, deed: str, key: str) -> str:
    """Performs the action once; returns the problem, or an empty text."""
    try:  # time of the tap by the clock of the server; now, if not submitted
        sent = float(bed.request.POST.get("tapped", ""))
        tapped = min(bed.at, datetime.fromtimestamp(sent, UTC))
    except (ValueError, OverflowError, OSError):
        tapped = bed.at
    if bed.at - tapped > OLDEST:
        return gettext("this entry is too old: enter it on the infusion record.")
    with transaction.atomic():
        lock(bed.person.identifier)
        if key and deeds.is_done(bed.person, bed.visit, key):
            return ""
        try:
            problem = _do(bed, deed, tapped)
        except ConductError as error:  # what was saved before stays
            first = error.problems[0]
            return f"{first.what}. {capfirst(first.fix)}."
        if key and not problem:
            what = f"{deed}, tapped {kept_now(tapped, bed.zone)}"
            deeds.note_done(bed.person, bed.visit, key, what, bed.actor, bed.at)
    return problem


def _do(bed: Bedside, deed: str, tapped: datetime) -> str:
    """Performs the action; returns the problem, or an empty text."""
    who: Any = {"actor": bed.actor, "at": bed.at, "tapped": tapped}
    about, said = (bed.person, bed.visit), bed.request.POST
    reason = said.get("reason", "").strip()
    if deed == "start":
        decided = said.get("decided_by", "").strip()
        saved = deeds.start(
            *about, bed.plan.protocol, **who,
            syringe=said.get("syringe", "").strip(),
            weight=said.get("weight_kg", "").replace(",", ".").strip(),
            despite=f"{decided}: {reason}" if decided and reason else "",
        )  # fmt: skip
        return "; ".join(f"{NAMES[n]}: {what}" for n, what in saved.errors.items())
    if deed == "stop":
        return "; ".join(deeds.stop(*about, **who, early=reason).errors.values())
    if deed == "interrupt":
        deeds.interrupt(*about, **who, reason=reason)
    elif deed == "resume":
        deeds.resume(*about, **who)
    elif deed == "acknowledge":
        number, done = number_of(said.get("alert", "")) or 0, said.get("done", "")[:400]
        acknowledge(bed.person, number, **who, done=done)
    else:
        return f"{deed!r} is not an action of this page: load the page again."
    return ""


def _bedside(request: HttpRequest, identifier: str, visit: str) -> Bedside:
    """The bedside, if the user may view infusions and the visit has one."""
    actor, at = who(request)
    person, plan = person_of(request, identifier), plan_in_force()
    bed = Bedside(request, person, visit, plan, actor, at)
    known = {v.id for v in plan.protocol.schedule.visits if v.infusion is not None}
    if visit not in known or not may_read(actor, person, bed.place().form):
        raise no_such_participant()
    return bed


def _screen(
    bed: Bedside, *, whole: bool = True, confirm: bool = False, status: int = 200
) -> HttpResponse:
    """The screen, or the part that refreshes itself; alerts on it count as shown.

    It reads this visit and the consent, and no other visit.
    """
    forms = {due.form.id for due in bed.plan.dues[bed.visit]}
    read = {*forms, "infusion", "consent", SYRINGE}
    known = current(bed.person.identifier, read, bed.visit)
    day = day_of(bed.person, bed.visit, bed.plan, known, actor=bed.actor, at=bed.at)
    show([(bed.person, alarm) for alarm, _ in day.waiting], bed.actor, bed.at)
    lacking = lacks_consent(known)
    minute = number_of(bed.request.GET.get("minute", ""))
    page = _state(bed, known, day, lacking) | _chosen(bed, day, known, minute, lacking)
    page |= {"confirm": confirm, "typed": bed.request.POST, "now": bed.at}
    if whole:
        page |= _page(bed, known, day, lacking)
    template = "infusion/infusion.html" if whole else "infusion/_live.html"
    made = render(bed.request, template, page, status=status)
    on_for = day.run.minutes(bed.at) or 0
    if page["may"] and day.run.is_on and on_for <= 2 * page["planned"]:
        # A user who watches an infusion keeps the session without touching the screen.
        made[IN_USE] = "1"
    return made


def _state(bed: Bedside, known: Current, day: Day, lacking: str) -> dict[str, Any]:
    """Status of the infusion, and what prevents its start."""
    person, visit, protocol = bed.person, bed.visit, bed.plan.protocol
    planned, started = planned_minutes(protocol), day.run.started
    is_released = bool(released(known, visit))
    waits = started is None and is_released
    weight = known.answers("infusion", visit).get("weight_kg", "")
    obstacles = waits and unready(person, visit, known, start=bed.at, weight=weight)
    fills = may_fill(bed.actor, person, bed.place().form)
    offset = bed.at.astimezone(bed.zone).utcoffset() or timedelta(0)
    return {
        "person": person,
        "visit": bed.plan.visit(visit),
        "day": day,
        "may": fills and not lacking and known.locked is None,
        "obstacles": obstacles,
        "blocked": any(not one.weighs for one in obstacles or ()),
        "held": waits and deeds.holding(protocol, known, visit),
        "released": is_released,
        "replaced": replaced(known, visit),
        "syringe": begun_with(known, visit),
        "weight": weight,
        "planned": planned,
        "planned_end": started and started + timedelta(minutes=planned),
        "offset": int(offset.total_seconds()),
    }


def _page(bed: Bedside, known: Current, day: Day, lacking: str) -> dict[str, Any]:
    place, dues = bed.place(), bed.plan.dues[bed.visit]
    vitals = [due for due in dues if due.form.id == "vitals"]
    leaves = next((d.form for d in dues if d.form.id == "discharge"), None)
    blank = None
    if vitals and not lacking:
        form = repeated(vitals[0].form, BLANK)
        blank = _entry(bed, Place(bed.person, form, bed.visit, BLANK), known)
    team = User.objects.filter(
        memberships__role__in=("investigator", "infusion team"),
        memberships__until=None,
        is_active=True,
    )
    return {
        "lacking": lacking,
        "asks_weight": any(f.name == "weight_kg" for f in place.form.fields),
        "infusion_address": address(place),
        "infusion_state": known.status.get(("infusion", bed.visit, None), ""),
        "reasons": REASONS,
        "team": sorted({user.get_full_name() or user.username for user in team}),
        "blank": blank,
        "repeat": next_minute(known, bed.visit, bed.plan, day.run, bed.at),
        "rules": _rules(bed.plan),
        "planned_minutes": {d.minute for d in vitals} - {None},
        "discharge_address": leaves and address(Place(bed.person, leaves, bed.visit)),
        "discharge_state": known.status.get(("discharge", bed.visit, None), ""),
    }


def _rules(plan: Plan) -> str:
    """Rules on vital signs for a page without a connection, the strongest first."""
    rules = plan.protocol.vital_rules()
    told = {"measurement", "above", "below", "when", "action"}
    return json.dumps(
        [
            rule.model_dump(include=told)
            | {"sign": sign(rule.measurement or ""), "do": rule.do}
            | {
                "limit": gettext("{unit} (limit {limit}), {when}").format(
                    unit=rule.unit, limit=rule.limit, when=rule.when
                )
            }
            for rule in sorted(rules, key=lambda rule: STRENGTH.index(rule.action))
        ]
    )


def _entry(bed: Bedside, place: Place, known: Current) -> Shown:
    """A form at the bedside; vital signs with the time of now, until one is recorded."""
    desk = desk_at(place, known, bed.actor, bed.at)
    typed = {}
    if place.form.id == "vitals" and MEASURED_AT not in known.said(*place.where):
        typed = {MEASURED_AT: wall(kept_now(bed.at, bed.zone), bed.zone)}
    return shown_form(desk, typed=typed if desk.editable else {})


def _chosen(
    bed: Bedside, day: Day, known: Current, minute: int | None, lacking: str
) -> dict[str, Any]:
    """The forms of the timepoint that is open on the screen."""
    chosen = next((t for t in day.times if t.minute == minute), None)
    places = [p for t in day.times for p in t.places if p.form.id == "vitals"]
    if chosen is None and minute is not None and places:
        place = replace(places[0], form=repeated(places[0].form, minute), minute=minute)
        chosen = Timepoint(minute, None, "due", (place,), repeated=True)
    chosen = chosen or day.next()
    if chosen is None or lacking:
        return {"chosen": chosen, "entries": []}
    shown = [(_entry(bed, place, known), _absent(place)) for place in chosen.places]
    shown.sort(key=lambda pair: pair[0].desk.place.form.id != "vitals")
    entries = [(e, absent, any(q.fresh for q in e.questions)) for e, absent in shown]
    return {"chosen": chosen, "entries": entries}


def _absent(place: Place) -> int | None:
    """The answer for "no symptoms" on every item of a scale."""
    name = place.form.id.removeprefix("instrument:")
    scale = plan_in_force().protocol.scales.get(name)
    return None if scale is None or name == place.form.id else scale.symptom_free
