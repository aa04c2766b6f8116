"""The sites of the trial and their time zones; for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from equipoise.conduct.access.acting import ALL_SITES, Actor, who
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.sites import set_timezone, zone_names
from equipoise.errors import ConductError, Problem


@require_GET
def sites(request: HttpRequest) -> HttpResponse:
    """Every site, and what its clock shows now."""
    _manager(request)
    return _page(request)


@require_POST
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Changes the time zone of a site, with a reason."""
    actor, site = _manager(request), get_object_or_404(Site, code=code)
    zone, reason = request.POST.get("timezone", ""), request.POST.get("reason", "")
    try:
        set_timezone(site, zone, actor=actor.name, at=timezone.now(), reason=reason)
    except ConductError as error:
        return _page(request, error.problems)
    messages.success(request, f"The time zone of {site} is {site.timezone}.")
    return redirect("sites")


def _manager(request: HttpRequest) -> Actor:
    actor = who(request)[0]
    actor.require("manage study", ALL_SITES)
    return actor


def _page(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    shown = {
        "sites": Site.objects.all(),
        "zones": zone_names(),
        "now": timezone.now(),
        "problems": problems,
    }
    status = 409 if problems else 200
    return render(request, "sites/sites.html", shown, status=status)
