"""Nothing that is shown is kept by a browser or on the way: a ward shares its screens."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers


class NeverKept:
    """Marks every answer as one that is not stored; static files pass before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, not to be stored."""
        answer = self.get_response(request)
        add_never_cache_headers(answer)
        return answer
