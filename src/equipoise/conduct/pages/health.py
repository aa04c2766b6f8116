"""The health check: one word for the public, the components for administrators."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from equipoise.conduct.access.actor import ALL_SITES, who
from equipoise.conduct.operation.health import parts


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 if everything works, else 503."""
    now = timezone.now()
    found = parts(settings.HOME, settings.ANCHORS, settings.VAULT_KEY, at=now)
    well = all(part.well for part in found)
    word = {True: "ok", False: "unwell"}
    told: dict[str, object] = {"status": word[well]}
    if _manages(request):
        told["parts"] = {p.name: f"{word[p.well]}: {p.said}" for p in found}
    return JsonResponse(told, status=200 if well else 503)


def _manages(request: HttpRequest) -> bool:
    try:
        if not request.user.is_authenticated:
            return False
        return who(request)[0].may("manage study", ALL_SITES)
    except Error:  # nobody can be known without the database
        return False
