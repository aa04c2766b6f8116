"""Error responses: rejected requests, and failures of database or disk.

An error is a page or JSON with the right status. For an unexpected error Django calls
``answer``, wherever it arose: the response returns the data that the browser had sent, so
that the user need not enter them twice.
"""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.http.request import UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import server_error

from equipoise.errors import AccessError, ConductError, EquipoiseError, Problem

ANCHOR = "EQ942"


class Refusals(MiddlewareMixin):
    """Turns an error into a response: 403 for missing rights, else 409.

    A checkpoint that could not be written is 503: the action is recorded, and the page must
    not state that nothing was changed.
    """

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """The response to an error of the application; None for any other error."""
        if not isinstance(error, EquipoiseError):
            return None
        recorded = any(p.code == ANCHOR for p in error.problems)
        status = 403 if isinstance(error, AccessError) else 503 if recorded else 409
        if wants_json(request):
            return as_json(error.problems, status)
        known = {"problems": error.problems, "recorded": recorded}
        return render(request, "refused.html", known, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether the client is a program, not a page."""
    accepted = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or "json" in accepted


def as_json(problems: Iterable[Problem], status: int) -> JsonResponse:
    """Problems in the shape of the API (``Refusal``)."""
    # ``mend`` is the old name of ``fix``.
    found = [
        {"code": p.code, "what": p.what, "fix": p.fix, "mend": p.fix} for p in problems
    ]
    return JsonResponse({"problems": found}, status=status)


log = logging.getLogger("equipoise.outages")
WAIT = 30  # seconds after which to try again


def _outage(what: str, fix: str) -> Problem:
    return Problem(code="EQ905", what=what, where="the database", fix=fix)


LATER = (
    "wait a minute and send it again; if it lasts, tell the administrator of the server"
)
AWAY = _outage("the database of the trial cannot be reached", LATER)
BUSY = _outage("the database of the trial is busy with something else", LATER)
FULL = _outage(
    "the disk of the server is full or cannot be written",
    "tell the administrator of the server now: nothing can be saved until there is space",
)

# SQLite: the last byte of a result code. https://www.sqlite.org/rescode.html
SQLITE = {5: BUSY, 6: BUSY, 8: FULL, 10: FULL, 13: FULL, 14: AWAY, 26: AWAY}
# PostgreSQL: a complete SQLSTATE, else its class.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
POSTGRESQL = {
    "53100": FULL, "25006": FULL, "58030": FULL,
    "55P03": BUSY, "40001": BUSY, "40P01": BUSY, "57014": BUSY, "53": BUSY,
    "08": AWAY, "57": AWAY, "58": AWAY, "3D": AWAY,
}  # fmt: skip
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
# A request that contains one of these is not sent back: secrets are entered again.
SECRETS = ("password", "code", "token", "credential", "secret")
SILENT = ("seen", "from", "field")


def outage_of(error: BaseException | None) -> Problem | None:
    """Outage of database or disk of an error; None if it is another kind of error."""
    if isinstance(error, OSError) and error.errno in DISK:
        return FULL
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    cause = error.__cause__
    sqlite = getattr(cause, "sqlite_errorcode", None)
    if sqlite is not None:
        return SQLITE.get(sqlite & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state:
        return POSTGRESQL.get(state) or POSTGRESQL.get(state[:2])
    # A broken connection has no code: the server could no longer send one.
    lost = type(error).__name__ in ("OperationalError", "InterfaceError")
    return AWAY if lost else None


def answer(request: HttpRequest) -> HttpResponse:
    """The response to an unexpected error: 503 for an outage, else 500."""
    found = outage_of(sys.exc_info()[1])
    if found is None:
        return server_error(request)
    log.error("nothing was saved: %s", found.what)
    made = _answer(request, found)
    made["Retry-After"] = str(WAIT)
    made["Cache-Control"] = "no-store"
    return made


def _answer(request: HttpRequest, found: Problem) -> HttpResponse:
    if request.path == "/health":
        return JsonResponse({"status": "unwell"}, status=503)
    if wants_json(request):
        return as_json([found], 503)
    if "HX-Request" in request.headers:
        # One sentence next to the field; the browser keeps the value and tries again.
        text = f"Not saved: {found.what}."
        return HttpResponse(text, content_type="text/plain", status=503)
    typed = _typed(request)
    known = {
        "outage": found,
        "posted": request.method == "POST",
        "typed": typed,
        "shown": [(n, v) for n, v in typed if n not in SILENT and v.strip()],
        "address": request.get_full_path(),
        "token": get_token(request) if typed else "",
    }
    return HttpResponse(render_to_string("503.html", known), status=503)


class _Check(CsrfViewMiddleware):
    """The check of the CSRF token without its page, which reads the database."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponseForbidden()


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Data of a form of this application; nothing from another site, and no secret.

    The error may have come before the check of the CSRF token: it is checked here.
    """
    if request.method != "POST":
        return []
    try:
        posted = request.POST
        ours = _Check(answer).process_view(request, answer, (), {}) is None
    except (OSError, UnreadablePostError, SuspiciousOperation):
        return []
    names = [name for name in posted if name != "csrfmiddlewaretoken"]
    secret = any(word in name.lower() for name in names for word in SECRETS)
    if secret or not ours:
        return []
    return [(name, value) for name in names for value in posted.getlist(name)]


def shown_again(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose errors are shown on its page, next to the entered values.

    The view runs a second time as for a page that is opened; its template takes entered
    values from ``request.POST``.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except ConductError as error:
            if request.method != "POST":
                raise
            request.method = "GET"
            for one in error.problems:
                text = f"{one.what[:1].upper()}{one.what[1:]}. This was not done."
                messages.error(request, f"{text} {one.fix[:1].upper()}{one.fix[1:]}.")
            try:
                answer = view(request, *args, **named)
            except EquipoiseError:  # there is no such page: the next one shows nothing
                list(messages.get_messages(request))
                raise
            answer.status_code = 409
            return answer

    return shown


def refused_on(
    page: Callable[..., HttpResponse], kind: type[EquipoiseError] = AccessError
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view whose errors, of one kind, are shown on another page.

    ``page`` takes the arguments of the view, and ``problems``.
    """

    def around(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def told(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            try:
                return view(request, *args, **named)
            except kind as error:
                return page(request, *args, **named, problems=error.problems)

        return told

    return around
