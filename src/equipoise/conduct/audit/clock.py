"""Server clock that was set back: reported and recorded, never corrected.

The order of a chain is that of its entries, whatever their times. A time is recorded as
the clock showed it: readers of the audit trail must see the fault, not an invented time.
An action that can wait for the right time (an allocation) is rejected; one that cannot (a
value at the bedside, an emergency) is recorded. What has expired remains expired.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import REGISTER, Head, stamp
from equipoise.errors import ConductError
from equipoise.errors.counted import counted

ACT = "clock"
NOTHING = timedelta(0)


def behind(last: datetime | None, at: datetime) -> timedelta:
    """Time by which a moment is before the last one; zero within the tolerance."""
    back = NOTHING if last is None else last - at
    return back if back > settings.CLOCK_TOLERANCE else NOTHING


def newest() -> datetime | None:
    """The latest time of any audit entry; None before the first entry."""
    heads = Head.objects.exclude(chain=REGISTER)  # entries of users
    found: datetime | None = heads.aggregate(newest=Max("at"))["newest"]
    return found


def noted(head: Head, at: datetime) -> list[Fact]:
    """The entry that precedes entries whose time is before that of the last one."""
    if not behind(head.at, at) or head.at is None:
        return []
    said = (
        f"the clock of the server went back: entry {head.seq} was later than this one"
    )
    return [Fact(ACT, value=stamp(head.at), reason=said)]


def has_passed(moment: datetime, at: datetime) -> bool:
    """Whether a moment is past, by the clock or by a later audit entry."""
    if moment <= at:
        return True
    if not behind(moment, at):
        return False
    last = newest()
    return last is not None and moment <= last


def require_right(at: datetime) -> None:
    """Rejects an action while the clock is behind the last audit entry (EQ947)."""
    back = behind(newest(), at)
    if back:
        raise ConductError.single(
            "EQ947",
            f"the clock of the server went back: it is {in_words(back)} behind the latest "
            "entry of the audit trail",
            where="the clock",
            fix="tell the administrator of the server; until the clock is right, no "
            "participant is allocated, but you can fill in forms",
        )


def in_words(back: timedelta) -> str:
    """A duration in complete minutes."""
    minutes = int(back.total_seconds() // 60)
    return counted(minutes, "minute")
