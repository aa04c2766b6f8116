"""Adverse events of one participant."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from equipoise.conduct.access.acting import who
from equipoise.conduct.capture.current import Current, current
from equipoise.conduct.capture.finding import place_of
from equipoise.conduct.capture.occurrences import begin, opened
from equipoise.conduct.capture.permission import may_fill, require_reading
from equipoise.conduct.capture.place import Place
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.pages.entry import address
from equipoise.conduct.pages.question import shown
from equipoise.dataset.tables import SERIOUS


@require_http_methods(["GET", "POST"])
def events(request: HttpRequest, identifier: str) -> HttpResponse:
    """The list of events; a POST opens the form of a new one."""
    actor, at = who(request)
    person = person_of(request, identifier)
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
    page = {
        "person": person,
        "rows": rows,
        "may_report": may_fill(actor, person, first.form),
    }
    return render(request, "events/events.html", page)


def _row(place: Place, known: Current) -> dict[str, object]:
    """An event as the list shows it: answers in words, days with their times."""
    zone, said = place.participant.site.zone, known.answers(place.form.id)
    fields = {field.name: field for field in place.form.fields}
    words = {
        name: shown(fields[name], said[name], zone) for name in said if name in fields
    }
    criteria = [fields[name].label for name in SERIOUS if said.get(name) == "yes"]
    ended = "Ongoing" if said.get("ongoing") == "yes" else said.get("stopped_on", "")
    return {
        **words,
        "from": f"{said.get('started_on', '')} {said.get('started_time', '')}".strip(),
        "to": f"{ended} {said.get('stopped_time', '')}".strip(),
        "is_serious": said.get("serious") == "yes",
        "criteria": criteria,
        "address": address(place),
    }
