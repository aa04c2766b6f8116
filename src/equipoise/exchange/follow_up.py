"""Finds data after baseline of somebody who perhaps was never in the trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import pandas as pd

from equipoise.errors import Problem, listing
from equipoise.exchange.files import ROW
from equipoise.exchange.trial_participants import Matched
from equipoise.protocol.model import Protocol

AFTER_RANDOMIZATION = (
    "randomized",
    "treatment-started",
    "treatment-discontinued",
    "treatment-completed",
    "new-treatment",
    "relapse",
)
VISITLESS = ("events", "dispositions")
SHOWN = 8
REMEDY = (
    "correct the identifier in the source or with [[corrections]], or continue with "
)
ACCEPT = "--accept EQ354 if this is another participant"


def check_follow_up(
    tables: Mapping[str, pd.DataFrame],
    cells: Sequence[pd.DataFrame],
    matched: Matched,
    protocol: Protocol,
) -> list[Problem]:
    """EQ354: participants whose data suggest that an identifier is wrong.

    Three signs are searched:

    - data after baseline of a participant without an arm, while others have arms;
    - data after baseline of a participant without any row or rating at baseline or
      before, while at least half of the participants have one;
    - two participants with the same arm, characteristics and repeated baseline, whose
      visits complete each other.

    The last two are searched only if no file lists each participant in one row: such a
    list already shows who takes part.

    Args:
        tables: of the trial, as ``assemble.tables`` makes them.
        cells: values of all columns, as ``assemble.cells`` makes them.
        matched: files and participants.
        protocol: of the trial.
    """
    filled = [part for part in cells if len(part)]
    if not filled:
        return []
    order = {visit.id: i for i, visit in enumerate(protocol.schedule.visits)}
    baseline = order[protocol.schedule.baseline]
    long = pd.concat(filled, ignore_index=True)
    long["order"] = long["visit"].map(order)
    found = list(_without_arm(tables, long, baseline))
    owners = [part for part in matched.files if part.source.name in matched.lists]
    if not any(part.is_list for part in owners):
        found += _without_baseline(long, matched, order, baseline)
        found += _halves(long, baseline)
    return found


def _happened(long: pd.DataFrame) -> pd.DataFrame:
    """Values of something that was done, and was not only planned or missed."""
    about = long["table"].eq("visits") & long["field"].ne("actual_day")
    return long[~about & long["table"].ne("participants")]


def _late(long: pd.DataFrame, baseline: int) -> pd.DataFrame:
    """Values recorded after the baseline visit."""
    known = _happened(long)
    milestone = known.get("milestone", pd.Series(index=known.index, dtype=object))
    day = pd.to_numeric(
        known["value"].where(known["field"].isin(["started_day", "day"])),
        errors="coerce",
    )
    late = (
        (known["order"] > baseline)
        | (known["table"].eq("events") & (day > 0))
        | milestone.isin(AFTER_RANDOMIZATION)
    )
    return known[late.fillna(False).astype(bool)]


def _without_arm(
    tables: Mapping[str, pd.DataFrame], long: pd.DataFrame, baseline: int
) -> Iterator[Problem]:
    people = tables["participants"]
    if "arm" not in people or not people["arm"].notna().any():
        return
    armless = people.loc[people["arm"].isna(), "participant"]
    late = _late(long, baseline)
    rows = late[late["participant"].isin(armless)]
    if len(rows):
        yield _problem("without an arm have data after baseline", rows)


def _without_baseline(
    long: pd.DataFrame, matched: Matched, order: Mapping[str, int], baseline: int
) -> Iterator[Problem]:
    everyone = set(matched.participants)
    entered = set(long.loc[long["order"] <= baseline, "participant"])
    for part in matched.files:
        rows = part.rows.frame
        entered |= set(
            rows.loc[rows["visit"].map(order) <= baseline, "participant"].dropna()
        )
    own = long["table"].eq("participants") & long["visit"].isna()
    entered |= set(long.loc[own, "participant"])
    if 2 * len(entered & everyone) < len(everyone):
        return
    later = _happened(long)
    rows = later[~later["participant"].isin(entered)]
    if len(rows):
        yield _problem("have data after baseline, but none at baseline", rows)


def _halves(long: pd.DataFrame, baseline: int) -> Iterator[Problem]:
    """Pairs of participants that may be one participant with two identifiers."""
    fixed = long[long["once"] & long["table"].ne("dispositions")]
    rated = fixed.loc[
        fixed["visit"].notna() & fixed["order"].le(baseline), "participant"
    ]
    later = _late(long[~long["once"]], baseline)
    visits = later.groupby("participant")["order"].agg(set)
    if fixed.empty or visits.empty:
        return
    columns = ["table", "field", "column", "visit"]
    # Not the visit of the row in which a characteristic of the participant is repeated.
    fixed = fixed.assign(visit=fixed["visit"].mask(fixed["table"] == "participants"))
    texts = fixed[columns].astype("string").fillna("").agg("|".join, axis=1)
    profile = (texts + "=" + fixed["value"].astype(str)).groupby(fixed["participant"])
    profiles = profile.agg(frozenset).loc[lambda each: each.index.isin(rated)]
    for _, group in profiles.groupby(profiles):
        for one, other in combinations(group.index.intersection(visits.index), 2):
            if not visits[one] & visits[other]:
                rows = later[later["participant"].isin([one, other])]
                yield _problem(
                    "have the same baseline and characteristics, and visits that complete "
                    "each other: they may be one participant",
                    rows,
                )


def _problem(what: str, rows: pd.DataFrame) -> Problem:
    who = [str(text) for text in rows["participant"].unique()]
    named = listing(repr(text) for text in who[:SHOWN])
    more = f" and {len(who) - SHOWN} more" if len(who) > SHOWN else ""
    count = "1 participant" if len(who) == 1 else f"{len(who)} participants"
    what = what.replace("have", "has", 1) if len(who) == 1 else what
    shown = rows[["participant", "visit", "file", ROW]].drop_duplicates()
    return Problem(
        code="EQ354",
        what=f"{count} {what}: {named}{more}",
        where=", ".join(rows["file"].unique()),
        fix=REMEDY + ACCEPT,
        records=shown.sort_values(["participant", "file", ROW]),
    )
