"""Styles and pages of the Word document."""

from docx import Document as Word
from docx.oxml.ns import qn

from equipoise.report.formats.word_styles import MARGIN, PAPER, set_page, set_styles
from tests.report.formats.hostile import document


def test_captions_are_in_the_contents_and_headings_have_their_level() -> None:
    made = Word()
    set_styles(made, document())
    levels = {
        name: made.styles[f"Heading {name}"].element.pPr.find(qn("w:outlineLvl"))
        for name in (1, 2, 3, 4)
    }
    assert [e.get(qn("w:val")) for e in levels.values()] == ["0", "1", "2", "3"]
    for name in ("Caption", "toc 1", "toc 5", "Table cell", "Banner"):
        assert made.styles[name].base_style.name == "Normal"
    ids = [s.get(qn("w:styleId")) for s in made.styles.element.iter(qn("w:style"))]
    assert len(ids) == len(set(ids))


def test_the_text_is_what_the_margins_leave() -> None:
    made = Word()
    set_page(made, document())
    part, turned = made.sections
    left = part.page_width.twips - part.left_margin.twips - part.right_margin.twips
    assert left == PAPER["A4"].text == PAPER["A4"].width - 2 * MARGIN
    assert turned.page_width.twips == PAPER["A4"].height


def test_fields_are_updated_when_the_document_is_opened() -> None:
    made = Word()
    set_styles(made, document())
    assert made.settings.element.find(qn("w:updateFields")) is not None
