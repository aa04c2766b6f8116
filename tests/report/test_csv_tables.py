"""CSV files of a table: each number with its id, and the table as it is printed."""

from __future__ import annotations

import csv
from io import StringIO

from equipoise.report.blocks import Table, TextTable
from equipoise.report.csv_tables import audit_csv, listing_csv, wide_csv
from equipoise.report.front_matter import blocks
from tests.report.reports import content, trial


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode())))


def table(name: str) -> Table:
    (found,) = (
        b
        for b in blocks(content("feder2021").sections)
        if isinstance(b, Table) and b.name == name
    )
    return found


def test_the_wide_table_is_what_is_printed() -> None:
    printed = table("synopsis-results")
    head, *body = rows(wide_csv(printed))
    assert tuple(head) == printed.head
    assert len(body) == len(printed.rows)
    for line, (label, cells) in zip(body, printed.rows, strict=True):
        assert line[0] == label.strip()
        assert line[1:] == ["".join(c.text for c in parts) for parts in cells]


def test_the_audit_file_has_the_unrounded_number_of_every_cell() -> None:
    _, _, results = trial("feder2021")
    printed = table("synopsis-results")
    head, *body = rows(audit_csv(printed, results))
    assert head == ["row", "column", "id", "field", "value", "printed"]
    cells = [c for _, row in printed.rows for parts in row for c in parts if c.id]
    assert len(body) == len(cells)
    for (_, _, name, field, value, _), cell in zip(body, cells, strict=True):
        assert (name, field) == (cell.id, cell.field)
        number = getattr(results[name], field)
        assert value == ("" if number is None else str(number))


def test_a_listing_is_written_with_its_head() -> None:
    listing = TextTable("l", "L", ("a", "b"), (("1, 2", "x"),))
    assert rows(listing_csv(listing)) == [["a", "b"], ["1, 2", "x"]]
