"""Adverse events of one participant."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from equipoise.conduct.access.acting import who
from equipoise.conduct.capture.current import current
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.occurrences import begin, opened
from equipoise.conduct.capture.permission import may_fill
from equipoise.conduct.pages.desk import person_of, require_reading
from equipoise.conduct.pages.entry import address


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def events(request: HttpRequest, identifier: str) -> HttpResponse:
    """The list of events; a POST opens the form of a new one."""
    actor, at = who(request)
    person = person_of(request, identifier)
    first = place_of(person, "event#1")
    require_reading(actor, first)
    if request.method == "POST":
        return redirect(address(begin(person, "event", actor=actor, at=at)))
    known = current(identifier)
    rows = []
    for number in opened(known, "event"):
        place = place_of(person, f"event#{number}")
        state = known.begun(place.form.id)
        if not state:  # opened and left empty, or voided
            continue
        rows.append(
            {
                **known.answers(place.form.id),
                "n": number,
                "state": state,
                "address": address(place),
            }
        )
    shown = {
        "person": person,
        "rows": rows,
        "may_report": may_fill(actor, person, first.form),
    }
    return render(request, "events/events.html", shown)
