"""Nobody works without a second factor, except in a demonstration.

Participants do not work: they answer questions about themselves, with the password alone
(``rights.PASSWORD_ALONE``). Who sets a factor up of his own will is asked for it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from equipoise.conduct.access.acting import who
from equipoise.conduct.access.rights import PASSWORD_ALONE

OPEN = ("/accounts/", "/static/", "/health")


class SecondFactor:
    """Sends people without a second factor to where they set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lets the request through, or sends it to the set-up."""
        free = request.path.startswith(OPEN) or settings.DEMO
        if not free and lacks_factor(request):
            return redirect("mfa_activate_totp")
        return self.get_response(request)


def lacks_factor(request: HttpRequest) -> bool:
    """Whether somebody must set up a second factor first."""
    if not request.user.is_authenticated:
        return False
    actor, _ = who(request)
    alone = bool(actor.roles) and actor.roles.keys() <= PASSWORD_ALONE
    return not (actor.second_factor or alone)
