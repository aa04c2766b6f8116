"""A request sees one version of the protocol, from its first line to its last."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from equipoise.conduct.study.protocols import one_version


class OneVersion:
    """Keeps the version that a request has asked for first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on."""
        with one_version():
            return self.get_response(request)
