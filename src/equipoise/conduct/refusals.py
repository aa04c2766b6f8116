"""What the application refuses, as a page or as JSON, with the right status."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from equipoise.errors import AccessError, EquipoiseError


class Refusals:
    """Turns a refusal into an answer: 403 for what is not yours, else 409."""

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
        status = 403 if isinstance(error, AccessError) else 409
        problems = [
            {"code": p.code, "what": p.what, "mend": p.mend} for p in error.problems
        ]
        if request.path.startswith("/api/") or "json" in request.headers.get(
            "Accept", ""
        ):
            return JsonResponse({"problems": problems}, status=status)
        return render(request, "refused.html", {"problems": problems}, status=status)
