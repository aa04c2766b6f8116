"""The PDF: hostile texts are texts, and every page says what it must."""

import re
from dataclasses import replace
from struct import unpack

import pytest

from equipoise.report.blocks import Document, Paragraph, Section, TextTable
from equipoise.report.compiler import compiled_pages
from equipoise.report.formats.typeset import lines, pdf, quoted
from tests.report.formats.hostile import (
    LONG,
    NASTY,
    STRANGE,
    SVG,
    arms_called,
    document,
)


@pytest.mark.parametrize("text", [NASTY, LONG, STRANGE])
def test_hostile_texts_are_set_and_not_run(text: str) -> None:
    assert pdf(document(text)).startswith(b"%PDF")
    assert pdf(arms_called(text)).startswith(b"%PDF")


def test_the_same_bytes_each_time() -> None:
    assert pdf(document()) == pdf(document())


def test_quotes_and_backslashes_are_escaped() -> None:
    assert quoted('a "b" \\ c\n\x00') == '"a \\"b\\" \\\\ c\\n\ufffd"'


def test_every_page_has_its_running_head_number_and_date() -> None:
    """As Typst is told: its own pages are pictures here."""
    style = next(iter(lines(document())))
    assert f"[#strong({quoted(NASTY)})" in style
    assert '"Page " + counter(page).display() + " of "' in style
    assert "Last date in the data: 2021-03-29" in style


def plain(**more: object) -> Document:
    part = Section("a", "1", "One", "", (Paragraph("text"),))
    made = Document("Title", "sub", "about", (), "", (part,), running="Virtual")
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("paper", "size"), [("A4", (595, 842)), ("letter", (612, 792))]
)
def test_paper(paper: str, size: tuple[int, int]) -> None:
    first = compiled_pages("\n".join(lines(plain(paper=paper))), {}, dots=72)[0]
    width, height = unpack(">II", first[16:24])
    assert abs(width - size[0]) <= 1  # a whole number of dots
    assert abs(height - size[1]) <= 1


def test_a_logo_stands_on_the_title_page() -> None:
    (logo,) = compiled_pages("logo", {}, dots=40)
    assert pdf(plain(logo=logo)) != pdf(plain())
    assert pdf(plain(logo=SVG)) != pdf(plain())


def test_rows_that_belong_together_are_spanned_and_long_words_can_be_divided() -> None:
    rows = (("W" * 300, "x"),) + (("x", "y"),) * 29
    table = TextTable("l", "t", ("a", "b"), rows)
    made = "".join(lines(plain(sections=(Section("a", "1", "A", "", (table,)),))))
    spans = [int(n) for n in re.findall(r"rowspan: (\d+), breakable: false", made)]
    assert sum(spans) == 31  # the head and every row
    assert spans[1] == spans[-1] == 3
    assert "\\u{200b}" in made or "\u200b" in made


def test_wide_listings_are_on_turned_pages() -> None:
    wide = TextTable("w", "w", ("h",) * 9, (("x",) * 9,) * 3)
    whole = plain(sections=(Section("a", "1", "A", "", (wide,)),))
    assert "flipped: true" in "".join(lines(whole))
    assert "flipped" not in "".join(lines(plain()))
    last = compiled_pages("\n".join(lines(whole)), {}, dots=72)
    sizes = [unpack(">II", page[16:24]) for page in last]
    turned = [width > height for width, height in sizes]
    assert turned == [False, False, True, False]  # title, contents, listing, provenance
