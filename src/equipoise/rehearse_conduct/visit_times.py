"""When the visits of a simulated participant begin, from the times of its data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

OPENS = timedelta(hours=8, minutes=30)  # of a visit without any time in the data
BEFORE = timedelta(minutes=90)  # from the first rating to an infusion of that visit


@dataclass(frozen=True, slots=True)
class Begins:
    """When a visit that was done begins: its first rating, minute 0 of an infusion."""

    rated: datetime
    zero: datetime

    def at(self, minute: int | None) -> datetime:
        """Time of a minute of the infusion; of the visit as a whole without one."""
        return self.rated if minute is None else self.zero + timedelta(minutes=minute)


def visit_times(
    own: dict[str, pd.DataFrame], day0: datetime, consented: datetime
) -> dict[str, Begins]:
    """Visit -> when it begins, from the times of its infusion and of its answers."""
    rated: dict[str, datetime] = {}
    zero: dict[str, datetime] = {}
    for row in rows_of(own, "exposures"):
        zero[row["visit"]] = utc(row["started_at"])
    for row in rows_of(own, "answers"):
        if pd.isna(row["answered_at"]):
            continue
        at, minute = utc(row["answered_at"]), minute_of(row["timepoint_min"])
        if minute is None:
            rated[row["visit"]] = min(at, rated.get(row["visit"], at))
        else:
            zero.setdefault(row["visit"], at - timedelta(minutes=minute))
    found = {}
    for visit, on in visit_dates(own, day0).items():
        begin = zero[visit] - BEFORE if visit in zero else on + OPENS
        begin = rated.get(visit, max(begin, consented))
        found[visit] = Begins(begin, zero.get(visit, begin + BEFORE))
    return found


def rows_of(own: dict[str, pd.DataFrame], table: str) -> list[dict[str, Any]]:
    """Rows of a table of one participant; none where there is no table."""
    return records(own[table]) if table in own else []


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as dictionaries."""
    return [{str(n): v for n, v in row.items()} for row in frame.to_dict("records")]


def visit_dates(own: dict[str, pd.DataFrame], day0: datetime) -> dict[str, datetime]:
    """Date of each visit that was done."""
    return {
        row["visit"]: day0 + timedelta(days=int(row["actual_day"]))
        for row in rows_of(own, "visits")
        if row["status"] == "done"
    }


def minute_of(value: Any) -> int | None:
    """Minute of a row; None for a visit as a whole."""
    return None if pd.isna(value) else int(value)


def utc(value: Any) -> datetime:
    """A time of the simulation; simulated sites are in UTC."""
    return pd.Timestamp(value).to_pydatetime().replace(tzinfo=UTC)
