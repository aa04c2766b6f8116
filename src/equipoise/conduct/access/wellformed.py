"""Requests that no page of ours makes: a NUL in an address or a field."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

NUL = "\x00"


class WellFormed:
    """Refuses, with 400, a text that PostgreSQL could not even look for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, if its address and fields are texts.

        Raises:
            BadRequest: they are not.
        """
        if NUL in request.path or _odd(request.GET.lists()):
            raise BadRequest("a NUL in the address")
        if request.method == "POST" and _odd(request.POST.lists()):
            raise BadRequest("a NUL in a field")
        return self.get_response(request)


def _odd(lists: Iterable[tuple[str, list[str]]]) -> bool:
    """Whether a name or a value holds a NUL."""
    return any(
        NUL in name or any(NUL in value for value in values) for name, values in lists
    )
