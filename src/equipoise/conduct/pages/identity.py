"""Whether it is the same person still who sits before the page."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest


def just_shown(request: HttpRequest) -> bool:
    """Whether password or second factor were given within the last minute."""
    return bool(did_recently_reauthenticate(request))


def is_still_the_same(request: HttpRequest) -> bool:
    """By second factor just now, or by the field ``password`` of the request.

    The password goes through the same door as a log-in, which counts wrong ones.
    """
    if just_shown(request):
        return True
    password = request.POST.get("password", "")
    try:
        return bool(password) and bool(
            get_adapter(request).reauthenticate(request.user, password)
        )
    except ValidationError:  # too many wrong ones
        return False
