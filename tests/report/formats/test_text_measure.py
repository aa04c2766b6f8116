"""How wide texts are, and which rows are kept together."""

from struct import unpack

import pytest

from equipoise.report.blocks import Table, TextTable
from equipoise.report.compiler import compiled_pages
from equipoise.report.formats.text_measure import (
    glued,
    tall,
    texts,
    together,
    width,
    words,
)
from equipoise.report.formats.typeset import quoted
from equipoise.report.table_cells import Cell


def listing(*rows: tuple[str, ...]) -> TextTable:
    return TextTable("l", "t", ("a", "b"), rows)


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "Participants",
        "MidazolamScreening",
        "−8.6 (−15.5 to −1.7)",
        "WMW",
        "iljft",
        "≥ 5 ≤",
    ],
)
def test_no_text_of_the_pdf_is_wider_than_it_is_taken_to_be(
    text: str, bold: bool
) -> None:
    """Measured by Typst itself: a page as wide as the text, a dot for each point."""
    weight = "bold" if bold else "regular"
    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n#text(size: 100pt, "
        f'weight: "{weight}", font: ("Libertinus Serif", "DejaVu Sans"), {quoted(text)})'
    )
    (made,) = compiled_pages(source, {}, dots=72)
    measured = unpack(">II", made[16:24])[0]
    assert measured <= width(text, 100, bold=bold) <= 1.8 * measured


def test_cells_of_several_numbers_are_one_text() -> None:
    table = Table("t", "t", ("a", "b"), (("r", ((Cell("1"), Cell(" (2)")),)),))
    assert texts(table) == [["r", "1 (2)"]]


def test_an_interval_is_not_divided_and_its_letters_stay() -> None:
    made = glued("1.0 (0.5 to 1.5)")
    assert made.replace("\u00a0", " ") == "1.0 (0.5 to 1.5)"
    assert words(made) == ["1.0", "(0.5\u00a0to\u00a01.5)"]
    assert words("pre-dose value") == ["pre-", "dose", "value"]


def test_a_row_is_as_tall_as_its_tallest_cell() -> None:
    assert tall(["x", "y"], [100, 100], 8) == 1
    assert tall(["x", "word " * 40], [100, 100], 8) > 4
    assert tall(["x", "a\nb"], [100, 100], 8) == 2


def test_a_small_table_is_on_one_page() -> None:
    assert together(listing(*[("x", "y")] * 5), small=True) == [True] * 4 + [False]


def test_no_page_begins_or_ends_with_fewer_than_three_rows() -> None:
    kept = together(listing(*[("x", "y")] * 9), small=False)
    assert kept == [True, True, False, False, False, False, True, True, False]


def test_a_heading_of_rows_stays_with_the_first_two() -> None:
    rows = [("x", "y")] * 4 + [("Heading", "")] + [("\u2003x", "y")] * 6
    kept = together(listing(*rows), small=False)
    assert kept[3:7] == [False, True, True, False]


def test_there_may_be_no_or_few_rows() -> None:
    assert together(listing(), small=False) == []
    assert together(listing(("x", "")), small=False) == [False]
    assert together(listing(("x", "y"), ("x", "y")), small=False) == [True, False]
