"""Versions of the consent form: proposal, approval, outstanding signatures."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from equipoise.conduct.access.actor import who
from equipoise.conduct.capture.consent import approve, owing, propose
from equipoise.conduct.capture.participants import visible
from equipoise.conduct.pages.context import done, require_any
from equipoise.conduct.study.models import ConsentVersion
from equipoise.errors import ConductError

STATED = ("label", "valid_from", "changes", "everybody")


def versions(request: HttpRequest) -> HttpResponse:
    """Every version, outstanding signatures, and the form for the next version."""
    actor, at = who(request)
    what = _("view the versions of the consent form")
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
        return _again(request, shown, _("enter the date from which it is in use"))
    try:
        made = propose(
            request.POST.get("label", ""), day,
            everybody=request.POST.get("everybody") == "yes",
            changes=request.POST.get("changes", ""), actor=actor, at=at,
        )  # fmt: skip
    except ConductError as error:
        return _again(request, shown, error.problems[0].what)
    message = _("Version {label} requires approval by an investigator.")
    return done(request, message.format(label=made.label), "consents")


def approve_version(request: HttpRequest) -> HttpResponse:
    """Puts a version into use."""
    actor, at = who(request)
    made = approve(request.POST.get("label", ""), actor=actor, at=at)
    message = _("Version {label} is in use from {day:%d %B %Y}.")
    message = message.format(label=made.label, day=made.valid_from)
    return done(request, message, "consents")


def _again(request: HttpRequest, shown: dict[str, object], wrong: str) -> HttpResponse:
    known = shown | {"wrong": wrong}
    return render(request, "consents/versions.html", known, status=422)
