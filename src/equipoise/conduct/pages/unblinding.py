"""Emergency unblinding: one page, one reason, one answer that nobody else sees."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from equipoise.conduct.access.acting import who
from equipoise.conduct.allocation import services
from equipoise.conduct.capture.models import Participant
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.pages.resets import is_still_the_same, just_shown
from equipoise.conduct.study.protocols import in_force
from equipoise.conduct.unblinding import emergency
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
