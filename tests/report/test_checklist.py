"""The CONSORT 2025 checklist points at what is there, and never at what is not."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from functools import cache
from io import BytesIO

import pytest

from equipoise.report.blocks import (
    Figure,
    Paragraph,
    Section,
    Table,
    TextTable,
    anchor,
    titled,
)
from equipoise.report.checklist import (
    AUTHORS,
    ITEMS,
    NOT_REPORTED,
    checklist,
    evidence,
    pointers,
    shows,
)
from equipoise.report.document import FORMS
from tests.analyze.feder import feder, virtual
from tests.report.reports import TRIALS, content, trial


def where(name: str) -> dict[str, str]:
    table = content(name).sections[-1].blocks[0]
    assert isinstance(table, TextTable)
    return {row[0]: row[2] for row in table.rows}


def plain(text: str) -> str:
    """Letters and digits only: a form may set the rest otherwise."""
    return re.sub(r"[\W_]", "", text).lower()


@cache
def form(name: str, kind: str) -> str:
    made = FORMS[kind](content(name))
    if kind == "html":
        body = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", made.decode(), flags=re.S)
        return plain(html.unescape(re.sub(r"<[^>]+>", "", body)))
    if kind == "rtf":
        text = made.decode("ascii")
        text = re.sub(r"\\u(-?\d+)\?", lambda m: chr(int(m.group(1)) % 65536), text)
        return plain(re.sub(r"\\[a-z]+-?\d* ?", "", text))
    if kind == "docx":
        from docx import Document

        word = Document(BytesIO(made))
        body = word.element.body.iter()
        return plain("".join(e.text or "" for e in body if e.tag.endswith("}t")))
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not on this machine")
    done = subprocess.run(  # noqa: S603 - a program of this machine, our own PDF
        [program, "-raw", "-", "-"], input=made, capture_output=True, check=True
    )
    return plain(done.stdout.decode())


def test_every_item_once() -> None:
    numbers = [item.number for item in ITEMS]
    assert len(numbers) == len(set(numbers)) == 42
    assert {re.sub("[abcd]", "", n) for n in numbers} == {str(n) for n in range(1, 31)}


@pytest.mark.parametrize("name", TRIALS)
def test_every_pointer_leads_to_a_section_or_a_block_that_is_not_empty(
    name: str,
) -> None:
    _, data, _ = trial(name)
    sections = content(name).sections
    blocks = {
        anchor(b): b
        for section in sections
        for b in section.blocks
        if isinstance(b, Table | Figure | TextTable)
    }
    headings = {section.id for section in sections}
    found = pointers(data, sections[:-1])
    assert sum(len(names) for names in found.values()) > 20
    for item, names in found.items():
        for pointer in names:
            assert pointer in headings or shows(blocks[pointer]), (item, pointer)
            if pointer in headings:
                places = [s.place for s in sections if s.id == pointer]
                below = [
                    block
                    for s in sections
                    for block in s.blocks
                    if f"{s.place}.".startswith(f"{places[0]}.")
                ]
                assert any(shows(block) for block in below), (item, pointer)


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("name", TRIALS)
def test_every_pointer_is_printed_in_every_form(name: str, kind: str) -> None:
    document = content(name)
    printed = form(name, kind)
    names = {s.heading: s.heading for s in document.sections}
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Table | Figure | TextTable) and block.number:
                names[titled(block).partition(". ")[0]] = titled(block)
    for item, text in where(name).items():
        for part in text.split("; "):
            target = part.partition(" (")[0] if AUTHORS in part else part
            if target.startswith(("Title page", "Provenance")) or target in (
                AUTHORS,
                NOT_REPORTED,
            ):
                continue
            if target == "no further analysis is planned in the protocol":
                continue
            target = target.partition(" (in part")[0]
            assert target in names, (item, target)
            if names[target] == "2 Synopsis":
                continue  # its heading is not printed by every form yet
            assert plain(names[target]) in printed, (item, kind, target)


def test_what_was_not_collected_is_no_evidence() -> None:
    found = where("tutorial")
    for item in ("15", "23a"):
        assert found[item] in (AUTHORS, NOT_REPORTED)
    assert found["22b"].endswith("(in part: the data hold no record of disposition)")
    assert "Listing" not in found["27"]
    assert "Table" not in found["27"]


def test_the_methods_are_in_the_report() -> None:
    found = where("feder2021")
    assert found["1b"] == "2 Synopsis"
    assert found["9"] == "9.1 Overall study design"
    assert found["12a"] == "9.3.1 Inclusion criteria; 9.3.2 Exclusion criteria"
    assert found["16a"] == "9.7.2 Determination of sample size"
    assert found["16b"] == "11.4.2.3 Interim analyses and data monitoring"
    assert found["10"].startswith("9.8 Changes in the conduct")
    assert found["18"].startswith("9.4.3")
    assert found["24b"].startswith("9.4.7 Prior and concomitant therapy")
    assert found["17b"].startswith("9.4.3")
    assert found["22a"].startswith("Figure 14.1.")
    assert found["23a"].startswith("Table 14.1.")
    assert found["6"] == AUTHORS


def test_an_empty_listing_a_blank_table_and_an_absence_show_nothing() -> None:
    assert not shows(TextTable("x", "X", ("a",), (), "None was found."))
    assert not shows(Table("x", "X", ("", "a"), (("row", ((),)),)))
    assert not shows(Paragraph("The data hold no ratings."))
    assert not shows(Paragraph("Nothing.", kind="absent"))
    assert shows(Paragraph("Two participants died."))


def test_a_section_is_covered_by_those_below_it() -> None:
    upper = Section("a", "12", "A", "", ())
    lower = Section("b", "12.1", "B", "", (Paragraph("text"),))
    other = Section("c", "1", "C", "", ())
    assert set(evidence([upper, lower, other])) == {"a", "b"}


def test_without_sections_it_points_nowhere() -> None:
    section = checklist(feder(), virtual(), [])
    (table,) = section.blocks
    assert isinstance(table, TextTable)
    found = {row[0]: row[2] for row in table.rows}
    assert found["22a"] == AUTHORS
    assert found["27"] == NOT_REPORTED
