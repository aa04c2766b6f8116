"""Authentication of the API, and one shape for all its errors.

A token in the header, or the session of a browser with its CSRF token. Input is not sent
back: a number that JSON cannot represent would break the response, and responses end in
logs.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from equipoise.conduct.api.tokens import holder
from equipoise.conduct.error_responses import as_json
from equipoise.errors import AccessError, Problem


class Token(HttpBearer):
    """``Authorization: Bearer eqp_...``; with the current rights of the user."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The user of a valid token, or None."""
        user = holder(token, at=timezone.now())
        if user is not None:
            request.user = user
        return user


BOTH: list[Any] = [Token(), SessionAuth()]
SESSION_ONLY: list[Any] = [SessionAuth()]


def just_confirmed(request: HttpRequest) -> None:
    """Requires re-authentication within the last minute (EQ966)."""
    if not did_recently_reauthenticate(request):
        raise AccessError.single(
            "EQ966",
            "this needs re-authentication",
            where="the session",
            fix="log in again, and repeat this within a minute",
        )


MOST = 50  # problems of one request that are reported
DESCRIBED = "the interface is described at /api/openapi.json"


def refuse_in_words(api: NinjaAPI) -> None:
    """Sends errors of the API framework in the shape ``Refusal``."""
    for kind in (ValidationError, HttpError, Http404, AuthenticationError):
        api.add_exception_handler(kind, _refusal)


def _refusal(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    if isinstance(error, AuthenticationError):
        problem = Problem(
            code="EQ912",
            what="you are not logged in",
            where="the request",
            fix="send a valid token or the session of a browser; some actions need the "
            "session",
        )
        answer = as_json([problem], 401)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    if isinstance(error, ValidationError):
        return as_json([_problem(_told(one)) for one in error.errors[:MOST]], 422)
    if isinstance(error, HttpError):
        return as_json([_problem(str(error))], error.status_code)
    return as_json([_problem("there is nothing at this address")], 404)


def _told(error: dict[str, object]) -> str:
    """Location and reason of a pydantic error, without the input."""
    place = error.get("loc")
    parts = place if isinstance(place, tuple | list) else (place,)
    where = ".".join(str(part)[:40] for part in parts)
    return f"{where}: {error.get('msg', 'wrong')}"


def _problem(what: str) -> Problem:
    return Problem(code="EQ967", what=what, where="the request", fix=DESCRIBED)
