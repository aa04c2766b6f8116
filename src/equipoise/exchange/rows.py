"""Participant, visit and minute of each row of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd

from equipoise.dataset.coded_texts import as_texts, codes_of, constant, from_codes
from equipoise.errors import Problem, listing
from equipoise.errors.counted import counted
from equipoise.exchange.cells import (
    canonical,
    dates,
    emptied,
    filled,
    looked_up,
    numbers,
)
from equipoise.exchange.files import ROW, Source
from equipoise.exchange.mapping import Reading
from equipoise.exchange.spreadsheet_dates import serial_hint
from equipoise.protocol.model import Protocol

JOINED = " / "  # between the columns of a visit that is told by several


@dataclass(frozen=True)
class Rows:
    """Participant, visit and minute of every row of a file.

    Attributes:
        frame: index as in the source; coded columns ``participant``, ``event`` (text of
            the visit column), ``visit`` (missing for a row of no visit), and ``minute``.
        day0: date of day 0 by participant.
    """

    frame: pd.DataFrame
    day0: pd.Series[Any]
    problems: tuple[Problem, ...]

    @property
    def of_unknown_visits(self) -> frozenset[int]:
        """Rows of a visit that the mapping does not name, which EQ343 reports."""
        found = [p.records for p in self.problems if p.code == "EQ343"]
        return frozenset(n for rows in found if rows is not None for n in rows[ROW])


def about(source: Source, how: Reading, protocol: Protocol) -> Rows:
    """Participant, visit and minute of each row; the columns exist in the file."""
    cells, nothing = source.cells, how.file.missing
    name = how.participant.column
    people = pd.Series(from_codes(*filled(cells[name], nothing)), cells.index)
    frame = people.to_frame("participant")
    problems = _nobody(source, people.rename(name))
    frame["event"], frame["visit"], strange = _visits(source, how, protocol)
    frame["minute"], odd = _minutes(source, how)
    day0, wrong = _day0(source, how, people)
    return Rows(frame, day0, (*problems, *strange, *odd, *wrong))


def _nobody(source: Source, people: pd.Series[Any]) -> list[Problem]:
    nobody = people.isna()
    if not nobody.any():
        return []
    return [
        Problem(
            code="EQ344",
            what=f"{counted(int(nobody.sum()), 'row', 'has')} no participant identifier",
            where=f"{source.name}, column {people.name}",
            fix="write the identifier into every row, or delete the rows",
            records=source.cells[nobody].reset_index(),
        )
    ]


def _visits(
    source: Source, how: Reading, protocol: Protocol
) -> tuple[pd.Series[Any], pd.Series[Any], list[Problem]]:
    """Text of the visit column, visit id, and rows of an unknown visit."""
    rows = source.cells.index
    if how.visit is None:
        none = pd.Series(constant(None, len(rows)), index=rows)
        return none, none, []
    first, *others = how.visit.columns
    texts = source.cells[first]
    if others:
        texts = texts.str.cat(source.cells[others], sep=JOINED)
    known = how.visit.values or {v.id: v.id for v in protocol.schedule.visits}
    codes, distinct = codes_of(texts)
    meaning = [_meaning(text, known) for text in distinct]
    events = pd.Series(from_codes(codes, distinct), index=rows)
    strange = pd.Series(
        np.array([one is None for one in meaning], bool)[codes], index=rows
    )
    problems = []
    if strange.any():
        name = JOINED.join(how.visit.columns)
        problems.append(
            Problem(
                code="EQ343",
                what=f"{counted(int(strange.sum()), 'row', 'has')} unknown visits: "
                + listing(repr(text) for text in texts[strange].unique()),
                where=f"{source.name}, column {name}",
                fix="add each value to [visit.values] of the mapping, with a visit of the "
                f"protocol ({listing(v.id for v in protocol.schedule.visits)}) or an "
                "empty text for rows without a visit",
                records=source.cells.loc[strange].reset_index(),
            )
        )
    stated = sorted({visit for visit in meaning if visit})
    number = {visit: n for n, visit in enumerate(stated)}
    places = np.array([number.get(visit or "", -1) for visit in meaning], dtype=int)
    visits = pd.Series(from_codes(places[codes], stated), index=rows)
    return events, visits, problems


def _meaning(text: str, known: Mapping[str, str]) -> str | None:
    exact = {canonical(key): visit for key, visit in known.items()} | dict(known)
    found = exact.get(text, exact.get(canonical(text)))
    if found is not None:
        return found
    return next((v for key, v in known.items() if fnmatchcase(text, key)), None)


def _minutes(source: Source, how: Reading) -> tuple[pd.Series[Any], list[Problem]]:
    if how.minute is None:
        none = pd.Series(pd.NA, index=source.cells.index, dtype="Int64")
        return none, []
    texts = emptied(source.cells[how.minute.column], how.file.missing)
    listed = how.minute.values
    found = looked_up(texts, listed) if listed else numbers(texts, how.file.decimal)
    whole = pd.to_numeric(found).astype("Float64")
    wrong = texts.notna() & (whole.isna() | (whole != whole.round()))
    problems = []
    if wrong.any():
        problems.append(
            Problem(
                code="EQ336",
                what=f"{counted(int(wrong.sum()), 'row', 'has')} unknown minutes: "
                + listing(repr(text) for text in texts[wrong].unique()),
                where=f"{source.name}, column {how.minute.column}",
                fix="add each value to [minute.values] of the mapping",
                records=source.cells.loc[wrong].reset_index(),
            )
        )
    return whole.mask(wrong).astype("Int64"), problems


def _day0(
    source: Source, how: Reading, people: pd.Series[Any]
) -> tuple[pd.Series[Any], list[Problem]]:
    if how.day0 is None:
        return pd.Series(dtype="datetime64[ns]"), []
    name = how.day0.column
    texts = emptied(source.cells[name], how.file.missing)
    days = dates(texts, how.day0.format)
    frame = pd.DataFrame({"participant": as_texts(people), name: texts, "date": days})
    frame.index.name = ROW
    unread = frame[texts.notna() & days.isna()]
    problems = []
    if len(unread):
        problems.append(
            Problem(
                code="EQ338",
                what=f"{counted(len(unread), 'date', 'does')} not have the format "
                f"{how.day0.format}",
                where=f"{source.name}, column {name}",
                fix="correct the dates, or the format of [day0] in the mapping"
                + serial_hint(unread[name]),
                records=unread.reset_index()[[ROW, "participant", name]],
            )
        )
    known = frame.dropna(subset=["participant", "date"])
    several = known.groupby("participant")["date"].transform("nunique") > 1
    if several.any():
        who = listing(known.loc[several, "participant"].unique())
        problems.append(
            Problem(
                code="EQ339",
                what=f"different dates of day 0 for {who}",
                where=f"{source.name}, column {name}",
                fix="correct the dates; a participant has only one day 0",
                records=known[several].reset_index()[[ROW, "participant", name]],
            )
        )
    return known.groupby("participant")["date"].first(), problems
