"""Finds data after baseline that may belong to no participant of the trial."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product

import numpy as np
import pandas as pd

from equipoise.dataset.coded_texts import (
    by_text,
    is_one_of,
    joined,
    plain,
    stacked,
)
from equipoise.errors import Problem, listing
from equipoise.errors.counted import agreeing, counted
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
    unread_arms: Collection[str] = (),
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
        unread_arms: participants whose arm is in the data but cannot be read, which is a
            problem of its own.
    """
    filled = [part for part in cells if len(part)]
    order = {visit.id: i for i, visit in enumerate(protocol.schedule.visits)}
    baseline = order[protocol.schedule.baseline]
    recorded = _recorded(filled, order, baseline)
    found = list(_without_arm(tables, recorded, unread_arms))
    for problem in found:  # each participant is named once
        if problem.records is not None:
            named = problem.records["participant"]
            recorded = recorded[~is_one_of(recorded["participant"], named)]
    owners = [part for part in matched.files if part.source.name in matched.lists]
    if not any(part.is_list for part in owners):
        found += _without_baseline(filled, recorded, matched, order, baseline)
        found += _halves(filled, recorded, order, baseline)
    return found


def _recorded(
    cells: Sequence[pd.DataFrame], order: Mapping[str, int], baseline: int
) -> pd.DataFrame:
    """Each row of a file with something that was done, and whether after baseline.

    Columns ``participant``, ``visit``, ``file``, ``row``, ``order`` (of the visit),
    ``late``, and ``fixed`` where a column is of one visit in every row.
    """
    groups: dict[object, list[pd.DataFrame]] = {}
    for part in cells:
        first = part.iloc[0]
        table, field = first["table"], first["field"]
        if table == "participants" or (table == "visits" and field != "actual_day"):
            continue  # planned or missed, or who the participant is
        frame = part[["participant", "visit", "file", ROW]].copy()
        frame["order"] = by_text(frame["visit"], order, np.nan).astype(float)
        frame["late"] = frame["order"] > baseline
        frame["fixed"] = bool(first["once"]) and table not in VISITLESS
        if field == "started_day":
            frame["late"] |= pd.to_numeric(part["value"], errors="coerce") > 0
        if table == "dispositions":
            frame["late"] |= first["milestone"] in AFTER_RANDOMIZATION
        single = table in VISITLESS or frame["fixed"].iloc[0]
        key = (len(groups) if single else None, first["file"])
        groups.setdefault(key, []).append(frame)
    # The items of one form are in one row: it counts once.
    rows = [stacked(group).drop_duplicates(ROW) for group in groups.values()]
    names = ["participant", "visit", "file", ROW, "order", "late", "fixed"]
    return stacked(rows) if rows else pd.DataFrame(columns=names)


def _without_arm(
    tables: Mapping[str, pd.DataFrame],
    recorded: pd.DataFrame,
    unread_arms: Collection[str],
) -> Iterator[Problem]:
    people = tables["participants"]
    if "arm" not in people or not people["arm"].notna().any():
        return
    armless = people.loc[people["arm"].isna(), "participant"]
    armless = armless[~armless.isin(list(unread_arms))]
    if armless.empty or recorded.empty:
        return
    rows = recorded[
        is_one_of(recorded["participant"], armless) & recorded["late"].astype(bool)
    ]
    if len(rows):
        yield _problem("without an arm have data after baseline", rows)


def _without_baseline(
    cells: Sequence[pd.DataFrame],
    recorded: pd.DataFrame,
    matched: Matched,
    order: Mapping[str, int],
    baseline: int,
) -> Iterator[Problem]:
    if recorded.empty:
        return
    early = (recorded["order"] <= baseline).to_numpy(bool)
    found = [recorded.loc[early, "participant"]]
    for part in matched.files:
        rows = part.rows.frame
        early = by_text(rows["visit"], order, np.nan).astype(float) <= baseline
        found.append(rows.loc[early, "participant"])
    for frame in cells:
        if frame["table"].iloc[0] == "participants":
            found.append(frame.loc[frame["visit"].isna(), "participant"])
    entered = joined(found).dropna()
    if 2 * entered.nunique() < len(matched.participants):
        return
    rows = recorded[~is_one_of(recorded["participant"], entered)]
    if len(rows):
        yield _problem("have data after baseline, but none at baseline", rows)


