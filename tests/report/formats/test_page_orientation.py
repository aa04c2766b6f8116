"""Stretches of upright and turned pages."""

from equipoise.report.blocks import (
    Block,
    Document,
    Figure,
    Paragraph,
    Section,
    TextTable,
)
from equipoise.report.formats.page_orientation import Item, pages
from tests.report.reports import content

EMPTY = Document("t", "s", "a", (), "", ())
WIDE = TextTable("w", "w", ("h",) * 9, (("x",) * 9,) * 30)
SMALL = TextTable("s", "s", ("h",) * 2, (("x",) * 2,))
LONG = TextTable("l", "l", ("h",) * 2, (("x",) * 2,) * 60)
FIGURE = Figure("f", "f", "alt", b"<svg></svg>")
TEXT = Paragraph("text")


def section(*blocks: Block) -> Section:
    return Section("a", "1", "One", "", blocks)


def turned(*sections: Section) -> list[tuple[bool, int]]:
    made = pages(sections, EMPTY)
    expected: list[Item] = [x for s in sections for x in (s, *s.blocks)]
    assert [item for _, items in made for item in items] == expected
    return [(turn, len(items)) for turn, items in made]


def test_all_is_upright_without_wide_tables() -> None:
    assert turned(section(TEXT, SMALL, FIGURE), section(TEXT)) == [(False, 6)]


def test_a_heading_and_its_text_go_with_the_table_that_follows() -> None:
    assert turned(section(FIGURE), section(TEXT, WIDE)) == [(False, 2), (True, 3)]
    assert turned(section(FIGURE), section(), section(WIDE)) == [(False, 2), (True, 3)]


def test_a_text_after_a_table_stays_with_it() -> None:
    assert turned(section(LONG, TEXT), section(WIDE)) == [(False, 3), (True, 2)]
    made = turned(section(WIDE, TEXT), section(LONG))
    assert made == [(True, 3), (False, 2)]


def test_little_between_turned_pages_is_on_a_turned_page() -> None:
    assert turned(section(WIDE, SMALL, WIDE)) == [(True, 4)]
    assert turned(section(WIDE, LONG, WIDE)) == [(True, 2), (False, 1), (True, 1)]
    assert turned(section(WIDE, FIGURE, WIDE)) == [(True, 2), (False, 1), (True, 1)]


def test_of_a_report_nothing_is_lost_and_listings_are_turned() -> None:
    document = content("feder2021")
    made = pages(document.sections, document)
    items = [item for _, part in made for item in part]
    assert items == [x for s in document.sections for x in (s, *s.blocks)]
    wide = {id(item) for turn, part in made if turn for item in part}
    listings = [b for _, b in document.numbered() if b.number.startswith("16.2.7")]
    assert listings
    assert all(id(block) in wide for block in listings)
