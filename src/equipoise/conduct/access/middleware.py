"""What every request passes: no copy is stored, idle sessions end, a second factor."""

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
    """Marks every answer as one that is not stored; static files pass before it."""

    def process_response(
        self, request: HttpRequest, response: HttpResponse
    ) -> HttpResponse:
        """A ward shares its screens."""
        add_never_cache_headers(response)
        return response


LAST = "last_request"
ENDED = "session_ended"  # cookie: the page for logging in says so
IN_USE = "X-In-Use"  # of an answer that keeps the session, though nobody asked for it
NOTED = 15  # seconds within which a use of the session is not written down again


class IdleTimeout:
    """Ends a session that nobody used for ``IDLE_MINUTES``.

    Fields are saved as they are answered, so a tired nurse who comes back logs in and
    finds the form as it was. Requests that the page makes by itself (``X-Background``)
    do not keep a session alive. A use is noted every ``NOTED`` seconds: a session may
    end by so much too early, and never too late. A clock that was set back ends it too:
    nobody knows for how long it was not used.
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
    """Sends people without a second factor to where they set one up."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Lets the request through, or sends it to the set-up."""
        free = request.path.startswith(OPEN) or settings.DEMO
        return (
            redirect("mfa_activate_totp")
            if not free and lacks_factor(request)
            else None
        )


def lacks_factor(request: HttpRequest) -> bool:
    """Whether somebody must set up a second factor first."""
    if not request.user.is_authenticated:
        return False
    actor, _ = who(request)
    alone = bool(actor.roles) and actor.roles.keys() <= PASSWORD_ALONE
    return not (actor.second_factor or alone)


NUL = "\x00"
NO_TEXT = Problem(
    code="EQ967",
    what="the request is no text in UTF-8, or no form",
    where="the request",
    mend="send JSON, without NUL",
)
CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1")


class WellFormed(MiddlewareMixin):
    """Refuses, with 400, a text that PostgreSQL could not even look for."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Passes the request on, if its address and fields are texts."""
        try:
            odd = NUL in request.path or _odd(request.GET.lists()) or _unread(request)
            odd = odd or (request.method == "POST" and _odd(request.POST.lists()))
        except (LookupError, UnicodeError, MultiPartParserError, BadRequest):
            odd = True  # of a charset that nobody knows, or no form at all
        if not odd:
            return None
        if request.path.startswith("/api/"):
            return as_json([NO_TEXT], 400)
        return bad_request(request, BadRequest())


def _unread(request: HttpRequest) -> bool:
    """Whether a body says that it is a form where the interface takes JSON alone."""
    kind = request.content_type or ""
    form = kind.startswith(("multipart/", "application/x-www-form-urlencoded"))
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    return (form and request.path.startswith("/api/")) or charset not in CHARSETS


def _odd(lists: Iterable[tuple[str, list[str]]]) -> bool:
    """Whether a name or a value holds a NUL."""
    return any(
        NUL in name or any(NUL in value for value in values) for name, values in lists
    )
