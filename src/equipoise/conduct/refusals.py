"""What the application refuses, as a page or as JSON, with the right status."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from equipoise.errors import AccessError, ConductError, EquipoiseError

ANCHOR = "EQ942"


class Refusals:
    """Turns a refusal into an answer: 403 for what is not yours, else 409.

    An anchor that could not be written is 503: what was done is recorded, and the page must
    not say that nothing was changed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """The answer to a refusal; None for any other error."""
        if not isinstance(error, EquipoiseError):
            return None
        recorded = any(p.code == ANCHOR for p in error.problems)
        status = 403 if isinstance(error, AccessError) else 503 if recorded else 409
        problems = [
            {"code": p.code, "what": p.what, "mend": p.mend} for p in error.problems
        ]
        if request.path.startswith("/api/") or "json" in request.headers.get(
            "Accept", ""
        ):
            return JsonResponse({"problems": problems}, status=status)
        known = {"problems": problems, "recorded": recorded}
        return render(request, "refused.html", known, status=status)


def shown_again(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page whose refusal is shown on the page itself, beside what was typed.

    The view runs a second time as for a page that is opened; its template takes typed
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
                messages.error(request, f"{text} {one.mend[:1].upper()}{one.mend[1:]}.")
            answer = view(request, *args, **named)
            answer.status_code = 409
            return answer

    return shown