def _halves(
    cells: Sequence[pd.DataFrame],
    recorded: pd.DataFrame,
    order: Mapping[str, int],
    baseline: int,
) -> Iterator[Problem]:
    """Pairs of participants that may be one participant with two identifiers."""
    if recorded.empty:
        return
    fixed = recorded["fixed"].astype(bool)
    rated = recorded.loc[fixed & (recorded["order"] <= baseline), "participant"]
    later = recorded[~fixed & (recorded["order"] > baseline)]
    later = later[is_one_of(later["participant"], rated)].dropna(subset="participant")
    once = later[["participant", "order"]].drop_duplicates()
    whose = once["participant"].cat.codes.to_numpy()
    counts = np.bincount(whose, minlength=len(once["participant"].cat.categories))
    some = counts[whose] < once["order"].nunique()  # others fit nobody
    if not some.any():
        return
    visits = _visits_of(once[some])
    later = later[is_one_of(later["participant"], once.loc[some, "participant"])]
    profiles = _profiles(cells, list(visits))
    for _, group in profiles[profiles.duplicated(keep=False)].groupby(profiles):
        for pair in _complementary(group.index, visits):
            yield _problem(
                "have the same baseline and characteristics, and visits that complete "
                "each other: they may be one participant",
                later[later["participant"].isin(pair)],
            )


def _visits_of(later: pd.DataFrame) -> dict[str, int]:
    """The visits of each participant, a bit for each."""
    people = later["participant"].tolist()
    found: dict[str, int] = {}
    for who, order in zip(people, later["order"].astype(int), strict=True):
        found[who] = found.get(who, 0) | 1 << order
    return found


def _complementary(
    people: Iterable[str], visits: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    """Pairs of participants that have no visit in common."""
    by_visits: dict[int, list[str]] = {}
    for who in people:
        by_visits.setdefault(visits[who], []).append(who)
    for one, other in combinations(by_visits, 2):
        if not one & other:
            yield from product(by_visits[one], by_visits[other])


def _profiles(cells: Sequence[pd.DataFrame], some: Sequence[str]) -> pd.Series[int]:
    """A number for each of some participants, the same for the same repeated values.

    They are the values that each row of a participant repeats.
    """
    found = np.zeros(len(some), dtype=np.int64)
    names = pd.Index(np.array(some, dtype=object))
    for part in cells:
        first = part.iloc[0]
        if not first["once"] or first["table"] == "dispositions":
            continue
        frame = part[["participant", "value"]].drop_duplicates("participant")
        who = frame["participant"].cat
        rows = np.full(len(who.categories) + 1, -1)  # -1: a participant without a row
        rows[who.codes] = np.arange(len(frame))
        rows[-1] = -1
        at = rows[who.categories.get_indexer(names)]
        texts = frame["value"].astype(str).to_numpy(object)
        codes, distinct = pd.factorize(np.append(texts, [None]))  # -1: without a value
        found, _ = pd.factorize(found * (len(distinct) + 1) + codes[at])
    return pd.Series(found, index=names)


def _problem(what: str, rows: pd.DataFrame) -> Problem:
    rows = plain(rows)
    who = [str(text) for text in rows["participant"].unique()]
    named = listing(repr(text) for text in who[:SHOWN])
    more = f" and {len(who) - SHOWN} more" if len(who) > SHOWN else ""
    what = what.replace("have", agreeing(len(who), "has"), 1)
    shown = rows[["participant", "visit", "file", ROW]].drop_duplicates()
    return Problem(
        code="EQ354",
        what=f"{counted(len(who), 'participant')} {what}: {named}{more}",
        where=", ".join(rows["file"].unique()),
        fix=REMEDY + ACCEPT,
        records=shown.sort_values(["participant", "file", ROW]),
    )
