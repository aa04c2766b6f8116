"""The Word document, read back."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document as Word
from docx.oxml.ns import qn

from equipoise.report.blocks import Document, Section, TextTable
from equipoise.report.formats.word import LONGEST, docx
from tests.report.formats.hostile import LONG, NASTY, STRANGE, arms_called, document


def opened(content: Document) -> Any:
    return Word(BytesIO(docx(content)))


def fields(element: Any) -> list[str]:
    return [str(e.text).strip() for e in element.iter(qn("w:instrText"))]


def test_headings_captions_tables_figures_and_alt_texts() -> None:
    made = opened(document())
    headings = [p.text for p in made.paragraphs if p.style.name.startswith("Heading")]
    assert headings == ["2 Synopsis", f"11 {NASTY}", f"11.4 {NASTY}", "Provenance"]
    captions = [p for p in made.paragraphs if p.style.name == "Caption"]
    assert [p.text.replace(". " + NASTY, "") for p in captions] == [
        "Table 14.2.1",
        "Listing 14.2.1",
        "Figure 14.2.1",
    ]
    assert fields(captions[0]._p) == ["SEQ Table_14_2 \\* ARABIC"]
    assert len(made.tables) == 2
    assert [cell.text for cell in made.tables[0].rows[1].cells] == [NASTY, "−1.5"]
    assert made.tables[1].rows[1].cells[1].text == "ü – 😀"
    (picture,) = made.inline_shapes
    assert picture._inline.docPr.get("descr") == NASTY


def test_tables_are_as_wide_as_the_text_and_rows_are_not_split() -> None:
    made = opened(document())
    part = made.sections[0]
    text = part.page_width - part.left_margin - part.right_margin
    for table in made.tables:
        assert sum(column.width for column in table.columns) == text
        for row in table.rows:
            assert row._tr.trPr.find(qn("w:cantSplit")) is not None
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        first = table.rows[0].cells[0].paragraphs[0]
        assert first._p.pPr.find(qn("w:keepNext")) is not None
    (picture,) = made.inline_shapes
    assert picture.width == text


def test_contents_are_a_field_with_entries_that_lead_to_their_bookmark() -> None:
    body = opened(document()).element.body
    assert any(code.startswith('TOC \\o "1-4"') for code in fields(body))
    links = [e.get(qn("w:anchor")) for e in body.iter(qn("w:hyperlink"))]
    marks = {e.get(qn("w:name")) for e in body.iter(qn("w:bookmarkStart"))}
    assert len(links) == 7
    assert set(links) <= marks
    assert [c for c in fields(body) if c.startswith("PAGEREF")] == [
        f"PAGEREF {name} \\h" for name in links
    ]
    ids = [e.get(qn("w:id")) for e in body.iter(qn("w:bookmarkStart"))]
    assert len(set(ids)) == len(ids)


def test_a_table_that_a_text_names_is_a_reference() -> None:
    body = opened(document()).element.body
    assert sum(code.startswith("REF ") for code in fields(body)) == 1


@pytest.mark.parametrize(
    ("paper", "size"), [("A4", (11906, 16838)), ("letter", (12240, 15840))]
)
def test_every_page_has_its_paper_head_and_number(
    paper: str, size: tuple[int, int]
) -> None:
    content = replace(document(), paper=paper, running="Virtual participants")
    part = opened(content).sections[0]
    assert (part.page_width.twips, part.page_height.twips) == size
    assert "Virtual participants" in part.header.paragraphs[0].text
    assert "Last date in the data: 2021-03-29" in part.footer.paragraphs[0].text
    assert fields(part.footer._element) == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("text", [NASTY, LONG, STRANGE])
def test_hostile_texts_are_written(text: str) -> None:
    made = opened(document(text))
    assert len(made.core_properties.title) <= LONGEST
    assert len(opened(arms_called(text)).inline_shapes) == 1


def test_the_same_bytes_each_time() -> None:
    one = docx(document())
    assert one == docx(document())
    with ZipFile(BytesIO(one)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {2000}


def test_wide_listings_are_on_turned_pages_with_the_same_head_and_foot() -> None:
    wide = TextTable("w", "W", ("h",) * 9, (("x",) * 9,) * 3, "note", number="16.2.1")
    more = Section("c", "16.2", "C", "", (wide,))
    whole = document()
    made = opened(replace(whole, sections=(*whole.sections, more)))
    parts = list(made.sections)
    sizes = [(p.page_width.twips, p.page_height.twips) for p in parts]
    assert sizes == [(11906, 16838), (16838, 11906), (11906, 16838)]
    for part in parts:
        assert NASTY.partition(" ")[0] in part.header.paragraphs[0].text
        assert fields(part.footer._element) == ["PAGE", "NUMPAGES"]
    table = made.tables[-1]
    text = parts[1].page_width - parts[1].left_margin - parts[1].right_margin
    assert sum(column.width for column in table.columns) == text
