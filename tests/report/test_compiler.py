"""Typst: a PDF or the pages of a text, the same bytes each time."""

from equipoise.report.compiler import compiled, compiled_pages


def test_the_same_text_is_the_same_file() -> None:
    assert compiled("= Title", {}).startswith(b"%PDF")
    assert compiled("= Title", {}) == compiled("= Title", {})


def test_each_page_is_a_drawing() -> None:
    pages = compiled_pages("one\n#pagebreak()\ntwo", {}, dots=50)
    assert len(pages) == 2
    assert all(page.startswith(b"\x89PNG") for page in pages)
    assert pages[0] != pages[1]


def test_letters_that_the_fonts_of_typst_have_not_are_set_in_another() -> None:
    """Two Hebrew letters differ; boxes for missing letters would not."""
    style = '#set text(font: ("Libertinus Serif", "DejaVu Sans"))\n'
    alef, bet = (compiled_pages(style + letter, {}, dots=90)[0] for letter in "אב")
    assert alef != bet
