"""What a table of the page is, and how it is written as CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO

from equipoise.analyze.result import Estimate, Results
from equipoise.report.cells import Cells, plain, unrounded


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table.

    Attributes:
        cells: one for each column after the first; empty for a heading between rows.
        indent: True for a part of the row above.
    """

    label: str
    cells: tuple[Cells, ...] = ()
    indent: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page.

    Attributes:
        name: of its CSV file.
        head: column labels, the first that of the rows.
        notes: sentences below the table.
    """

    name: str
    title: str
    head: tuple[Cells, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def widths(self) -> tuple[tuple[int, ...], ...]:
        """Characters of the widest number at each place of each column.

        A page gives every number of a column this width, so that decimal points stand
        below each other although a cell holds several numbers.
        """
        columns = []
        for column in range(len(self.head) - 1):
            cells = [row.cells[column] for row in self.rows if row.cells]
            places = max((len(c) for c in cells), default=0)
            full = [c for c in cells if len(c) == places]
            columns.append(
                tuple(max(len(c[at].text) for c in full) for at in range(places))
            )
        return tuple(columns)

    def csv(self, find: Lookup) -> bytes:
        """One line for each number: unrounded, with its id."""
        out = StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["row", "column", "id", "field", "value", "printed"])
        for row in self.rows:
            for head, cells in zip(self.head[1:], row.cells, strict=False):
                for cell in cells:
                    if cell.id is None or cell.field is None:
                        continue
                    value = unrounded(find[cell.id], cell.field)
                    place = [row.label, plain(head), cell.id, cell.field]
                    writer.writerow([*place, value, cell.text])
        return out.getvalue().encode()


class Lookup:
    """Estimates by id."""

    def __init__(self, results: Results) -> None:
        self.by_id = {row.id: row for row in results}

    def __call__(self, name: str) -> Estimate | None:
        """The estimate with this id; None if there is none."""
        return self.by_id.get(name)

    def __getitem__(self, name: str) -> Estimate:
        """The estimate with this id; KeyError if there is none."""
        return self.by_id[name]
