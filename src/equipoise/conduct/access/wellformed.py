"""Requests that no page of ours makes: a NUL in an address or a field."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import bad_request

NUL = "\x00"


class WellFormed:
    """Refuses, with 400, a text that PostgreSQL could not even look for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, if its address and fields are texts."""
        odd = NUL in request.path or _odd(request.GET.lists())
        if odd or (request.method == "POST" and _odd(request.POST.lists())):
            return self._refusal(request)
        return self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return bad_request(request, BadRequest())
        problem = {"code": "EQ967", "what": "NUL is no text", "mend": "leave it out"}
        return JsonResponse({"problems": [problem]}, status=400)


def _odd(lists: Iterable[tuple[str, list[str]]]) -> bool:
    """Whether a name or a value holds a NUL."""
    return any(
        NUL in name or any(NUL in value for value in values) for name, values in lists
    )
