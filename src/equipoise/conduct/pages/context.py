"""What every page knows: the trial, and who is logged in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from equipoise.conduct.access.acting import actor_of
from equipoise.conduct.pages.menu import menu
from equipoise.conduct.resetting.confirming import waiting
from equipoise.conduct.resetting.telling import unread
from equipoise.conduct.study.models import ProtocolVersion
from equipoise.conduct.study.protocols import in_force


def trial(request: HttpRequest) -> dict[str, Any]:
    """Label of the trial, the person's roles, and whether this is a demonstration."""
    known: dict[str, Any] = {
        "demo": settings.DEMO,
        "idle_minutes": settings.IDLE_MINUTES,
    }
    if ProtocolVersion.objects.exists():
        known["trial"] = in_force().trial
    if request.user.is_authenticated:
        actor = actor_of(request.user, at=timezone.now())
        known["actor"] = actor
        known["menu"] = menu(actor, request.path)
        known["resets_unread"] = unread(request.user)
        known["resets_waiting"] = waiting(actor, at=timezone.now())
        known["who_roles"] = ", ".join(sorted(actor.roles))
    return known
