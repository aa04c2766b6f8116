"""Clock of a rehearsal: a request can set the time at which it happens.

Only in the settings of a rehearsal, only in a demonstration, and only with the secret of
this process. Nothing in the application reads these headers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

TIME, KEY = "X-Rehearsal-Time", "X-Rehearsal-Key"
_asked: ContextVar[datetime | None] = ContextVar("asked", default=None)
_real = timezone.now


def now() -> datetime:
    """The time of the request if it states one, else the real time."""
    return _asked.get() or _real()


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Sets one moment for everything in a block, where there is no request."""
    before, timezone.now = timezone.now, lambda: moment
    try:
        yield
    finally:
        timezone.now = before


def _key() -> str:
    return str(getattr(settings, "REHEARSAL_KEY", ""))


class Clock:
    """Sets the clock for the time of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        timezone.now = now

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, at its time."""
        stated = request.headers.get(TIME)
        key = request.headers.get(KEY, "")
        if not stated or not key or not compare_digest(key, _key()):
            return self.get_response(request)
        token = _asked.set(datetime.fromisoformat(stated).astimezone(UTC))
        try:
            return self.get_response(request)
        finally:
            _asked.reset(token)
