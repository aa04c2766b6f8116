"""What every page knows: the trial, and who is logged in."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from equipoise.conduct.access import granting, proposing
from equipoise.conduct.access.acting import who
from equipoise.conduct.pages.menu import menu
from equipoise.conduct.pages.notices import notices
from equipoise.conduct.resetting import unread, waiting
from equipoise.conduct.study.protocols import in_force
from equipoise.errors import ConductError


def trial(request: HttpRequest) -> dict[str, Any]:
    """Label of the trial, the person's roles, and whether this is a demonstration."""
    known: dict[str, Any] = {
        "demo": settings.DEMO,
        "idle_minutes": settings.IDLE_MINUTES,
    }
    infusions = False
    with suppress(ConductError):  # EQ901, before a protocol is in force
        protocol = in_force()
        known["trial"] = protocol.trial
        infusions = any(v.infusion is not None for v in protocol.schedule.visits)
    known["infusions"] = infusions
    user = getattr(request, "user", None)  # none yet: refused before the session
    if user is not None and user.is_authenticated:
        actor, at = who(request)
        known["actor"] = actor
        known["menu"] = menu(actor, request.path, infusions=infusions)
        known["resets_unread"] = unread(user)
        known["resets_waiting"] = waiting(actor, at=at)
        # Asked by whole pages alone: parts of a page need no more queries for it.
        known["proposals_waiting"] = SimpleLazyObject(
            lambda: proposing.waiting(actor, at=at)
        )
        known["notices"] = SimpleLazyObject(lambda: notices(actor, at))
        known["roles_mine"] = SimpleLazyObject(lambda: granting.mine(user, at=at))
        known["who_name"] = user.get_full_name() or actor.name
        known["who_roles"] = ", ".join(sorted(actor.roles))
    return known
