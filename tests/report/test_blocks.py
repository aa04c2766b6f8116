"""The content: numbers of tables, levels of headings."""

import pytest

from equipoise.analyze.result import Estimate
from equipoise.report.blocks import (
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    TextTable,
    anchor,
    counted,
    label,
    share,
    with_numbers,
)
from equipoise.report.table_cells import Cell

TABLE = Table("t", "T", ("", "a"), (("x", ((Cell("1"),),)),))
FIGURE = Figure("f", "F", "alt", b"<svg></svg>", b"")
LISTING = TextTable("l", "L", ("a", "b"), (("x", "y"),))


def test_tables_figures_and_listings_count_for_themselves_over_sections() -> None:
    one = Section("a", "11", "A", "14.2", (TABLE, FIGURE, TABLE))
    two = Section("b", "11.5", "B", "14.2", (Paragraph("p"), FIGURE, LISTING))
    three = Section("c", "12", "C", "14.3", (TABLE,))
    made = with_numbers([one, two, three])
    labels = [label(b) for s in made for b in s.blocks if not isinstance(b, Paragraph)]
    assert labels == [
        "Table 14.2.1",
        "Figure 14.2.1",
        "Table 14.2.2",
        "Figure 14.2.2",
        "Listing 14.2.1",
        "Table 14.3.1",
    ]


def test_a_section_without_a_number_has_unnumbered_tables() -> None:
    (made,) = with_numbers([Section("x", "", "X", "", (LISTING,))])
    assert label(made.blocks[0]) == ""  # type: ignore[arg-type]
    document = Document("t", "s", "a", (), "", (made,))
    assert list(document.numbered()) == []


@pytest.mark.parametrize(
    ("place", "level"),
    [("", 1), ("12", 1), ("12.2", 2), ("11.4.1", 3), ("11.4.2.5", 4), ("1.2.3.4.5", 4)],
)
def test_the_level_of_a_heading_is_that_of_its_number(place: str, level: int) -> None:
    assert Section("x", place, "X", "", ()).level == level


def row(estimate: float | None, n: int | None) -> Estimate:
    return Estimate(
        id="r", endpoint="e", analysis="count", population="itt", estimate=estimate, n=n
    )


def text(cells: tuple[Cell, ...]) -> str:
    return "".join(cell.text for cell in cells)


@pytest.mark.parametrize(
    ("estimate", "n", "printed"),
    [(5.0, 15, "5/15 (33%)"), (0.0, 15, "0/15 (0%)"), (0.0, 0, "0/0"), (None, 15, "–")],
)
def test_a_count_has_its_denominator_and_percentage(
    estimate: float | None, n: int, printed: str
) -> None:
    assert text(counted(row(estimate, n))) == printed


def test_each_number_of_a_count_can_be_looked_up() -> None:
    fields = [cell.field for cell in counted(row(5.0, 15)) if cell.id]
    assert fields == ["estimate", "n", "percent"]
    assert text(counted(None)) == "–"
    assert text(share(row(5.0, 15), row(1 / 3, 15))) == "5/15 (33%)"


def test_a_table_a_figure_and_a_listing_of_one_name_have_three_anchors() -> None:
    table, figure = Table("x", "X", ("",), ()), Figure("x", "X", "", b"", b"")
    listing, methods = (
        TextTable("x", "X", ("a",), (), kind=kind) for kind in ("Listing", "Table")
    )
    assert anchor(table) == anchor(methods) == "x"
    assert {anchor(table), anchor(figure), anchor(listing)} == {
        "x",
        "figure-x",
        "listing-x",
    }
