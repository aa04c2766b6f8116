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

from equipoise.conduct.access.acting import Actor, who
from equipoise.conduct.api.tokens import holder
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


MOST = 50  # problems of one request that are told
DESCRIBED = "the interface is described at /api/openapi.json"


def refuse_in_words(api: NinjaAPI) -> None:
    """Lets an interface answer in the shape ``Refusal`` where its framework refuses."""

    @api.exception_handler(ValidationError)
    def not_as_described(request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [_problem(_told(one)) for one in error.errors[:MOST]]
        return _answer(api, request, found, 422)

    @api.exception_handler(HttpError)
    def not_understood(request: HttpRequest, error: HttpError) -> HttpResponse:
        return _answer(api, request, [_problem(str(error))], error.status_code)

    @api.exception_handler(Http404)
    def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
        return _answer(api, request, [_problem("there is nothing here")], 404)

    @api.exception_handler(AuthenticationError)
    def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        problem = Problem(
            code="EQ912",
            what="you are not logged in",
            where="the request",
            mend="send a token that holds, or the session of a browser; "
            "some deeds need the session",
        )
        answer = _answer(api, request, [problem], 401)
        answer["WWW-Authenticate"] = "Bearer"
        return answer


def _told(error: dict[str, object]) -> str:
    """Place and reason of a pydantic error, without what was sent."""
    place = error.get("loc")
    parts = place if isinstance(place, tuple | list) else (place,)
    where = ".".join(str(part)[:40] for part in parts)
    return f"{where}: {error.get('msg', 'wrong')}"


def _problem(what: str) -> Problem:
    return Problem(code="EQ967", what=what, where="the request", mend=DESCRIBED)


def _answer(
    api: NinjaAPI, request: HttpRequest, found: list[Problem], status: int
) -> HttpResponse:
    problems = [{"code": p.code, "what": p.what, "mend": p.mend} for p in found]
    return api.create_response(request, {"problems": problems}, status=status)
