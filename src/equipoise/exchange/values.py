"""The values of one column of a file, and every text that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from equipoise.errors import Problem, listing
from equipoise.exchange.cells import dates, emptied, is_number, looked_up, numbers
from equipoise.exchange.correction_example import correction_example
from equipoise.exchange.files import ROW, Source
from equipoise.exchange.mapping import Reading
from equipoise.exchange.row_filter import matches
from equipoise.exchange.targets import NUMERIC, Assignment

Decimal = Literal[".", ","]
FLAGS = {"true": "true", "false": "false", "1": "true", "0": "false"}
KINDS = {"flag": "true or false", "number": "a number", "integer": "a number"}

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
            ``minute``, ``text`` and ``value``.
    """

    frame: pd.DataFrame
    problems: tuple[Problem, ...]


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
        rows: participant, visit and minute of each row.
        day0: date of day 0 by participant, from all files.
    """
    own = source.missing.get(item.source, ())
    nothing = (*how.file.missing, *item.rule.missing, *own)
    texts = emptied(source.cells[item.source], nothing)
    if item.rule.where:
        texts = texts[matches(source.cells, item.rule.where)]
    texts = texts.dropna()
    frame = rows.loc[texts.index].assign(text=texts)
    listed = looked_up(texts, item.rule.values)
    known = listed.notna()
    free = texts[~known]
    made, problems = _read(source, item, how, frame[~known], day0)
    found = listed.astype(object)
    found[free.index] = made
    found = _scaled(found, item)
    frame = frame.assign(value=found)
    kept = frame["value"].notna() & (frame["value"].astype(str) != "")
    return Values(frame[kept], tuple(problems))


def _scaled(found: pd.Series[Any], item: Assignment) -> pd.Series[Any]:
    """Numbers in the unit of the target: the key ``factor``, then ``offset``."""
    factor, offset = item.rule.factor, item.rule.offset
    if item.kind not in NUMERIC or factor is offset is None:
        return found
    made = pd.to_numeric(found.mask(found == ""))
    made = made if factor is None else made * factor
    return made if offset is None else made + offset


def _read(
    source: Source,
    item: Assignment,
    how: Reading,
    frame: pd.DataFrame,
    day0: pd.Series[Any],
) -> tuple[pd.Series[Any], list[Problem]]:
    """Values of cells that the mapping does not list."""
    texts, rule = frame["text"], item.rule
    place = f"{source.name}, column {item.source}"
    if rule.values and (item.kind == "text" or any(map(is_number, rule.values))):
        return _none(texts), _problem("EQ336", "not listed", frame, item, place)
    if item.kind == "text":
        return texts.astype(object), []
    if item.kind == "datetime" or (item.kind == "day" and rule.format):
        return _dated(item, frame, place, day0)
    if item.kind == "flag":
        made = texts.str.lower().map(FLAGS).astype(object)
        code = "EQ336"
    else:
        made = numbers(texts, _decimal(item, how))
        if item.kind == "day" and rule.first_day == 1:
            # Day 1 is the first one and day -1 the one before it: there is no day 0.
            made = made.mask(made == 0)
            made = made.where(made < 0, made - 1)
        made = made.astype(object)
        code = "EQ337"
    kind = KINDS.get(item.kind, "a number of days, and no date format is stated")
    if rule.first_day == 1:
        kind = "a study day other than 0, counted from day 1"
    bad = frame[made.isna()]
    hint = _decimal_hint(texts, item, how) if code == "EQ337" and len(bad) else ""
    return made, _problem(code, f"not {kind}", bad, item, place, hint)


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


def _dated(
    item: Assignment, frame: pd.DataFrame, place: str, day0: pd.Series[Any]
) -> tuple[pd.Series[Any], list[Problem]]:
    found = dates(frame["text"], item.rule.format)
    pattern = item.rule.format or "2027-01-04 (ISO 8601)"
    bad = frame[found.isna()]
    problems = _problem("EQ338", f"not in the format {pattern}", bad, item, place)
    if item.kind == "datetime":
        written = found.dt.strftime("%Y-%m-%dT%H:%M:%S.%f").astype(object)
        return written.where(found.notna()), problems
    start = frame["participant"].map(day0)
    lost = frame[found.notna() & start.isna()]
    problems += _problem("EQ345", "of participants without day 0", lost, item, place)
    days = (found.dt.normalize() - pd.to_datetime(start).dt.normalize()).dt.days
    # As floats, like days that are numbers: the same day is then the same value.
    return days.astype("float64").astype(object), problems


def _none(texts: pd.Series[Any]) -> pd.Series[Any]:
    return pd.Series(None, index=texts.index, dtype=object)


def _correction(code: str, bad: pd.DataFrame, item: Assignment) -> str:
    """An entry of ``[[corrections]]`` for the first value that is wrong by itself."""
    if code not in ("EQ337", "EQ338"):
        return ""
    row = {str(k): v for k, v in bad.iloc[0].items()}
    return correction_example(row, str(row[item.source]), column=item.source)


def _problem(
    code: str,
    what: str,
    bad: pd.DataFrame,
    item: Assignment,
    place: str,
    hint: str = "",
) -> list[Problem]:
    if bad.empty:
        return []
    cells = listing(repr(text) for text in bad["text"].unique()[:SHOWN])
    bad = bad.rename_axis(ROW).reset_index().rename(columns={"text": item.source})
    known = [n for n in ("participant", "visit", "minute") if bad[n].notna().any()]
    return [
        Problem(
            code=code,
            what=f"{len(bad)} values are {what}: {cells}",
            where=place,
            fix=MENDS[code] + hint + _correction(code, bad, item),
            records=bad[[ROW, *known, item.source]],
        )
    ]
