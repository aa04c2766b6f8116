"""Sites and the clocks on their walls."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction

from equipoise.conduct.audit.chain import Fact
from equipoise.conduct.audit.models import STUDY
from equipoise.conduct.audit.record import append, lock
from equipoise.conduct.study.models import Site
from equipoise.conduct.study.protocols import hash_in_force
from equipoise.errors import ConductError


@lru_cache(maxsize=1)
def zone_names() -> tuple[str, ...]:
    """Names of zones with a place, such as ``America/New_York``, and ``UTC``; sorted."""
    places = {name for name in available_timezones() if "/" in name}
    left_out = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    return ("UTC", *sorted(n for n in places if not n.startswith(left_out)))


def zone_named(name: str) -> ZoneInfo:
    """A time zone by its name in the IANA database.

    Raises:
        ConductError: EQ957, there is none of this name.
    """
    if name not in available_timezones():
        raise ConductError.single(
            "EQ957",
            f"there is no time zone {name!r}",
            where="time zone of a site",
            mend="give a name of the IANA database, such as America/New_York",
        )
    return ZoneInfo(name)


def set_timezone(
    site: Site, name: str, *, actor: str, at: datetime, reason: str
) -> Site:
    """Corrects the time zone of a site, or follows one that has moved.

    What was written down keeps its moment: times that were typed under a wrong zone are
    corrected one by one, each with its reason, by who knows what the clock showed.

    Args:
        site: whose clock it is.
        name: of the IANA database.
        actor: user name; the caller has checked the right.
        at: UTC.
        reason: in words.

    Raises:
        ConductError: EQ957, there is no such zone; EQ943, no reason is given.
    """
    zone_named(name)
    if not reason.strip():
        raise ConductError.single(
            "EQ943",
            "a time zone is changed only with a reason",
            where="time zone of a site",
            mend="say why; it stays in the audit",
        )
    with transaction.atomic():
        lock(STUDY)
        site.refresh_from_db()
        if site.timezone != name:
            value = f"{site.code}: {site.timezone} -> {name}"
            fact = Fact("time zone", "study", value=value, reason=reason.strip())
            protocol = hash_in_force()
            append(STUDY, [fact], actor=actor, protocol=protocol, at=at)
            site.timezone = name
            site.save(update_fields=["timezone"])
    return site
