"""In which zone a page shows its times.

A page about a participant: that of the participant's site. The audit: UTC. Any other page:
that of the person's sites, if it is one; else UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from equipoise.conduct.access.acting import ALL_SITES, who
from equipoise.conduct.pages.desk import person_of
from equipoise.conduct.study.models import Site
from equipoise.errors import AccessError

UTC = ZoneInfo("UTC")
UTC_PAGES = ("/audit/", "/accounts/", "/people/", "/resets/", "/proposals/", "/api/")


class LocalTime:
    """Sets the zone for the time of a request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on; the zone of one request is never that of the next."""
        with timezone.override("UTC"):
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Finds the zone when it is known what the page is about."""
        if not request.path.startswith(UTC_PAGES) and request.user.is_authenticated:
            timezone.activate(zone_for(request, kwargs.get("identifier", "")))


def zone_for(request: HttpRequest, identifier: str = "") -> ZoneInfo:
    """The zone of a page about a participant, or about none.

    A participant of another site is looked for as one who does not exist: not even the
    number of queries tells them apart.

    Returns:
        That of the participant's site; else the one of the person's sites, or UTC if
        they have several.
    """
    actor, _ = who(request)
    about = actor.own or identifier  # who has an account sees one's own pages
    if about:
        with suppress(AccessError):
            return person_of(request, about).site.zone
    sites = Site.objects.all()
    if ALL_SITES not in actor.sites():
        sites = sites.filter(code__in=actor.sites())
    zones = set(sites.values_list("timezone", flat=True))
    return ZoneInfo(zones.pop()) if len(zones) == 1 else UTC
