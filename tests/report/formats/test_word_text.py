"""Runs, fields and captions as XML."""

from lxml import etree

from equipoise.report.blocks import TextTable
from equipoise.report.formats.word_text import caption, field, linked, mark, run

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def texts(inside: str, name: str = "t") -> list[str]:
    root = etree.fromstring(f'<w:p xmlns:w="{SPACE}">{inside}</w:p>')
    return [str(e.text) for e in root.iter(f"{{{SPACE}}}{name}")]


def test_a_run_keeps_lines_and_marks_of_xml() -> None:
    assert texts(run("a <b> &\nc\x00")) == ["a <b> &", "c\ufffd"]


def test_a_field_shows_its_text_until_it_is_updated() -> None:
    made = field("PAGE", run("7"))
    assert texts(made) == ["7"]
    assert texts(made, "instrText") == [" PAGE "]


def test_only_the_last_number_of_a_caption_is_counted() -> None:
    made = caption(TextTable("l", "Title", ("a",), (), number="16.2.7.3"))
    assert texts(made) == ["Listing 16.2.7.", "3", ". Title"]
    assert texts(made, "instrText") == [" SEQ Listing_16_2_7 \\* ARABIC "]
    assert texts(caption(TextTable("l", "Title", ("a",), ()))) == ["Title"]


def test_bookmarks_are_names_that_word_takes() -> None:
    assert mark("a b").isascii()
    assert len(mark("x" * 99)) <= 40
    assert mark("a") != mark("b")


def test_a_reference_names_the_bookmark() -> None:
    made = linked("see Table 1.2", {"Table 1.2": "table-1.2"})
    assert texts(made, "instrText") == [f" REF {mark('table-1.2')} \\h "]
    assert texts(made) == ["see ", "Table 1.2"]
