"""Versions of the consent form: proposed, approved, and who still has to sign."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from equipoise.conduct.access.actor import who
from equipoise.conduct.capture.consent import approve, owing, propose
from equipoise.conduct.capture.participants import visible
from equipoise.conduct.pages.context import done, require_any
from equipoise.conduct.study.models import ConsentVersion
from equipoise.errors import ConductError

STATED = ("label", "valid_from", "changes", "everybody")


def versions(request: HttpRequest) -> HttpResponse:
    """Every version, who owes a signature, and the form for the next one."""
    actor, at = who(request)
    what = "see the versions of the consent form"
    require_any(actor, what, "consent", "approve consent", "read forms")
    shown = {
        "versions": ConsentVersion.objects.all(),
        "owing": owing(visible(actor), timezone.localdate(at)),
        "may_propose": actor.may_anywhere("consent"),
        "may_approve": actor.may_anywhere("approve consent"),
        "given": {name: request.POST.get(name, "") for name in STATED},
    }
    if request.method != "POST":
        return render(request, "consents/versions.html", shown)
    try:
        day = date.fromisoformat(request.POST.get("valid_from", ""))
    except ValueError:
        return _again(request, shown, "choose the day from which it is signed")
    try:
        made = propose(
            request.POST.get("label", ""), day,
            everybody=request.POST.get("everybody") == "yes",
            changes=request.POST.get("changes", ""), actor=actor, at=at,
        )  # fmt: skip
    except ConductError as error:
        return _again(request, shown, error.problems[0].what)
    return done(request, f"Version {made.label} waits for an investigator.", "consents")


def approve_version(request: HttpRequest) -> HttpResponse:
    """Puts a version into use."""
    actor, at = who(request)
    made = approve(request.POST.get("label", ""), actor=actor, at=at)
    day = f"{made.valid_from:%d %B %Y}"
    return done(request, f"Version {made.label} is signed from {day} on.", "consents")


def _again(request: HttpRequest, shown: dict[str, object], wrong: str) -> HttpResponse:
    known = shown | {"wrong": wrong}
    return render(request, "consents/versions.html", known, status=422)
