"""The sections of the page."""

from equipoise.report.blocks import TextTable
from equipoise.report.inspection.sections import parts
from tests.report.inspection.shown import findings


def test_every_section_is_there_with_tables_of_even_rows() -> None:
    made = parts(findings())
    assert [part.id for part in made] == [
        "problems", "files", "tables", "completeness", "distributions", "identifiers",
        "days", "columns",
    ]  # fmt: skip
    tables = [b for part in made for b in part.blocks if isinstance(b, TextTable)]
    for table in tables:
        assert {len(row) for row in table.rows} <= {len(table.head)}, table.name
    names = [table.name for table in tables]
    assert len(names) == len(set(names))
