"""Laws over all four forms: one order of captions, and every note below its table."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from docx import Document as Word
from docx.oxml.ns import qn

from equipoise.report.blocks import Document, Figure, Table, TextTable, titled
from equipoise.report.formats import typeset
from equipoise.report.formats.html_page import page
from equipoise.report.formats.references import parts, targets
from equipoise.report.formats.rtf import escaped, rtf
from equipoise.report.formats.typeset import lines, quoted
from equipoise.report.formats.word import docx
from tests.report.reports import TRIALS, content

Event = tuple[str, str]  # caption, table, figure or note, and its text


def events(document: Document) -> list[Event]:
    """What a reader must meet, in this order: the synopsis is the first section."""
    made: list[Event] = []
    sections = sorted(document.sections, key=lambda s: s.id != "synopsis")
    for section in sections:
        for block in section.blocks:
            if not isinstance(block, Table | Figure | TextTable):
                continue
            made.append(("caption", titled(block)))
            if isinstance(block, Figure):
                made.append(("figure", ""))
            elif block.rows:
                made.append(("table", ""))
            if block.note:
                made.append(("note", block.note))
    return made


def of_page(document: Document) -> list[Event]:
    text = page(document).decode()
    text = text[text.index("<main>") :]
    pattern = (
        r'<span class="title">(.*?)</span>|(<table)|(<svg)|<p class="note">(.*?)</p>'
    )
    inside = re.compile(r"<figure.*?</figure>", re.S)
    found = [m for f in inside.finditer(text) for m in re.finditer(pattern, f.group())]
    return [_event(m, lambda s: unescape(re.sub("<[^>]*>", "", s))) for m in found]


def of_word(document: Document) -> list[Event]:
    made: list[Event] = []
    captioned = False
    for element in Word(BytesIO(docx(document))).element.body:
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        kind = "" if style is None else style.get(qn("w:val"))
        text = "".join(str(t.text) for t in element.iter(qn("w:t")))
        if kind == "Caption":
            made.append(("caption", text))
            captioned = True
        elif element.tag == qn("w:tbl"):
            made.append(("table", ""))
        elif captioned and next(element.iter(qn("w:drawing")), None) is not None:
            made.append(("figure", ""))
        elif captioned and kind == "Note":
            made.append(("note", text))
        elif kind != "Population":
            captioned = False
    return made


def _event(match: re.Match[str], plain_text: Callable[[str], str]) -> Event:
    caption, table, _, note = match.groups()
    if caption is not None:
        return "caption", plain_text(caption)
    if note is not None:
        return "note", plain_text(note)
    return ("table", "") if table else ("figure", "")


def in_order(text: str, marks: list[str]) -> bool:
    """Whether each mark comes after the one before."""
    at = 0
    for mark in marks:
        at = text.find(mark, at) + 1
        if at == 0:
            return False
    return True


def pdf_mark(document: Document, event: Event) -> str:
    kind, text = event
    known = targets(document)
    return {
        "caption": f"#heading(level: 7, {quoted(text)})",
        "table": "#table(",
        "figure": "#image(",
        "note": f"#small({typeset._linked(text, known)})",
    }[kind]


def rtf_mark(document: Document, event: Event) -> str:
    kind, text = event
    first = parts(text, targets(document))[0][0] if kind == "note" else text
    return {
        "caption": rf"}}{escaped(text)}{{\*\bkmkend",
        "table": r"\trowd",
        "figure": r"\pngblip",
        "note": escaped(first),
    }[kind]


@pytest.mark.parametrize("form", [of_page, of_word])
@pytest.mark.parametrize("name", TRIALS)
def test_captions_tables_and_notes_have_one_order(
    name: str, form: Callable[[Document], list[Event]]
) -> None:
    document = content(name)
    assert form(document) == events(document)


@pytest.mark.parametrize("name", TRIALS)
def test_pdf_and_rtf_have_the_same_order(name: str) -> None:
    document = content(name)
    expected = events(document)
    text = "".join(lines(document))
    assert "float" not in text  # then the order of the source is that of the pages
    assert "#place" not in text
    assert text.count("#heading(level: 7") == sum(k == "caption" for k, _ in expected)
    assert in_order(text, [pdf_mark(document, event) for event in expected])
    text = rtf(document).decode("ascii")
    assert text.count(r"\s5\sb280") == sum(kind == "caption" for kind, _ in expected)
    assert in_order(text, [rtf_mark(document, event) for event in expected])


def test_another_order_is_seen() -> None:
    assert in_order("abc", ["a", "b", "c"])
    assert not in_order("acb", ["a", "b", "c"])
