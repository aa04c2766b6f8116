"""Columns hold their longest word; what is too wide for a page turns it."""

from dataclasses import replace

import pytest

from equipoise.report.blocks import Document, Table, TextTable
from equipoise.report.formats.columns import GAP, PAPER, SIZES, layout
from equipoise.report.formats.text_measure import TOGETHER, texts, width, words
from tests.report.reports import TRIALS, content

EMPTY = Document("t", "s", "a", (), "", ())


def listing(columns: int, text: str, rows: int = 1, kind: str = "Listing") -> TextTable:
    return TextTable(
        "l", "t", ("head",) * columns, ((text,) * columns,) * rows, kind=kind
    )


@pytest.mark.parametrize("name", TRIALS)
def test_no_column_of_a_report_is_narrower_than_its_longest_word(name: str) -> None:
    document, seen = content(name), 0
    for section in document.sections:
        for block in section.blocks:
            if not isinstance(block, Table | TextTable) or not block.rows:
                continue
            look = layout(block, document)
            seen += 1
            for place, points in enumerate(look.columns):
                cells = [row[place] for row in texts(block)]
                longest = max(
                    *(width(w, look.size, bold=True) for w in words(block.head[place])),
                    *(width(w, look.size) for text in cells for w in words(text)),
                )
                line = sum(look.columns)
                assert points + 1e-6 >= min(longest, 0.4 * line) + 2 * GAP, block.title
    assert seen > 10


@pytest.mark.parametrize("paper", ["A4", "letter"])
def test_columns_fill_the_line(paper: str) -> None:
    document = replace(EMPTY, paper=paper)  # type: ignore[arg-type]
    for block in (listing(3, "word"), listing(3, "many words " * 30)):
        look = layout(block, document)
        assert sum(look.columns) == pytest.approx(PAPER[paper][0])
        assert sum(look.shares) == pytest.approx(1)


def test_type_becomes_smaller_before_the_page_is_turned() -> None:
    def table(letters: int) -> TextTable:
        return listing(5, "x" * letters, kind="Table")

    looks = [layout(table(n), EMPTY) for n in range(8, 40)]
    assert looks[0].size == SIZES[0]
    assert not looks[0].landscape
    assert looks[-1].landscape
    turned = [look.landscape for look in looks].index(True)
    assert looks[turned - 1].size == SIZES[-1]


def test_listings_of_many_columns_are_on_turned_pages() -> None:
    assert layout(listing(8, "x"), EMPTY).landscape
    assert not layout(listing(7, "x"), EMPTY).landscape
    assert not layout(listing(8, "x", kind="Table"), EMPTY).landscape
    assert not layout(listing(8, "x", rows=0), EMPTY).landscape


def test_texts_that_fit_are_on_one_line_beside_empty_columns() -> None:
    label = "Participants with at least one deviation"
    rows = ((label, "", ""), ("x", "1", "2"))
    block = TextTable("l", "t", ("Deviation", "Ketamine", "Midazolam"), rows)
    look = layout(block, EMPTY)
    assert look.columns[0] >= width(label, look.size) + 2 * GAP


def test_a_table_is_small_by_its_lines() -> None:
    assert layout(listing(2, "x", TOGETHER - 1), EMPTY).small
    assert not layout(listing(2, "x", TOGETHER), EMPTY).small


def test_a_word_longer_than_the_page_leaves_room_for_the_others() -> None:
    look = layout(TextTable("l", "t", ("a", "b"), (("W" * 300, "word"),)), EMPTY)
    assert sum(look.columns) == pytest.approx(PAPER["A4"][0])
    assert look.columns[1] >= width("word", look.size) + 2 * GAP
