"""Emergency unblinding; and the treatment of a participant of an open trial."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls.converters import SlugConverter
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.conduct.access.acting import who
from equipoise.conduct.access.rights import is_open
from equipoise.conduct.allocation import services
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.pages.resets import is_still_the_same, just_shown
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.unblinding import emergency, open_label
from equipoise.errors import ConductError


@require_http_methods(["GET", "HEAD", "POST"])
def unblind(request: HttpRequest, identifier: str) -> HttpResponse:
    """Asks for a reason and who it is; shows the arm in the answer to the post alone."""
    actor, now = who(request)
    person = person_of(request, identifier)
    actor.require("unblind in emergency", person.site.code)
    if request.method != "POST":
        return _form(request, person)
    try:
        opened = emergency.unblind(
            person, reason=request.POST.get("reason", ""),
            confirmed=is_still_the_same(request), key=settings.VAULT_KEY,
            actor=actor, at=now, anchors=settings.ANCHORS,
        )  # fmt: skip
    except ConductError as refusal:
        return _form(request, person, refusal)
    known = {"person": person, "arm": in_force().arm(opened.arm), "at": now}
    return render(request, "unblinding/opened.html", known)


def _form(
    request: HttpRequest, person: Participant, refusal: ConductError | None = None
) -> HttpResponse:
    """The form; after a refusal with what was typed, so that no second is lost."""
    known = {
        "person": person,
        "recent": just_shown(request),
        "randomized": services.kit(person.identifier) is not None,
        "reason": request.POST.get("reason", ""),
        "problems": refusal.problems if refusal else (),
    }
    status = 409 if refusal else 200
    return render(request, "unblinding/unblind.html", known, status=status)


class OfOpenTrial(SlugConverter):
    """An identifier in an address that is there in an open trial alone.

    In a blinded trial nothing fits, so that the address answers, to anybody and in every
    verb, as one that was never thought of: a view could not, because the application looks
    at who asks and for whom before it calls one.
    """

    def to_python(self, value: str) -> str:
        """The identifier; ValueError in a blinded trial, or before there is any."""
        try:
            there = is_open(in_force())
        except ConductError as error:
            raise ValueError from error
        if not there:
            raise ValueError
        return value


@require_safe
def treatment(request: HttpRequest, identifier: str) -> HttpResponse:
    """Tells the treatment, which is written down before, each time."""
    actor, now = who(request)
    person = person_of(request, identifier)
    told = open_label.read(person, key=settings.VAULT_KEY, actor=actor, at=now)
    known = {"person": person, "told": told, "at": now}
    return render(request, "treatment/treatment.html", known)
