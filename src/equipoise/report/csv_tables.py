"""Tables, figures and listings as CSV: for audit, and as printed."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from equipoise.analyze.result import Results
from equipoise.report.blocks import Figure, Lookup, Table, TextTable


def audit_csv(table: Table, results: Results) -> bytes:
    """One row for each number of a table: unrounded, with its id."""
    find = Lookup(results)
    rows: list[tuple[object, ...]] = [
        ("row", "column", "id", "field", "value", "printed")
    ]
    for name, cells in table.rows:
        for head, parts in zip(table.head[1:], cells, strict=True):
            for part in parts:
                row = find(part.id) if part.id is not None else None
                if row is not None and part.field is not None:
                    value = getattr(row, part.field)
                    own = (name.strip(), head, row.id, part.field, value, part.text)
                    rows.append(own)
    return _written(rows)


def wide_csv(table: Table) -> bytes:
    """The table as printed: the same head, rows and cells, for reuse."""
    rows: list[tuple[object, ...]] = [table.head]
    for name, cells in table.rows:
        texts = ("".join(cell.text for cell in parts) for parts in cells)
        rows.append((name.strip(), *texts))
    return _written(rows)


def listing_csv(table: TextTable) -> bytes:
    """The rows of a listing under its head, also those that are not printed."""
    return _written([table.head, *table.rows, *table.filed])


def drawn_csv(figure: Figure) -> bytes:
    """One row for each point that a figure draws, with the id of its estimate."""
    rows: list[tuple[object, ...]] = [
        ("panel", "label", "arm", "x", "y", "lower", "upper", "n", "id")
    ]
    for part in figure.series:
        columns = (part.x, part.y, part.lower, part.upper, part.n, part.ids)
        for point in zip(*columns, strict=True):
            rows.append((part.panel, part.label, part.arm, *point))
    return _written(rows)


def _written(rows: Sequence[Sequence[object]]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()
