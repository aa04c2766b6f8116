"""The values of one column of a file, and every text that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from equipoise.dataset.coded_texts import plain
from equipoise.errors import Problem, listing
from equipoise.errors.counted import counted
from equipoise.exchange.cells import dates, filled, is_number, looked_up, numbers
from equipoise.exchange.correction_example import correction_example
from equipoise.exchange.files import ROW, Source
from equipoise.exchange.mapping import Reading
from equipoise.exchange.row_filter import matches
from equipoise.exchange.spreadsheet_dates import likely_serial, serial_hint
from equipoise.exchange.targets import NUMERIC, Assignment

Decimal = Literal[".", ","]
FLAGS = {"true": "true", "false": "false", "1": "true", "0": "false"}
KINDS = {"flag": "true or false", "number": "a number", "integer": "a number"}

ISO = "2027-01-04 (ISO 8601)"
SHOWN = 6  # different texts named in a message; the records hold all
MENDS = {
    "EQ336": "add each value to `values` of this column in the mapping, or to `missing`",
    "EQ337": "correct the values, or list them under `missing` or `values` of this column "
    "in the mapping",
    "EQ338": "correct the values, or state the `format` of this column in the mapping",
    "EQ345": "state the column of day 0 under [day0] in the mapping, correct the "
    "participants, or use --accept EQ345: these study days stay missing",
}


@dataclass(frozen=True)
class Values:
    """The cells of one column that are not missing.

    Attributes:
        frame: index as in the source; columns ``participant``, ``event``, ``visit``,
            ``minute`` and ``value``.
    """

    frame: pd.DataFrame
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Cells:
    """The cells of a column that hold something; each distinct text is read once.

    Attributes:
        rows: participant, event, visit and minute of each cell.
        codes: position of the text of each cell in ``texts``.
        texts: every distinct text.
        place: where the cells stand, for messages.
    """

    rows: pd.DataFrame
    codes: npt.NDArray[np.int64]
    texts: pd.Series[Any]
    place: str

    def problem(
        self,
        code: str,
        what: str,
        bad: npt.NDArray[np.bool_],
        name: str,
        hint: str = "",
    ) -> list[Problem]:
        """A problem with the rows that are bad."""
        if not bad.any():
            return []
        found = plain(self.rows[bad])
        texts = self.texts.to_numpy(object)[self.codes[bad]]
        cells = listing(repr(text) for text in pd.unique(texts)[:SHOWN])
        known = [
            n for n in ("participant", "visit", "minute") if found[n].notna().any()
        ]
        records = found.assign(**{name: texts}).rename_axis(ROW).reset_index()
        return [
            Problem(
                code=code,
                what=f"{counted(len(records), 'value', 'is')} {what}: {cells}",
                where=self.place,
                fix=MENDS[code] + hint + _correction(code, records, name),
                records=records[[ROW, *known, name]],
            )
        ]


def values(
    source: Source,
    item: Assignment,
    how: Reading,
    rows: pd.DataFrame,
    day0: pd.Series[Any],
) -> Values:
    """The values of a column, row by row.

    Args:
        source: the file.
        how: how it is read.
        item: the column and what it becomes.
        rows: participant, visit and minute of each row of the source.
        day0: date of day 0 by participant, from all files.
    """
    cells = _filled(source, item, how, rows)
    listed = looked_up(cells.texts, item.rule.values)
    free = listed.isna()
    if item.kind == "day" and item.rule.format and not _unlisted(item):
        days, problems = _days(cells, listed, item, day0)
        found = _scaled(days, item).to_numpy(object)
    else:
        made, problems = _read(cells, free, item, how)
        known = listed.astype(object)
        known[free] = made
        found = _scaled(known, item).to_numpy(object)[cells.codes]
    kept = pd.notna(found)
    kept[kept] = found[kept] != ""
    frame = cells.rows.copy(deep=False)  # participants and visits are not copied
    frame["value"] = pd.Series(found, frame.index, dtype=object)
    return Values(frame if kept.all() else frame[kept], tuple(problems))


def _filled(
    source: Source, item: Assignment, how: Reading, rows: pd.DataFrame
) -> _Cells:
    own = source.missing.get(item.source, ())
    nothing = (*how.file.missing, *item.rule.missing, *own)
    codes, distinct = filled(source.cells[item.source], nothing)
    texts = pd.Series(distinct, dtype="string")
    there = codes >= 0
    if item.rule.where:
        there &= matches(source.cells, item.rule.where).to_numpy(bool)
    if not there.all():
        rows = rows.iloc[np.flatnonzero(there)]
        codes, used = pd.factorize(codes[there])
        texts = texts.iloc[used].reset_index(drop=True)
    return _Cells(rows, codes, texts, f"{source.name}, column {item.source}")


def _scaled(found: pd.Series[Any], item: Assignment) -> pd.Series[Any]:
    """Numbers in the unit of the target: the key ``factor``, then ``offset``."""
    factor, offset = item.rule.factor, item.rule.offset
    if item.kind not in NUMERIC or factor is offset is None:
        return found
    made = pd.to_numeric(found.mask(found == ""))
    made = made if factor is None else made * factor
    return made if offset is None else made + offset


def _unlisted(item: Assignment) -> bool:
    """Whether a text that the mapping does not list is an error."""
    stated = item.rule.values
    return bool(stated) and (item.kind == "text" or any(map(is_number, stated)))


def _read(
    cells: _Cells, free: pd.Series[bool], item: Assignment, how: Reading
) -> tuple[pd.Series[Any], list[Problem]]:
    """Values of the texts that the mapping does not list."""
    texts, rule, hint = cells.texts[free], item.rule, ""
    if _unlisted(item):
        made = pd.Series(None, index=texts.index, dtype=object)
        code, what = "EQ336", "not listed"
    elif item.kind == "text":
        return texts.astype(object), []
    elif item.kind == "datetime":
        dated = dates(texts, rule.format)
        made = dated.dt.strftime("%Y-%m-%dT%H:%M:%S.%f").astype(object)
        made = made.where(dated.notna())
        code, what = "EQ338", f"not in the format {rule.format or ISO}"
        hint = serial_hint(texts[dated.isna()])
    elif item.kind == "flag":
        made = texts.str.lower().map(FLAGS).astype(object)
        code, what = "EQ336", f"not {KINDS['flag']}"
    else:
        made = numbers(texts, _decimal(item, how))
        if item.kind == "day":  # a hundred years are no study day
            made = made.mask(texts.map(likely_serial).astype(bool))
        kind = KINDS.get(item.kind, "a number of days, and no date format is stated")
        if rule.first_day == 1:
            kind = "a study day other than 0, counted from day 1"
            # Day 1 is the first one and day -1 the one before it: there is no day 0.
            made = made.mask(made == 0) if item.kind == "day" else made
            made = made.where(made < 0, made - 1) if item.kind == "day" else made
        made = made.astype(object)
        code, what = "EQ337", f"not {kind}"
        hint = _decimal_hint(texts, item, how) if made.isna().any() else ""
        hint += serial_hint(texts[made.isna()]) if item.kind == "day" else ""
    bad = (made.isna() & free).reindex(cells.texts.index, fill_value=False)
    wrong = bad.to_numpy(bool)[cells.codes]
    return made, cells.problem(code, what, wrong, item.source, hint)


def _decimal(item: Assignment, how: Reading) -> Decimal:
    return item.rule.decimal or how.file.decimal


def _decimal_hint(texts: pd.Series[Any], item: Assignment, how: Reading) -> str:
    """Which key reads numbers with the other decimal mark, where that is the cause."""
    stated = _decimal(item, how)
    other: Decimal = "." if stated == "," else ","
    unread = texts[numbers(texts, stated).isna()]
    if not numbers(unread, other).notna().any():
        return ""
    mark = {",": "comma", ".": "point"}
    marked = texts.str.contains(stated, regex=False)
    if (marked & numbers(texts, stated).notna()).any():
        return (
            "; the column has numbers with a decimal comma and with a decimal point: "
            "write them all in one way"
        )
    if unread.str.fullmatch(r"[+-]?[0-9]{1,3}[.,][0-9]{3}").all():
        return (
            f"; if the {mark[other]} is a decimal mark and does not separate thousands, "
            f'state `decimal = "{other}"` for this column'
        )
    return f'; for a decimal {mark[other]} state `decimal = "{other}"` for this column'


def _days(
    cells: _Cells, listed: pd.Series[Any], item: Assignment, day0: pd.Series[Any]
) -> tuple[pd.Series[Any], list[Problem]]:
    """Days of dates, counted from day 0 of each participant."""
    free = listed.isna()
    found = dates(cells.texts.where(free), item.rule.format).dt.normalize()
    dated = found.notna().to_numpy(bool)[cells.codes]
    stated = ~free.to_numpy(bool)[cells.codes]
    start = _of_participants(pd.to_datetime(day0).dt.normalize(), cells.rows)
    what = f"not in the format {item.rule.format}"
    hint = serial_hint(cells.texts[free & found.isna()])
    problems = cells.problem("EQ338", what, ~dated & ~stated, item.source, hint)
    lost = dated & pd.isna(start) & ~stated
    what = "of participants without day 0"
    problems += cells.problem("EQ345", what, lost, item.source)
    since = pd.Series(found.to_numpy()[cells.codes] - start)
    # As floats, like days that are numbers: the same day is then the same value.
    days = since.dt.days.astype("float64").astype(object)
    values_ = listed.to_numpy(object)[cells.codes]
    return days.where(~stated, pd.Series(values_, dtype=object)), problems


def _correction(code: str, records: pd.DataFrame, name: str) -> str:
    """An entry of ``[[corrections]]`` for the first value that is wrong by itself."""
    if code not in ("EQ337", "EQ338"):
        return ""
    row = {str(k): v for k, v in records.iloc[0].items()}
    return correction_example(row, str(row[name]), column=name)


def _of_participants(day0: pd.Series[Any], rows: pd.DataFrame) -> npt.NDArray[Any]:
    """Day 0 of the participant of each row; missing if it is not known."""
    people = rows["participant"]
    starts = day0.reindex(people.cat.categories).to_numpy("datetime64[ns]")
    known = np.append(starts, np.datetime64("NaT", "ns"))
    return known[people.cat.codes.to_numpy()]
