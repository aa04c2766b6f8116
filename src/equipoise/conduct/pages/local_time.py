"""In which zone a page shows its times.

A page about a participant: that of the participant's site. The audit: UTC. Any other page:
that of the person's sites, if it is one; else UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from equipoise.conduct.access.acting import ALL_SITES, Actor, actor_of
from equipoise.conduct.study.models import Site

UTC_PAGES = ("/audit/", "/accounts/", "/people/", "/resets/", "/api/")


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
        if not request.path.startswith(UTC_PAGES):
            timezone.activate(zone_for(request.user, kwargs.get("identifier", "")))


def zone_for(user: User | AnonymousUser, participant: str) -> ZoneInfo:
    """The zone of a page about a participant, or about none."""
    if not user.is_authenticated:
        return ZoneInfo("UTC")
    if participant:
        site = Site.objects.filter(participant__identifier=participant).first()
        if site is not None:
            return site.zone
    return zone_of(actor_of(user, at=timezone.now()))


def zone_of(actor: Actor) -> ZoneInfo:
    """The one zone of somebody's sites; UTC if they have several, or none."""
    sites = Site.objects.all()
    if ALL_SITES not in actor.sites():
        sites = sites.filter(code__in=actor.sites())
    zones = set(sites.values_list("timezone", flat=True))
    return ZoneInfo(zones.pop() if len(zones) == 1 else "UTC")
