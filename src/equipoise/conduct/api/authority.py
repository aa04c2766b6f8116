"""Who asks: a token in the header, or the session of a browser with its CSRF token."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
)
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer, SessionAuth

from equipoise.conduct.access.acting import Actor, who
from equipoise.conduct.api.tokens import holder
from equipoise.errors import AccessError


class Token(HttpBearer):
    """``Authorization: Bearer eqp_...``; the person's rights are those of now."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The person, or nobody."""
        user = holder(token, at=timezone.now())
        if user is not None:
            request.user = user
        return user


BOTH: list[Any] = [Token(), SessionAuth()]
SESSION_ONLY: list[Any] = [SessionAuth()]


def asking(request: HttpRequest) -> Actor:
    """The actor of a request that has passed."""
    return who(request)[0]


def just_confirmed(request: HttpRequest) -> None:
    """Refuses a person who has not given password or passkey within the last minute.

    Raises:
        AccessError: EQ966.
    """
    if not did_recently_reauthenticate(request):
        raise AccessError.single(
            "EQ966",
            "confirm who you are first",
            where="the session",
            mend="log in again, and repeat this within a minute",
        )
