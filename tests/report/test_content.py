"""The content: numbers of tables, widths of columns."""

from equipoise.report.cells import Cell
from equipoise.report.content import (
    Document,
    Figure,
    Paragraph,
    Section,
    Table,
    TextTable,
    label,
    widths,
    with_numbers,
)

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


def test_a_column_holds_its_longest_word_and_long_texts_get_more() -> None:
    table = TextTable(
        "l", "L", ("a", "Heading", "c"), (("x", "exploratory", "long text " * 40),)
    )
    narrow, word, long = widths(table)
    assert narrow == 5
    assert word >= len("exploratory")
    assert long > 2 * word
