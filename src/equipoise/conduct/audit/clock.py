"""A clock that was set back: said, written down, never corrected.

The order of a chain is that of its entries, whatever their times. A time is recorded as
the clock said it: who reads the audit must see the fault, and not a time that somebody
made up. What can wait for the right time (an allocation) waits; what cannot (a value at
the bedside, an emergency) is recorded. What has ended stays ended, whatever the clock says.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from equipoise.conduct.audit.hash_chain import Fact
from equipoise.conduct.audit.models import REGISTER, Head, stamp
from equipoise.errors import ConductError

ACT = "clock"
NOTHING = timedelta(0)


def behind(last: datetime | None, at: datetime) -> timedelta:
    """By how much a time lies before the last one; nothing within the tolerance."""
    back = NOTHING if last is None else last - at
    return back if back > settings.CLOCK_TOLERANCE else NOTHING


def newest() -> datetime | None:
    """The latest time at which anything was written down; None before the first entry."""
    heads = Head.objects.exclude(chain=REGISTER)  # what people wrote down
    found: datetime | None = heads.aggregate(newest=Max("at"))["newest"]
    return found


def noted(head: Head, at: datetime) -> list[Fact]:
    """What is written down before entries whose time is before that of the last one."""
    if not behind(head.at, at) or head.at is None:
        return []
    said = (
        f"the clock of the server went back: entry {head.seq} was later than this one"
    )
    return [Fact(ACT, value=stamp(head.at), reason=said)]


def has_passed(moment: datetime, at: datetime) -> bool:
    """Whether a moment is over, by the clock or by what was written down after it."""
    if moment <= at:
        return True
    if not behind(moment, at):
        return False
    last = newest()
    return last is not None and moment <= last


def require_right(at: datetime) -> None:
    """Refuses what can wait while the clock is behind what was written down (EQ947)."""
    back = behind(newest(), at)
    if back:
        raise ConductError.single(
            "EQ947",
            f"the clock of the server went back: it is {in_words(back)} behind the newest "
            "entry of the audit",
            where="the clock",
            mend="tell the person who runs the server; nobody is allocated before the "
            "clock is right, and forms can be filled in meanwhile",
        )


def in_words(back: timedelta) -> str:
    """A length of time in whole minutes."""
    minutes = int(back.total_seconds() // 60)
    return f"{minutes:,} minute{'' if minutes == 1 else 's'}"
