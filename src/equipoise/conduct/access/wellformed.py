"""Requests that no page of ours makes: a NUL, an unknown charset, a broken body."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.defaults import bad_request

NUL = "\x00"
CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1")


class WellFormed:
    """Refuses, with 400, a text that PostgreSQL could not even look for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, if its address and fields are texts."""
        try:
            odd = NUL in request.path or _odd(request.GET.lists()) or _unread(request)
            odd = odd or (request.method == "POST" and _odd(request.POST.lists()))
        except (LookupError, UnicodeError, MultiPartParserError, BadRequest):
            odd = True  # of a charset that nobody knows, or no form at all
        return self._refusal(request) if odd else self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return bad_request(request, BadRequest())
        problem = {
            "code": "EQ967",
            "what": "the request is no text in UTF-8, or no form",
            "mend": "send JSON, without NUL",
        }
        return JsonResponse({"problems": [problem]}, status=400)


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
