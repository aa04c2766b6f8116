"""The Word document, read back."""

from io import BytesIO

from docx import Document as Word

from equipoise.report.forms.word import docx
from tests.report.forms.hostile import NASTY, document


def test_headings_tables_figures_and_their_words() -> None:
    made = Word(BytesIO(docx(document())))
    headings = [p.text for p in made.paragraphs if p.style.name.startswith("Heading")]
    assert f"Table 14.2.1. {NASTY}" in headings
    assert f"Figure 14.2.1. {NASTY}" in headings
    assert len(made.tables) == 2
    assert [cell.text for cell in made.tables[0].rows[1].cells] == [NASTY, "−1.5"]
    assert made.tables[1].rows[1].cells[1].text == "ü – 😀"
    (picture,) = made.inline_shapes
    assert picture._inline.docPr.get("descr") == NASTY


def test_the_same_bytes_each_time() -> None:
    assert docx(document()) == docx(document())
