"""Alerts of a participant: each with what was done, and acknowledged here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from equipoise.conduct.access.acting import Actor, who
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pages.desk import person_of, whole
from equipoise.conduct.safety.alerts import (
    INVESTIGATOR,
    Alarm,
    acknowledge,
    alarms,
    is_shown,
    may_acknowledge,
    open_alarms,
    show,
)
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: HttpRequest, identifier: str) -> HttpResponse:
    """All alerts that a person may know of; a post acknowledges one."""
    actor, at = who(request)
    person = person_of(request, identifier)
    if actor.own is not None:  # a participant has questions, and nothing else
        if request.method == "POST":
            actor.require("read forms", person.site.code)
        return redirect("participant", actor.own)
    if request.method == "POST":
        return _acknowledged(request, person, actor, at)
    own = [
        alarm
        for alarm in reversed(alarms([identifier]).get(identifier, []))
        if is_shown(actor, person, alarm)
    ]
    show([(person, alarm) for alarm in own], actor, at)
    known = {"person": person, "alarms": [row(person, a, actor, at) for a in own]}
    return render(request, "alerts/alerts.html", known)


def urgent(
    actor: Actor, people: list[Participant], at: datetime
) -> list[dict[str, Any]]:
    """Alerts that wait for a person, the one that is due first before all others."""
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
    """For a participant's page: open alerts, the person's own first; how many in all."""
    own = alarms([person.identifier]).get(person.identifier, [])
    known = [alarm for alarm in own if is_shown(actor, person, alarm)]
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
    """An alert for a page: its clock, and whether the person acknowledges it."""
    due = alarm.due(in_force())
    minutes = int(abs((due - at).total_seconds()) // 60)
    left = f"{minutes // 60} h {minutes % 60:02d} min"
    is_investigator = INVESTIGATOR in actor.roles_at(person.site.code)
    return {
        "person": person,
        "alarm": alarm,
        "due": due,
        "late": at > due,
        "left": f"{left} late" if at > due else f"{left} left",
        "mine": not alarm.acknowledged_by and may_acknowledge(actor, person, alarm),
        "releases": alarm.action == "hold" and alarm.urgent and is_investigator
        and not alarm.released_by,
        "address": reverse("alerts", args=[person.identifier]),
    }  # fmt: skip


def _acknowledged(
    request: HttpRequest, person: Participant, actor: Actor, at: datetime
) -> HttpResponse:
    said = request.POST
    try:
        acknowledge(
            person, whole(said.get("alert", "")) or 0, actor=actor, at=at,
            done=said.get("done", "")[:400], release="release" in said,
        )  # fmt: skip
        messages.success(request, "Acknowledged.")
    except ConductError as error:
        messages.error(request, f"{error.problems[0].what}: {error.problems[0].mend}.")
    return redirect("alerts", person.identifier)
