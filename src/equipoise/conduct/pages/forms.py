"""Forms: view, save field by field, complete, correct, freeze; attachments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct.access.actor import who
from equipoise.conduct.capture import attachments, locking
from equipoise.conduct.capture.due_visits import waiting_visits_of
from equipoise.conduct.capture.form_instance import (
    SECOND,
    Place,
    is_second,
    second_rating,
)
from equipoise.conduct.capture.form_lookup import place_of
from equipoise.conduct.capture.form_plan import plan_in_force
from equipoise.conduct.capture.form_saving import NOTHING, Saved, newer, save
from equipoise.conduct.capture.locking import DEEDS, set_aside
from equipoise.conduct.capture.participant_facts import facts_at
from equipoise.conduct.capture.permission import Rights, may_attest, may_fill
from equipoise.conduct.pages.context import done
from equipoise.conduct.pages.field_view import (
    NO_ANSWER,
    confirmed,
    seen,
    twice,
    values_of,
    worded,
)
from equipoise.conduct.pages.form_context import Desk, desk_of, is_numbered, named
from equipoise.conduct.pages.form_view import (
    WHOLE,
    Shown,
    address,
    history,
    key_of,
    part_of,
    shown_form,
    total_of,
)
from equipoise.errors import ConductError

NO_SCANS = ("instrument:", "guess:", "vitals", "visit", "infusion")


@login_not_required
def form(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    """A form: read, filled in, or corrected."""
    if not request.user.is_authenticated:
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        sent = [(n, v) for n, v in request.POST.items() if n != "csrfmiddlewaretoken"]
        return render(request, "forms/ended.html", {"sent": sent}, status=401)
    desk = desk_of(request, identifier, form)
    if request.method == "POST":
        return _submitted(request, desk)
    return _page(request, desk, shown_form(desk, correcting="correct" in request.GET))


@login_not_required
def field(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    """Saves one field on entry; the response is a message next to it."""
    if not request.user.is_authenticated:
        return render(request, "forms/_logged_out.html", status=401)
    place = named(request, identifier, form)
    if is_numbered(place):
        desk_of(request, identifier, form)  # rejects a form that was not opened
    name = request.POST.get("field", "")
    value = request.POST.get(NO_ANSWER + name) or request.POST.get(name, "")
    values, _ = values_of(place, {name: value}, NOTHING)
    try:
        saved = _save(request, place, values)
    except ConductError as error:
        saved = Saved(0, errors={name: error.problems[0].what})
    return _said(request, place, name, saved)


def close(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    """Freezes, voids or marks a form as not done, or undoes it, with a reason."""
    desk = desk_of(request, identifier, form)
    deed = request.POST.get("deed", "")
    reason = request.POST.get("reason", "")
    if deed in DEEDS:
        set_aside(desk.place, deed, actor=desk.actor, at=desk.at, reason=reason)
    else:
        locking.close(desk.place, deed, actor=desk.actor, at=desk.at, reason=reason)
    messages.success(request, f"{desk.place.form.title}: {gettext(WHOLE[deed])}.")
    if deed == "void":
        return redirect("participant", identifier)
    return redirect(address(desk.place))


def _page(
    request: HttpRequest, desk: Desk, entry: Shown, status: int = 200, reason: str = ""
) -> HttpResponse:
    place, visit = desk.place, desk.place.visit
    visits = {v.id: v.label for v in plan_in_force().protocol.schedule.visits}
    number = visit.rpartition("-")[2]
    unplanned = gettext("Unscheduled visit {n}").format(n=number) if visit else ""
    known = {
        "entry": entry,
        "desk": desk,
        "person": place.participant,
        "visit_label": visits.get(visit, unplanned),
        "history": history(desk) if desk.place.where in desk.known.status else None,
        "may_freeze": desk.actor.may("freeze", place.participant.site.code),
        "correct_address": address(place, correct="1"),
        "close_address": address(place, "close"),
        "reason": reason,
        "refused": status != 200,
        "is_event": place.form.id.startswith("event#"),
        "bedside": reverse("infusion", args=[place.participant.identifier, visit])
        if place.form.id == "infusion" or place.minute is not None
        else "",
        "second_address": _second(desk),
    } | _scans(desk)
    return render(request, "forms/form.html", known, status=status)


def _second(desk: Desk) -> str:
    """Address of the second rating: for another rater, and for readers once it exists."""
    place, known = desk.place, desk.known
    if is_second(place.form.id) or second_rating(place.form, place.minute) is None:
        return ""
    where = place.form.id + SECOND, place.visit, None
    first = known.values.get(desk.place.where, {})
    mine = desk.mine and not any(v.actor == desk.actor.name for v in first.values())
    if not known.status.get(where) and not (first and mine):
        return ""
    return address(place_of(place.participant, *where))


def _scans(desk: Desk) -> dict[str, object]:
    """Attachments of the form, once it exists; ratings and measurements have none."""
    if desk.place.form.id.startswith(NO_SCANS):
        return {}
    path, _, query = address(desk.place, "attach").partition("?")
    person = desk.place.participant
    return {
        "scans": attachments.of(desk.place).defer("content"),
        "may_attach": desk.actor.own is None
        and bool(desk.state)
        and desk.state != "locked"
        and may_fill(desk.actor, person, desk.place.form),
        "scan_address": path,
        "scan_query": f"?{query}" if query else "",
    }


def _submitted(request: HttpRequest, desk: Desk) -> HttpResponse:
    held = desk.known.said(*desk.place.where)
    values, unclear = values_of(desk.place, request.POST, held)
    if not desk.editable:
        save(desk.place, values, actor=desk.actor, at=desk.at, seen=seen(request.POST))
    again = desk.state == "complete"
    reason = request.POST.get("reason", "")
    complete = again or may_attest(desk.actor, desk.place)
    try:
        saved = Saved(desk.known.seq, errors=unclear)
        if not unclear:
            saved = _save(request, desk.place, values, complete=complete)
    except ConductError as error:
        if error.problems[0].code != "EQ922":
            raise
        messages.error(
            request,
            gettext("Enter the reason for the change. The old value is retained."),
        )
        now = desk.known.values.get(desk.place.where, {})
        found = newer(now, values, seen(request.POST))
        old = tuple(one for one in found if one.theirs != one.yours)
        entry = shown_form(desk, correcting=True, typed=values, conflicts=old)
        return _page(request, desk, entry, 409 if old else 422)
    if saved.errors or saved.conflicts or (saved.doubts and complete):
        # Valid answers are saved: they need not be entered twice.
        if not (saved.conflicts or again):
            right = {n: v for n, v in values.items() if not v or n not in saved.errors}
            _save(request, desk.place, right)
        fresh = desk_of(request, desk.place.participant.identifier, desk.place.form.id)
        entry = shown_form(fresh, correcting=again, typed=values,
                           problems=saved.errors, conflicts=saved.conflicts,
                           reasons=confirmed(request.POST))  # fmt: skip
        status = 409 if saved.conflicts else 422
        return _page(request, fresh, entry, status, reason)
    message = gettext("{form} is complete.")
    if again and saved.changed:
        message = gettext("{form} is corrected.")
    elif again:
        message = gettext("{form} is unchanged.")
    elif not complete:
        message = gettext("{form} is saved for the {role} to sign.")
    message = message.format(form=desk.place.form.title, role=desk.place.form.by)
    return done(request, message, _next(request, desk))


def _save(
    request: HttpRequest,
    place: Place,
    values: Mapping[str, str],
    *,
    complete: bool = False,
) -> Saved:
    actor, at = who(request)
    return save(
        place,
        values,
        actor=actor,
        at=at,
        seen=seen(request.POST),
        complete=complete,
        reason=request.POST.get("reason", ""),
        confirmed=confirmed(request.POST) if complete else NOTHING,
    )


def _said(request: HttpRequest, place: Place, name: str, saved: Saved) -> HttpResponse:
    conflict = saved.conflicts[0] if saved.conflicts else None
    zone = place.participant.site.zone
    of = next((f for f in place.form.fields if f.name == name), None)
    known: dict[str, Any] = {
        "problem": saved.errors.get(name, ""),
        "conflict": conflict,
        "at": who(request)[1],
        "twice": [
            (c.label, json.dumps({"field": name, name: c.value, "seen": saved.seq}))
            for c in (twice(of, request.POST.get(name, ""), zone) if of else ())
        ],
        "address": address(place, "field"),
        "emptied": name in saved.changed and not saved.said.get(name),
        "doubts": [c.text for c in saved.doubts if name in (c.field, c.other)],
    }
    if saved.said and who(request)[0].own is None:
        key, known["seq"] = key_of(place), saved.seq
        known["sums"] = [
            (f"sum-{key}-{one.name}", part_of(one, saved.said))
            for one in place.form.fields
            if one.is_calculated
        ] + [(f"total-{key}", total_of(place, saved.said))]
    if conflict is not None and of is not None:
        known["conflict"] = worded(conflict, of, zone)
        known["vals"] = json.dumps(
            {"field": name, name: conflict.yours, "seen": saved.seq}
        )
    status = 422 if saved.errors else 409 if conflict else 200
    # Without the context of a page: the message has no menu.
    said = render_to_string("forms/_said.html", known)
    answer = HttpResponse(said, status=status)
    if saved.changed:
        answer["HX-Trigger"] = "saved"
    return answer


def _next(request: HttpRequest, desk: Desk) -> str:
    """The next page: the bedside, the next form of the visit, or the participant."""
    person, place = desk.place.participant, desk.place
    if request.POST.get("from") == "infusion":
        path = reverse("infusion", args=[person.identifier, place.visit])
        return path if place.minute is None else f"{path}?minute={place.minute}"
    if place.visit and desk.state != "complete":
        following = _open_form(desk)
        if following is not None:
            return address(following)
    return reverse("participant", args=[person.identifier])


def _open_form(desk: Desk) -> Place | None:
    """The next form of the visit for this user."""
    person, plan, at = desk.place.participant, plan_in_force(), desk.place.visit
    if at not in plan.dues:
        return None
    waiting = waiting_visits_of(
        person,
        plan,
        facts_at(person, plan, at),
        actor=desk.actor,
        today=person.site.day(desk.at),
        rights=Rights(desk.actor, plan.protocol),
    )
    for one in (form for visit in waiting for form in visit.open_forms):
        if one.visit == at and one.form.id not in ("visit", desk.place.form.id):
            return Place(person, one.form, one.visit, one.minute)
    return None


def attach(request: HttpRequest, identifier: str, form: str) -> HttpResponse:
    """Adds an attachment to a form."""
    desk = desk_of(request, identifier, form)
    sent = request.FILES.get("scan")
    name, content = (sent.name or "", sent.read()) if sent else ("", b"")
    made = attachments.attach(desk.place, name, content, actor=desk.actor, at=desk.at)
    message = gettext("{file} is attached to {form}.")
    message = message.format(file=made.name, form=desk.place.form.title)
    return done(request, message, address(desk.place))


def scan(request: HttpRequest, identifier: str, form: str, key: int) -> HttpResponse:
    """An attachment, if the user may read its form."""
    there = attachments.of(named(request, identifier, form)).filter(removed_at=None)
    made = get_object_or_404(there, pk=key)
    return HttpResponse(
        bytes(made.content),
        content_type=made.kind,
        headers={"Content-Disposition": f"inline; filename=scan-{made.pk}"},
    )


def remove(request: HttpRequest, identifier: str, form: str, key: int) -> HttpResponse:
    """Removes an attachment that does not belong to the form."""
    actor, at = who(request)
    place = named(request, identifier, form)
    reason = request.POST.get("reason", "")
    made = get_object_or_404(attachments.of(place), pk=key)
    attachments.remove(made, place, reason=reason, actor=actor, at=at)
    message = gettext("{file} was removed. The audit trail retains the entry.")
    return done(request, message.format(file=made.name), address(place))
