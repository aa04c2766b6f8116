"""In which zone a page shows its times.

A page about a participant: that of the participant's site. The audit: UTC. Any other page:
that of the person's sites, if it is one; else UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from equipoise.conduct.access.acting import ALL_SITES, Actor
from equipoise.conduct.pages.desk import who
from equipoise.conduct.study.models import Site

UTC = ZoneInfo("UTC")
UTC_PAGES = ("/audit/", "/accounts/", "/people/", "/resets/", "/roles/", "/api/")


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
            known = request.user.is_authenticated
            asked = kwargs.get("identifier", "")
            timezone.activate(zone_for(who(request)[0], asked) if known else UTC)


def zone_for(actor: Actor, participant: str = "") -> ZoneInfo:
    """The zone of a page about a participant, or about none.

    A participant of another site is looked for as one who does not exist: not even the
    number of queries tells them apart.

    Args:
        actor: who looks.
        participant: identifier; empty for a page about none.

    Returns:
        That of the participant's site; else the one of the actor's sites, or UTC if
        they have several.
    """
    sites = Site.objects.all()
    if ALL_SITES not in actor.sites():
        sites = sites.filter(code__in=actor.sites())
    participant = actor.own or participant  # who has an account sees one's own pages
    if participant:
        site = sites.filter(participant__identifier=participant).first()
        if site is not None:
            return site.zone
    zones = set(sites.values_list("timezone", flat=True))
    return ZoneInfo(zones.pop()) if len(zones) == 1 else UTC
