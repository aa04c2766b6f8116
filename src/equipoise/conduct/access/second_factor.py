"""Nobody works without a second factor, except in a demonstration."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

OPEN = ("/accounts/", "/static/", "/health")


class SecondFactor:
    """Sends people without a second factor to where they set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Lets the request through, or sends it to the set-up."""
        user = request.user
        free = request.path.startswith(OPEN) or settings.DEMO
        if user.is_authenticated and not free and not is_mfa_enabled(user):
            return redirect("mfa_activate_totp")
        return self.get_response(request)
