"""Who asks over the interface, and every refusal of it in one shape.

A token in the header, or the session of a browser with its CSRF token. What somebody sent
is not sent back: a number that JSON cannot hold would break the answer, and an answer ends
in logs.
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
    """``Authorization: Bearer eqp_...``; the person's rights are those of now."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The person, or nobody."""
        user = holder(token, at=timezone.now())
        if user is not None:
            request.user = user
        return user


BOTH: list[Any] = [Token(), SessionAuth()]
SESSION_ONLY: list[Any] = [SessionAuth()]


def just_confirmed(request: HttpRequest) -> None:
    """Refuses who has not given password or passkey within the last minute (EQ966)."""
    if not did_recently_reauthenticate(request):
        raise AccessError.single(
            "EQ966",
            "confirm who you are first",
            where="the session",
            mend="log in again, and repeat this within a minute",
        )


MOST = 50  # problems of one request that are told
DESCRIBED = "the interface is described at /api/openapi.json"


def refuse_in_words(api: NinjaAPI) -> None:
    """Lets an interface answer in the shape ``Refusal`` where its framework refuses."""
    for kind in (ValidationError, HttpError, Http404, AuthenticationError):
        api.add_exception_handler(kind, _refusal)


def _refusal(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    if isinstance(error, AuthenticationError):
        problem = Problem(
            code="EQ912",
            what="you are not logged in",
            where="the request",
            mend="send a token that holds, or the session of a browser; "
            "some deeds need the session",
        )
        answer = as_json([problem], 401)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    if isinstance(error, ValidationError):
        return as_json([_problem(_told(one)) for one in error.errors[:MOST]], 422)
    if isinstance(error, HttpError):
        return as_json([_problem(str(error))], error.status_code)
    return as_json([_problem("there is nothing here")], 404)


def _told(error: dict[str, object]) -> str:
    """Place and reason of a pydantic error, without what was sent."""
    place = error.get("loc")
    parts = place if isinstance(place, tuple | list) else (place,)
    where = ".".join(str(part)[:40] for part in parts)
    return f"{where}: {error.get('msg', 'wrong')}"


def _problem(what: str) -> Problem:
    return Problem(code="EQ967", what=what, where="the request", mend=DESCRIBED)
