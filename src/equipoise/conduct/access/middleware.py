"""Middleware of every request: no caching, idle timeout, second factor, valid text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import bad_request

from equipoise.conduct.access.actor import who
from equipoise.conduct.access.rights import PASSWORD_ALONE
from equipoise.conduct.error_responses import as_json
from equipoise.errors import Problem


class NeverKept(MiddlewareMixin):
    """Marks every response as not to be cached; static files pass before it."""

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        """Adds the headers, since a ward shares its screens."""
        add_never_cache_headers(response)
        return response


LAST = "last_request"
ENDED = "session_ended"  # cookie: the log-in page shows that the session ended
IN_USE = "X-In-Use"  # of a response to a background request that keeps the session
NOTED = 15  # seconds within which a use of the session is not recorded again


class IdleTimeout:
    """Ends a session that was not used for ``IDLE_MINUTES``.

    Each field is saved when it is filled in, so a user who logs in again finds the form
    unchanged. Background requests of the page (``X-Background``) do not keep a session
    alive. A use is noted every ``NOTED`` seconds: a session may end by so much too early,
    and never too late. A clock that was set back ends it too, since the idle time is
    unknown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ends the session, or notes that it is used."""
        ended = False
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            last = request.session.get(LAST, now)
            back = settings.CLOCK_TOLERANCE.total_seconds()
            if not -back <= now - last <= settings.IDLE_MINUTES * 60:
                logout(request)
                ended = True
            elif "X-Background" not in request.headers:
                self._note(request, now)
        response = self.get_response(request)
        if IN_USE in response:
            self._note(request, now)
        if ended:
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(
                ENDED, "1", 3600, httponly=True, samesite="Lax", secure=secure
            )
        elif ENDED in request.COOKIES and request.user.is_authenticated:
            response.delete_cookie(ENDED, samesite="Lax")
        return response

    def _note(self, request: HttpRequest, now: float) -> None:
        if not 0 <= now - request.session.get(LAST, 0) < NOTED:
            request.session[LAST] = now


OPEN = ("/accounts/", "/static/", "/health")


class SecondFactor(MiddlewareMixin):
    """Sends users without a second factor to the page on which they set one up."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Lets the request through, or sends it to the set-up."""
        free = request.path.startswith(OPEN) or settings.DEMO
        return (
            redirect("mfa_activate_totp")
            if not free and lacks_factor(request)
            else None
        )


def lacks_factor(request: HttpRequest) -> bool:
    """Whether the user must set up a second factor first."""
    if not request.user.is_authenticated:
        return False
    actor, _ = who(request)
    alone = bool(actor.roles) and actor.roles.keys() <= PASSWORD_ALONE
    return not (actor.second_factor or alone)


NUL = "\x00"
NO_TEXT = Problem(
    code="EQ967",
    what="the request is not valid UTF-8 text or not a valid form",
    where="the request",
    fix="send JSON without NUL characters",
)
CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1")


class WellFormed(MiddlewareMixin):
    """Rejects, with 400, a text that PostgreSQL cannot search for."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Passes the request on if its address and fields are valid texts."""
        try:
            odd = NUL in request.path or _odd(request.GET.lists()) or _unread(request)
            odd = odd or (request.method == "POST" and _odd(request.POST.lists()))
        except (LookupError, UnicodeError, MultiPartParserError, BadRequest):
            odd = True  # of an unknown charset, or not a form
        if not odd:
            return None
        if request.path.startswith("/api/"):
            return as_json([NO_TEXT], 400)
        return bad_request(request, BadRequest())


def _unread(request: HttpRequest) -> bool:
    """Whether the content type is a form where the interface accepts JSON only."""
    kind = request.content_type or ""
    form = kind.startswith(("multipart/", "application/x-www-form-urlencoded"))
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    return (form and request.path.startswith("/api/")) or charset not in CHARSETS


def _odd(lists: Iterable[tuple[str, list[str]]]) -> bool:
    """Whether a name or a value contains a NUL."""
    return any(
        NUL in name or any(NUL in value for value in values) for name, values in lists
    )
