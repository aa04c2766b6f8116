"""The RTF: balanced, ASCII, and every text can be read back."""

import re
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.report.blocks import Section, TextTable, printable
from equipoise.report.formats.rtf import escaped, rtf
from equipoise.report.formats.word_styles import PAPER
from tests.report.formats.hostile import LONG, STRANGE, document


def plain(text: str) -> str:
    """What a reader makes of an escaped text: UTF-16 units, then characters."""
    units: list[int] = []
    pattern = r"\\u(-?\d+)\?|\\([\\{}])|(\\line )|(\\tab )|(.)"
    for match in re.finditer(pattern, text, flags=re.DOTALL):
        code, literal, line, tab, letter = match.groups()
        if code is not None:
            units.append(int(code) % 65536)
        else:
            known = ("\n" if line else "") + ("\t" if tab else "")
            units.append(ord(literal or letter or known))
    return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"])))
def test_every_text_can_be_read_back(text: str) -> None:
    assert plain(escaped(text)) == printable(text)
    assert escaped(text).isascii()


def test_groups_are_balanced_and_nothing_hostile_is_a_control() -> None:
    text = rtf(document()).decode("ascii")
    assert text.startswith(r"{\rtf1")
    bare = re.sub(r"\\[\\{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert r"\par {\b $y$" not in text
    assert text.count(r"\row") == 4
    assert text.count(r"\pngblip") == 1
    assert text.count(r"\trhdr") == 2


@pytest.mark.parametrize("text", [LONG, STRANGE])
def test_strange_texts_are_written(text: str) -> None:
    made = rtf(document(text)).decode("ascii")
    bare = re.sub(r"\\[\\{}]", "", made)
    assert bare.count("{") == bare.count("}")


@pytest.mark.parametrize(
    ("paper", "size"),
    [("A4", r"\paperw11906\paperh16838"), ("letter", r"\paperw12240")],
)
def test_every_page_has_its_paper_head_and_number(
    paper: Literal["A4", "letter"], size: str
) -> None:
    content = replace(document(), paper=paper, running="Virtual participants")
    text = rtf(content).decode("ascii")
    assert size in text
    (header,) = re.findall(r"^\{\\header.*", text, re.M)
    (footer,) = re.findall(r"^\{\\footer.*", text, re.M)
    assert "Virtual participants" in header
    assert r"\fldinst PAGE}" in footer
    assert r"\fldinst NUMPAGES}" in footer
    assert "Last date in the data: 2021-03-29" in footer


def test_contents_lead_to_bookmarks() -> None:
    text = rtf(document()).decode("ascii")
    marks = set(re.findall(r"\\bkmkstart (\w+)", text))
    pages = re.findall(r"PAGEREF (\w+)", text)
    assert len(pages) == 7
    assert set(pages) == marks
    assert len(re.findall(r"\\fldinst REF (\w+)", text)) == 1
    assert r"\fldinst TOC \\o" in text


def test_wide_listings_are_on_turned_pages_with_the_same_head_and_foot() -> None:
    wide = TextTable("w", "W", ("h",) * 9, (("x",) * 9,) * 3, "note", number="16.2.1")
    more = Section("c", "16.2", "C", "", (wide,))
    whole = document()
    text = rtf(replace(whole, sections=(*whole.sections, more))).decode("ascii")
    upright, turned, last = text.split(r"\sect\sectd")
    assert r"\lndscpsxn\pgwsxn16838\pghsxn11906" in turned
    assert r"\pgwsxn11906\pghsxn16838" in last
    assert "lndscpsxn" not in upright + last
    for part in (upright, turned, last):
        assert part.count(r"{\header") == part.count(r"{\footer") == 1
    ends = [int(end) for end in re.findall(r"\\cellx(\d+)", turned)]
    assert max(ends) == PAPER["A4"].turned.text
