"""Contradictions in the data of a participant: dates, milestones, and arms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from equipoise.errors import Problem
from equipoise.errors.counted import counted

Tables = Mapping[str, pd.DataFrame]

IN_ORDER = (  # table, what comes first, what comes later
    ("participants", "consented_at", "randomized_at"),
    ("exposures", "started_at", "stopped_at"),
    ("events", "started_day", "stopped_day"),
)
EXCLUSIVE = (  # milestones of which a person has one at most
    ("excluded", "randomized"),
    ("treatment-completed", "treatment-discontinued"),
    ("study-completed", "study-withdrawn"),
    ("study-completed", "lost-to-follow-up"),
)


def contradictions(tables: Tables) -> Iterator[Problem]:
    """EQ311, EQ313 and EQ315 of typed tables, with their rows."""
    for name, first, later in IN_ORDER:
        frame = tables[name]
        yield from _early(name, frame[_true(frame[later] < frame[first])], first, later)
    yield from _randomized_first(tables["dispositions"])
    yield from _milestones(tables)
    yield from _half_known(tables)


def _early(table: str, rows: pd.DataFrame, first: str, later: str) -> Iterator[Problem]:
    if len(rows):
        yield Problem(
            code="EQ311",
            what=f"{later} is before {first} in {counted(len(rows), 'row')}",
            where=f"table {table}, columns {first} and {later}",
            fix="correct the dates, or continue with --accept EQ311",
            records=rows,
        )


def _randomized_first(dispositions: pd.DataFrame) -> Iterator[Problem]:
    consented = dispositions[dispositions["milestone"] == "consented"]
    randomized = dispositions[dispositions["milestone"] == "randomized"]
    both = consented.merge(randomized, on="participant", suffixes=("", "_randomized"))
    early = both.loc[_true(both["day_randomized"] < both["day"]), "participant"]
    if len(early):
        rows = pd.concat([consented, randomized])
        people = counted(early.nunique(), "participant", "was")
        yield Problem(
            code="EQ311",
            what=f"{people} randomized before consent",
            where="table dispositions, milestones consented and randomized",
            fix="correct the days, or continue with --accept EQ311",
            records=rows[rows["participant"].isin(early)].sort_index(),
        )


def _milestones(tables: Tables) -> Iterator[Problem]:
    people, rows = tables["participants"], tables["dispositions"]
    reached = {
        str(name): set(part["participant"])
        for name, part in rows.groupby("milestone", observed=True)
    }
    # An arm says as much as the milestone.
    arms = set(people.loc[people["arm"].notna(), "participant"])
    reached["randomized"] = reached.get("randomized", set()) | arms
    for one, other in EXCLUSIVE:
        both = reached.get(one, set()) & reached.get(other, set())
        if both:
            mine = rows["participant"].isin(both) & rows["milestone"].isin([one, other])
            yield Problem(
                code="EQ315",
                what=f"{counted(len(both), 'participant', 'is')} both {one!r} and "
                f"{other!r}",
                where="table dispositions, column milestone",
                fix="delete the wrong milestone, or continue with --accept EQ315",
                records=rows[mine],
            )


def _half_known(tables: Tables) -> Iterator[Problem]:
    people, exposures = tables["participants"], tables["exposures"]
    known = people["arm"].notna()
    if known.any():
        rows = tables["dispositions"]
        stated = rows.loc[_true(rows["milestone"] == "randomized"), "participant"]
        randomized = people["randomized_at"].notna() | people["participant"].isin(
            stated
        )
        lost = ~known & randomized
        if lost.any():
            count = counted(int(lost.sum()), "randomized participant", "has")
            yield Problem(
                code="EQ313",
                what=f"{count} no arm",
                where="table participants, column arm",
                fix="give an arm to all randomized participants, or to none",
                records=people[lost],
            )
        return
    told = exposures["drug"].notna() | exposures["dose_mg"].notna()
    if told.any():
        yield Problem(
            code="EQ313",
            what="no participant has an arm, but the infusions have a drug or dose",
            where="table exposures, columns drug and dose_mg",
            fix="remove these columns while the trial is blinded",
            records=exposures[told],
        )


def _true(compared: pd.Series[bool]) -> pd.Series[bool]:
    """A comparison as plain booleans, False if a side is missing."""
    return compared.fillna(False).astype(bool)
