"""What is known of one participant, worked out from the entries up to a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from equipoise.conduct.audit.models import Entry
from equipoise.conduct.capture.current import COLUMNS, Current, Value, Where
from equipoise.conduct.export.snapshot import Snapshot

BATCH = 5000  # entries that are read at once, unless a chain alone is longer
UTC_ZONE = ZoneInfo("UTC")


@dataclass
class History(Current):
    """Everything that was written down of a participant, as it holds in a snapshot."""

    identifier: str
    zone: ZoneInfo = UTC_ZONE  # of the clock at the site
    # UTC without a time zone; None if it never happened.
    screened_at: datetime | None = None
    randomized_at: datetime | None = None
    # Form, visit and minute -> who completed the form first, and when.
    signed: dict[Where, Value] = field(default_factory=dict)

    def add(
        self, seq: int, at: datetime, actor: str, act: str, form: str, visit: str,
        minute: int | None, item: str, value: str | None,
    ) -> None:  # fmt: skip
        """Takes one more entry."""
        super().add(seq, at, actor, act, form, visit, minute, item, value)
        if act == "screen":
            self.screened_at = plain(at)
        elif act == "randomize":
            self.randomized_at = self.randomized_at or plain(at)
        elif act == "complete":
            where = form, visit, minute
            self.signed.setdefault(where, Value(None, actor, at, seq, 1))

    def day(self, on: date | datetime | None) -> int | None:
        """The day of the schedule of a date; None if either is not known.

        Dates are of the calendar of the site, times in UTC without a time zone.
        """
        if on is None or self.day0 is None:
            return None
        if isinstance(on, datetime):
            on = on.replace(tzinfo=UTC).astimezone(self.zone).date()
        return (on - self.day0).days

    def numbered(self, kind: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Forms of which there are many, such as ``event#1``, in their order."""
        known = [w[0] for w in self.values if w[0].startswith(f"{kind}#")]
        for form in sorted(set(known), key=lambda f: int(f.partition("#")[2])):
            values = self.answers(form)
            if values:
                yield form, values


def histories(snapshot: Snapshot) -> Iterator[History]:
    """Each participant of a snapshot, one at a time, in the order of identifiers.

    In bounded memory, here and in the database: some chains at a time are asked for, so
    that no cursor is held and no result is laid down as a whole.
    """
    for some in _parts(snapshot.heads):
        rows = Entry.objects.filter(chain__in=some).order_by("chain", "seq")
        found = {
            chain: _history(
                chain, own, snapshot.heads[chain], ZoneInfo(snapshot.zones[chain])
            )
            for chain, own in groupby(
                rows.values_list("chain", *COLUMNS), key=itemgetter(0)
            )
        }
        yield from (found[chain] for chain in some if chain in found)


def _parts(heads: Mapping[str, int]) -> Iterator[list[str]]:
    """Identifiers in their order, so many at a time that their entries are few."""
    part: list[str] = []
    entries = 0
    for chain in sorted(heads):
        if part and entries + heads[chain] > BATCH:
            yield part
            part, entries = [], 0
        part.append(chain)
        entries += heads[chain]
    if part:
        yield part


def _history(chain: str, entries: Iterable[Any], last: int, zone: ZoneInfo) -> History:
    found = History(chain, zone=zone)
    for _, seq, *entry in entries:
        if seq > last:
            break
        found.add(seq, *entry)
    return found


def plain(at: datetime) -> datetime:
    """A time as the tables hold it: UTC without a time zone."""
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
