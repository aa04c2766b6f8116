"""Finds the header of a table: below titles, over several rows, with rows of units."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from equipoise.errors.counted import agreeing
from equipoise.exchange.mapping import File
from equipoise.exchange.sheet_cells import SheetCells
from equipoise.exchange.text_kinds import (
    is_absent,
    is_value,
    numeric,
    rows_as_text,
    shape,
)

WINDOW = 60  # rows in which the header is searched, and from which columns are judged
AS_WIDE = 0.6  # share of the columns that a header has at least
SURVEY = re.compile(r'\{"ImportId":.*\}', re.DOTALL)  # third header row of Qualtrics
UNITS = {
    *("mmhg", "bpm", "/min", "1/min", "min-1", "beats/min", "kg", "g", "mg", "mg/kg"),
    *("µg", "μg", "ug", "ng/ml", "mg/dl", "mg/l", "g/l", "mmol/l", "µmol/l", "iu/l"),
    *("cm", "m", "mm", "in", "inches", "lb", "lbs", "kg/m2", "kg/m²", "%", "°c", "c"),
    *("years", "year", "yrs", "y", "months", "weeks", "days", "day", "d", "hours", "h"),
    *("minutes", "min", "s", "sec", "ms", "points", "score", "n", "u/l", "ml", "l"),
    *("jahre", "tage", "stunden", "punkte", "yyyy-mm-dd", "dd-mm-yyyy", "dd.mm.yyyy"),
    *("mm/dd/yyyy", "dd/mm/yyyy", "date", "-", "text", "id", "code", "0-3", "0-60"),
}
HEADS_UNITS = {"", "unit", "units", "einheit", "einheiten", "unité", "unidad"}


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Attributes:
        rows: positions of the rows with the names, in their order; none if the format
            itself names the columns.
        names: name of each column, empty for a column without one.
        first: position of the first row that may be data.
        left_out: positions of rows below the header that are not data.
        notes: what was decided, each a sentence.
        keys: of ``[file]`` that state the same.
        labels: text of the question of each column, of a survey export; else none.
    """

    rows: tuple[int, ...]
    names: tuple[str, ...]
    first: int
    left_out: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()
    keys: dict[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()


def find_header(sheet: SheetCells, how: File) -> Header:
    """The header that is stated, or that the cells show.

    Args:
        sheet: at least one row is occupied.
        how: its ``header_row`` and ``skip_rows`` are used.

    Raises:
        DataError: EQ351, the stated row is empty, or no row is clearly the header.
    """
    skipped = {p for n in how.skip_rows if (p := sheet.position(n)) is not None}
    rows = [row for row in sheet.occupied.tolist() if row not in skipped]
    if how.header_row is not None:
        return _stated(sheet, how, rows)
    if not rows:
        raise sheet.unclear(
            "every row with content is listed under skip_rows",
            "remove rows from skip_rows under [file] of the mapping",
        )
    header = _by_width(sheet, rows)
    above, below = rows[: rows.index(header)], rows[rows.index(header) + 1 :]
    if _looks_like_data(sheet, header, below) or (above and _has_values(sheet, header)):
        raise sheet.unclear(
            f"no row is clearly the header with the column names: row "
            f"{sheet.number(header)} is as wide as the table, but looks like data",
            "state the row under [file] of the mapping (header_row = 3), or for "
            "equipoise map: --header-row 3; add a row of names if there is none",
        )
    names: tuple[int, ...] = (header,)
    if above and _joins(sheet, above[-1], header):
        names = (above.pop(), header)
    left_out, notes, keys = _described(sheet, header, below, how.missing)
    if above or len(names) > 1:
        numbers = sheet.numbers(names)
        keys["header_row"] = numbers if len(names) > 1 else numbers[0]
        notes = [_place(sheet, names, above, ""), *notes]
    return Header(
        rows=names,
        names=joined(sheet, names),
        first=header + 1,
        left_out=frozenset(left_out),
        notes=tuple(notes),
        keys=keys,
        labels=_questions(sheet, left_out),
    )


def joined(sheet: SheetCells, rows: Sequence[int]) -> tuple[str, ...]:
    """Names from several rows; an empty cell of an upper row repeats its left neighbor."""
    *upper, last = rows
    parts = [list(sheet.texts[last])]
    for row in reversed(upper):
        texts, current = [], ""
        for text in sheet.texts[row]:
            current = text or current
            texts.append(current)
        parts.insert(0, texts)
    names = []
    for column, bottom in enumerate(parts[-1]):
        above = [part[column] for part in parts[:-1]]
        alone = bool(bottom) or any(sheet.texts[row][column] for row in upper)
        words = dict.fromkeys([*above, bottom]) if alone else {}
        names.append(" ".join(word for word in words if word))
    return tuple(names)


def _stated(sheet: SheetCells, how: File, rows: list[int]) -> Header:
    found = [sheet.position(number) for number in how.header_rows]
    names = tuple(row for row in found if row is not None and sheet.filled[row].any())
    if len(names) < len(found) or not names:
        first = rows_as_text(sheet.numbers(rows[:3])) if rows else "no row"
        raise sheet.unclear(
            f"{rows_as_text(how.header_rows)} of header_row has no content",
            f"correct header_row: the first rows with content are {first}",
        )
    above = [row for row in rows if row < names[-1] and row not in names]
    notes = [_place(sheet, names, above, ", as stated")] if above else []
    return Header(names, joined(sheet, names), names[-1] + 1, notes=tuple(notes))


def _by_width(sheet: SheetCells, rows: list[int]) -> int:
    """The first row that is about as wide as the widest."""
    counts = {row: int(sheet.filled[row].sum()) for row in rows[:WINDOW]}
    widest = max(counts.values())
    least = 1 if widest == 1 else max(2, AS_WIDE * widest)
    return next(row for row, count in counts.items() if count >= least)


def _looks_like_data(sheet: SheetCells, header: int, below: list[int]) -> bool:
    """Whether every cell of a row is like those of its column, or a number or date."""
    cells = sheet.cells(header)
    rows = [row for row in below[:WINDOW] if sheet.cells(row) != cells]
    if not rows:
        return False
    for column, text in cells:
        others = [t for t in sheet.column(column, rows) if t]
        shapes = Counter(map(shape, others)).most_common(1)
        alike = "9" in shape(text) and bool(shapes) and shapes[0][0] == shape(text)
        if not (is_value(text) or text in others or alike):
            return False
    return True


def _has_values(sheet: SheetCells, row: int) -> bool:
    """Whether more than a tenth of the cells are numbers or dates."""
    cells = sheet.cells(row)
    return sum(is_value(text) for _, text in cells) > len(cells) / 10


def _joins(sheet: SheetCells, upper: int, header: int) -> bool:
    """Whether names that are repeated become unique with those of the row above."""
    names = [name for name in sheet.texts[header] if name]
    both = [name for name in joined(sheet, (upper, header)) if name]
    several = sheet.filled[upper].sum() > 1
    return (
        bool(several) and len(set(names)) < len(names) and len(set(both)) == len(both)
    )


def _described(
    sheet: SheetCells, header: int, below: list[int], missing: Collection[str]
) -> tuple[list[int], list[str], dict[str, Any]]:
    """Rows right below the header that describe the columns."""
    survey = [n for n, row in enumerate(below[:4]) if _is_survey(sheet, row)]
    if survey:
        rows = below[: survey[-1] + 1]
        text = rows_as_text(sheet.numbers(rows)).capitalize()
        note = f"{text} below the header: question texts of a survey export, omitted."
        return rows, [note], {"skip_rows": sheet.numbers(rows)}
    if not below:
        return [], [], {}
    row, *body = below[: WINDOW + 1]
    number = sheet.number(row)
    if _is_units(sheet, row, body):
        note = f"Row {number} below the header states units: it is omitted."
        return [row], [note], {"skip_rows": [number]}
    wider = sheet.filled[row].sum() > sheet.filled[header].sum()
    if second_header(sheet, row, body, missing, least=1 if wider else 2):
        top = sheet.number(header)
        raise sheet.unclear(
            f"row {number} seems to be a second row of the header: it has text where "
            "the rows below it have numbers",
            f"state under [file] of the mapping skip_rows = [{number}] to leave it out, "
            f"header_row = [{top}, {number}] to join the names, or header_row = {top} if "
            f"it is data; for equipoise map: --skip-rows {number} or --header-row",
        )
    return [], [], {}


def _questions(sheet: SheetCells, left_out: Sequence[int]) -> tuple[str, ...]:
    """The texts of the questions, in the row above the one with the import codes."""
    if len(left_out) < 2 or not _is_survey(sheet, left_out[-1]):
        return ()
    return tuple(sheet.texts[left_out[-2]])


def _is_survey(sheet: SheetCells, row: int) -> bool:
    texts = [text for _, text in sheet.cells(row)]
    return 2 * sum(bool(SURVEY.fullmatch(text)) for text in texts) > len(texts)


def _is_units(sheet: SheetCells, row: int, body: list[int]) -> bool:
    """Whether a row holds units above columns of numbers, and no identifier."""
    leading = next((c for c in range(sheet.width) if sheet.filled[body, c].any()), 0)
    if sheet.texts[row, leading].casefold() not in HEADS_UNITS:
        return False
    units = {
        c: t.strip("[]() ").casefold() for c, t in sheet.cells(row) if c != leading
    }
    if not units or not set(units.values()) <= UNITS:
        return False
    return any(numeric(sheet.column(column, body)) for column in units)


def second_header(
    sheet: SheetCells,
    row: int,
    body: list[int],
    missing: Collection[str] = (),
    *,
    least: int = 2,
) -> bool:
    """Whether a row has different texts in columns in which the others have numbers.

    Args:
        sheet: the cells.
        row: which may be a header.
        body: rows of data.
        missing: texts that say that there is no value.
        least: number of different texts that it needs.
    """
    if _led_like_data(sheet, row, body):
        return False
    columns = [c for c in range(sheet.width) if numeric(sheet.column(c, body))]
    texts = [text for c in columns if (text := sheet.texts[row, c])]
    said = [text for text in texts if not is_absent(text) and text not in missing]
    return (
        len(set(said)) >= least
        and 2 * len(said) >= len(columns)
        and not any(is_value(text) for text in texts)
    )


def _led_like_data(sheet: SheetCells, row: int, body: list[int]) -> bool:
    """Whether a row starts with a code like those of the rows below it, as ``P-001``."""
    leading = next((c for c in range(sheet.width) if sheet.filled[body, c].any()), 0)
    text = sheet.texts[row, leading]
    shapes = Counter(shape(t) for t in sheet.column(leading, body) if t).most_common(3)
    return "9" in shape(text) and shape(text) in {one for one, _ in shapes}


def _place(
    sheet: SheetCells, names: Sequence[int], above: Sequence[int], stated: str
) -> str:
    rows = rows_as_text(sheet.numbers(names))
    text = f"The header is in {rows}{stated}"
    if not above:
        return f"{text}: the names of both rows are joined."
    lines = rows_as_text(sheet.numbers(above))
    return f"{text}; {lines} above it {agreeing(len(above), 'is')} omitted."
