"""Sites and their time zones."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import lock, require_reason
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import record
from equipoise.errors import ConductError


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Names of zones with a place, such as ``America/New_York``, and ``UTC``; sorted."""
    places = {name for name in available_timezones() if "/" in name}
    left_out = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return ("UTC", *sorted(n for n in places if not n.startswith(left_out)))


def zone_named(name: str) -> ZoneInfo:
    """A time zone by its name in the IANA database; EQ957 if there is no such name."""
    if name not in available_timezones():
        raise ConductError.single(
            "EQ957",
            f"there is no time zone {name!r}",
            where="time zone of a site",
            fix="enter a name of the IANA database, such as America/New_York",
        )
    return ZoneInfo(name)


def set_timezone(
    site: Site, name: str, *, actor: str, at: datetime, reason: str
) -> Site:
    """Changes the time zone of a site.

    Recorded times keep their moment: times that were entered under a wrong zone are
    corrected one by one, each with its reason, by a user who knows what the clock showed.
    The caller has checked the right.

    Raises:
        ConductError: EQ957, there is no such zone; EQ943, no reason.
    """
    zone_named(name)
    reason = require_reason(
        reason, "EQ943", "a time zone is changed only with a reason",
        "time zone of a site", "enter the reason",
    )  # fmt: skip
    with transaction.atomic():
        lock(STUDY)
        site.refresh_from_db()
        if site.timezone != name:
            value = f"{site.code}: {site.timezone} -> {name}"
            fact = Fact("time zone", "study", value=value, reason=reason)
            record(STUDY, fact, actor=actor, at=at)
            site.timezone = name
            site.save(update_fields=["timezone"])
    return site
