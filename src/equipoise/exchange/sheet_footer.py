"""Finds the end of a table: totals, sources and notes below it, or a second table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from equipoise.errors.counted import agreeing
from equipoise.exchange.mapping import File
from equipoise.exchange.sheet_cells import Rows, SheetCells
from equipoise.exchange.sheet_header import Header, second_header
from equipoise.exchange.text_kinds import (
    is_absent,
    is_remark,
    is_total,
    is_value,
    rows_as_text,
    shape,
)

SAMPLE = 200  # rows at both ends that are judged one by one
FULL = 0.8  # share of the rows in which the column of the identifier is filled


@dataclass(frozen=True)
class Body:
    """The rows of the data.

    Attributes:
        rows: their positions.
        notes: what was decided, each a sentence.
    """

    rows: Rows
    notes: tuple[str, ...]


def find_body(sheet: SheetCells, how: File, header: Header) -> Body:
    """The rows of data below a header.

    Raises:
        DataError: EQ351, a row in the middle looks like the end of the table.
    """
    skipped = {p for n in how.skip_rows if (p := sheet.position(n)) is not None}
    rows = sheet.occupied[sheet.occupied >= header.first]
    notes = []
    if how.last_row is not None:
        below = [row for row in rows.tolist() if sheet.number(row) > how.last_row]
        rows = rows[: len(rows) - len(below)]
        notes += _left_out(sheet, below, f"the stated last row is {how.last_row}")
    if skipped:
        listed = [row for row in rows.tolist() if row in skipped]
        notes += _left_out(sheet, listed, "listed under skip_rows")
    out = skipped | header.left_out
    rows = rows[~np.isin(rows, list(out))] if out else rows
    if not header.rows:  # the format itself says what its rows are
        return Body(rows, tuple(notes))
    repeated = _repeated(sheet, header, rows)
    notes += _left_out(sheet, rows[repeated].tolist(), "the header again")
    rows = rows[~repeated]
    if how.last_row is None:
        end = _Ends(sheet, rows)
        footer = end.footer()
        notes += _left_out(sheet, footer, "totals or notes below the table")
        rows = rows[: len(rows) - len(footer)]
        end.refuse_end_within(rows)
        _refuse_second_table(sheet, rows, how.missing)
    return Body(rows, tuple(notes))


def _left_out(sheet: SheetCells, rows: list[int], reason: str) -> list[str]:
    if not rows:
        return []
    text = rows_as_text(sheet.numbers(rows)).capitalize()
    return [f"{text} {agreeing(len(rows), 'is')} not read: {reason}."]


def _repeated(sheet: SheetCells, header: Header, rows: Rows) -> npt.NDArray[np.bool_]:
    """Whether each row is the header again, as on each page of a long list."""
    names = sheet.texts[header.rows[-1]]
    same = np.full(len(rows), np.count_nonzero(names != "") >= 2)
    for column in range(sheet.width):
        if not same.any():
            break
        same &= sheet.equal(column, rows, names[column])
    return same


class _Ends:
    """Judges whether rows belong to the table or stand below it."""

    def __init__(self, sheet: SheetCells, rows: Rows) -> None:
        self.sheet = sheet
        self.rows = rows
        self.sample = rows[:SAMPLE].tolist()
        used = sheet.filled[self.sample].any(axis=0) if self.sample else np.zeros(0)
        self.width = int(used.sum())
        self.few = max(1, self.width // 4)
        filled = sheet.filled[self.sample].mean(axis=0) if self.sample else np.zeros(0)
        full = np.flatnonzero(filled >= FULL)
        self.leading = int(full[0]) if len(full) else None  # usually the identifier
        self._columns: dict[int, list[str]] = {}

    def footer(self) -> list[int]:
        """The rows at the end that are no data.

        Raises:
            DataError: EQ351, one of them may be a participant without data.
        """
        run: list[int] = []
        for row in reversed(self.rows[-SAMPLE:].tolist()):
            if not (self._clear(row) or self._possible(row)):
                break
            run.insert(0, row)
        for n, row in enumerate(run):
            if self._clear(row) or self.sheet.below_an_empty_row(row):
                found = run[n:]
                self._refuse([row for row in found if self._like_a_code(row)])
                return found
        self._refuse([row for row in run if not self._led(row)])
        return []

    def refuse_end_within(self, rows: Rows) -> None:
        """EQ351: totals or notes with rows of data below them, or instead of them."""
        first = next((c for c in range(self.sheet.width) if self._used(c)), None)
        if first is None or not len(rows):
            return
        codes, known = self.sheet.texts.columns[first]
        totals = np.array(
            [not text[:1].isdigit() and is_total(text) for text in known], dtype=bool
        )
        sums = rows[totals[codes[rows]]].tolist() if totals.any() else []
        wordy = self._wordy(first)
        found = {row for row in sums if self._sums(row) or not wordy}
        ends = {*rows[:SAMPLE].tolist(), *rows[-SAMPLE:].tolist()}
        self._refuse([*found, *(row for row in ends - found if self._clear(row))])

    def _refuse(self, found: list[int]) -> None:
        if not found:
            return
        numbers = sorted(self.sheet.numbers(found))
        last = self.sheet.number(self.rows[-1])
        left_out, option = f"skip_rows = {numbers}", f"--skip-rows {numbers[0]}"
        if set(self.rows[-len(found) :].tolist()) == set(found):
            before = numbers[0] - 1
            left_out, option = f"last_row = {before}", f"--last-row {before}"
        raise self.sheet.unclear(
            f"{rows_as_text(numbers)} may be a total or a note rather than data, and this "
            "cannot be decided from the file",
            f"state under [file] of the mapping {left_out} to leave out what is not data, "
            f"or last_row = {last} to read every row; for equipoise map: {option} or "
            f"--last-row {last}",
        )

    def _used(self, column: int) -> bool:
        return bool(self.sheet.filled[self.sample, column].any())

    def _texts(self, column: int) -> list[str]:
        if column not in self._columns:
            rows = [row for row in self.sample if self._led(row)] or self.sample
            texts = self.sheet.column(column, rows)
            self._columns[column] = [text for text in texts if text]
        return self._columns[column]

    def _clear(self, row: int) -> bool:
        """Totals, or a sentence where the column has none."""
        cells = self.sheet.cells(row)
        column, text = cells[0]
        if is_total(text):
            return self._sums(row) and not self._wordy(column)
        if len(cells) > self.few or self.width < 2 or not is_remark(text):
            return False
        others = self._texts(column)
        return 10 * sum(map(is_remark, others)) <= max(len(others), 10)

    def _sums(self, row: int) -> bool:
        _, *others = self.sheet.cells(row)
        return all(is_value(t) or is_absent(t) or is_total(t) for _, t in others)

    def _wordy(self, column: int) -> bool:
        """Whether a column holds words, among which a total could be a value."""
        texts = [text for text in self._texts(column) if not is_total(text)]
        return 2 * sum("9" not in shape(text) for text in texts) > len(texts)

    def _led(self, row: int) -> bool:
        """Whether a row has a text in the column that is filled in nearly all rows."""
        return self.leading is None or bool(self.sheet.filled[row, self.leading])

    def _usual(self, column: int, text: str) -> bool:
        """Whether a text is like those in its column."""
        shapes = Counter(map(shape, self._texts(column))).most_common(3)
        return shape(text) in {one for one, count in shapes if count > 1}

    def _possible(self, row: int) -> bool:
        """A row unlike those above it: with little, or without an identifier."""
        cells = self.sheet.cells(row)
        if self.width < 2:
            return False
        if not self._led(row):
            return not any(self._usual(column, text) for column, text in cells)
        return len(cells) <= self.few and not self._usual(*cells[0])

    def _like_a_code(self, row: int) -> bool:
        """Whether a row holds a single word with digits, such as an identifier."""
        texts = [text for _, text in self.sheet.cells(row)]
        return len(texts) == 1 and "9" in shape(texts[0]) and len(texts[0].split()) == 1


def _refuse_second_table(
    sheet: SheetCells, rows: Rows, missing: Collection[str]
) -> None:
    """EQ351: below an empty row, another header begins another table."""
    sample = rows[:SAMPLE].tolist()
    starts = rows[1:][np.diff(rows) > 1][:SAMPLE]
    for row in starts.tolist():
        if second_header(sheet, row, [r for r in sample if r < row], missing):
            number = sheet.number(row)
            raise sheet.unclear(
                f"below an empty row, a second table seems to begin in row {number}: it "
                "has text where the rows above have numbers",
                f"state last_row = {number - 1} under [file] of the mapping to read only "
                f"the first table (for equipoise map: --last-row {number - 1}), or put "
                "each table into a file or sheet of its own",
            )
