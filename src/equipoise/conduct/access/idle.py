"""Sessions end after some minutes without a request; what was typed is kept as a draft."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

LAST = "last_request"
ENDED = "session_ended"  # cookie: the page for logging in says so
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
            elif "X-Background" not in request.headers and (
                LAST not in request.session or not 0 <= now - last < NOTED
            ):
                request.session[LAST] = now
        response = self.get_response(request)
        if ended:
            secure = settings.SESSION_COOKIE_SECURE
            response.set_cookie(
                ENDED, "1", 3600, httponly=True, samesite="Lax", secure=secure
            )
        elif ENDED in request.COOKIES and request.user.is_authenticated:
            response.delete_cookie(ENDED, samesite="Lax")
        return response
