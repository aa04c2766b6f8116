"""Alerts and adverse events of a participant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from equipoise.conduct.access.actor import Actor
from equipoise.conduct.capture.current_values import Current, current
from equipoise.conduct.capture.form_instance import Place
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.capture.permission import may_fill, require_reading
from equipoise.conduct.capture.repeating_forms import begin, opened
from equipoise.conduct.pages.field_view import shown
from equipoise.conduct.pages.form_context import about, whole
from equipoise.conduct.pages.form_view import address
from equipoise.conduct.safety.alerts import (
    INVESTIGATOR,
    Alarm,
    acknowledge,
    may_acknowledge,
    open_alarms,
    show,
    shown_alarms,
)
from equipoise.conduct.study.protocols import in_force
from equipoise.dataset.tables import SERIOUS
from equipoise.errors import ConductError


def alerts(request: HttpRequest, identifier: str) -> HttpResponse:
    """All alerts that the user can view; a POST acknowledges one."""
    person, actor, at = about(request, identifier)
    if actor.own is not None:  # a participant sees questionnaires only
        if request.method == "POST":
            actor.require("read forms", person.site.code)
        return redirect("participant", actor.own)
    if request.method == "POST":
        said = request.POST
        try:
            acknowledge(
                person, whole(said.get("alert", "")) or 0, actor=actor, at=at,
                done=said.get("done", "")[:400], release="release" in said,
            )  # fmt: skip
            messages.success(request, _("Acknowledged."))
        except ConductError as error:
            problem = error.problems[0]
            messages.error(request, f"{problem.what}: {problem.fix}.")
        return redirect("alerts", person.identifier)
    alarms = shown_alarms(actor, person)[::-1]
    show([(person, alarm) for alarm in alarms], actor, at)
    rows = [row(person, alarm, actor, at) for alarm in alarms]
    return render(request, "alerts/alerts.html", {"person": person, "alarms": rows})


def urgent(
    actor: Actor, people: list[Participant], at: datetime
) -> list[dict[str, Any]]:
    """Alerts that the user should acknowledge, by due time, urgent ones first."""
    found = [
        (person, alarm)
        for person, alarm in open_alarms(people, actor)
        if may_acknowledge(actor, person, alarm)
    ]
    show(found, actor, at)
    rows = [row(person, alarm, actor, at) for person, alarm in found]
    return sorted(rows, key=lambda one: (not one["alarm"].urgent, one["due"]))


def of_participant(
    person: Participant, actor: Actor, at: datetime
) -> dict[str, object]:
    """For a participant's page: open alerts, the user's own first; number of all."""
    known = shown_alarms(actor, person)
    waiting = [(person, a) for a in known if not a.acknowledged_by]
    show(waiting, actor, at)
    rows = [row(person, alarm, actor, at) for _, alarm in waiting]
    return {
        "urgent": sorted(rows, key=lambda one: not one["mine"]),
        "alert_count": len(known),
    }


def row(
    person: Participant, alarm: Alarm, actor: Actor, at: datetime
) -> dict[str, Any]:
    """An alert for a page: time left, and whether the user can acknowledge it."""
    due = alarm.due(in_force())
    minutes = int(abs((due - at).total_seconds()) // 60)
    left = _("{time} late") if at > due else _("{time} left")
    is_investigator = INVESTIGATOR in actor.roles_at(person.site.code)
    return {
        "person": person,
        "alarm": alarm,
        "due": due,
        "late": at > due,
        "left": left.format(time=f"{minutes // 60} h {minutes % 60:02d} min"),
        "mine": not alarm.acknowledged_by and may_acknowledge(actor, person, alarm),
        "releases": alarm.action == "hold" and alarm.urgent and is_investigator
        and not alarm.released_by,
        "address": reverse("alerts", args=[person.identifier]),
    }  # fmt: skip


def events(request: HttpRequest, identifier: str) -> HttpResponse:
    """The list of events; a POST opens the form of a new one."""
    person, actor, at = about(request, identifier)
    first = place_of(person, "event#1")
    require_reading(actor, person, first.form)
    if request.method == "POST":
        return redirect(address(begin(person, "event", actor=actor, at=at)))
    known = current(identifier)
    rows = []
    for number in opened(known, "event"):
        place = place_of(person, f"event#{number}")
        state = known.begun(place.form.id)
        if state:  # not opened and left empty, nor voided
            rows.append(_row(place, known) | {"n": number, "state": state})
    may_report = may_fill(actor, person, first.form)
    page = {"person": person, "rows": rows, "may_report": may_report}
    return render(request, "events/events.html", page)


def _row(place: Place, known: Current) -> dict[str, object]:
    """An event as the list shows it: answers as labels, days with their times."""
    zone, said = place.participant.site.zone, known.answers(place.form.id)
    fields = {field.name: field for field in place.form.fields}
    words = {
        name: shown(fields[name], said[name], zone) for name in said if name in fields
    }
    criteria = [fields[name].label for name in SERIOUS if said.get(name) == "yes"]
    ended = _("Ongoing") if said.get("ongoing") == "yes" else said.get("stopped_on", "")
    return {
        **words,
        "from": f"{said.get('started_on', '')} {said.get('started_time', '')}".strip(),
        "to": f"{ended} {said.get('stopped_time', '')}".strip(),
        "is_serious": said.get("serious") == "yes",
        "criteria": criteria,
        "address": address(place),
    }
