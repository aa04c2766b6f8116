"""Texts that no report could print are refused with their place, before any work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from equipoise.protocol.check_text import LONGEST, texts, unprintable
from tests.protocol.faults import found, read

TITLE = "Randomized controlled trial of repeated-dose intravenous ketamine for PTSD"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (f'title = "{TITLE}"', 'title = "Ketamine\\u0007"', "trial.title"),
        (f'title = "{TITLE}"', 'title = "Two\\nlines"', "trial.title"),
        ('label = "Ketamine"', 'label = "Keta\\u0000mine"', "arms[ketamine].label"),
        (
            'label = "Week 2"',
            'label = "\\u202e2 keeW"',
            "schedule.visits[week-2].label",
        ),
        ('text = "Pregnancy"', 'text = "a\\u001bb"', "eligibility[E5].text"),
        ('F = "Female"', 'F = "Fe\\uffffmale"', "characteristics[sex].labels[F]"),
    ],
)
def test_a_control_character_is_refused_with_its_place(
    old: str, new: str, place: str
) -> None:
    assert ("EQ116", place) in found((old, new))


def test_the_message_shows_the_character_and_never_prints_it() -> None:
    problems = read((f'title = "{TITLE}"', 'title = "Ketamine\\u0007"'))[1]
    (problem,) = (p for p in problems if p.code == "EQ116")
    assert "U+0007" in problem.what
    assert not unprintable(problem.what)


def test_a_note_may_have_several_lines() -> None:
    assert (
        found(('note = "as for ketamine, to keep the blind"', 'note = "a\\nb\\tc"'))
        == []
    )


@pytest.mark.parametrize(
    ("old", "key", "place"),
    [
        (f'title = "{TITLE}"', "title", "trial.title"),
        ('label = "Ketamine"', "label", "arms[ketamine].label"),
        ('label = "Week 2"', "label", "schedule.visits[week-2].label"),
        (
            'sponsor = "Icahn School of Medicine at Mount Sinai"',
            "sponsor",
            "trial.sponsor",
        ),
    ],
)
def test_a_text_is_as_long_as_its_kind_allows(old: str, key: str, place: str) -> None:
    assert found((old, f'{key} = "{"x" * LONGEST[key]}"')) == []
    assert found((old, f'{key} = "{"x" * (LONGEST[key] + 1)}"')) == [("EQ117", place)]


def test_the_text_of_an_instrument_is_checked_too() -> None:
    protocol = read()[0]
    assert protocol is not None
    places = [place for place, _, _ in texts(protocol)]
    assert "scales[caps5].name" in places


@given(st.text(max_size=30))
def test_what_may_be_printed_is_xml(text: str) -> None:
    """The parser of XML is the judge: python-docx and browsers hold to it."""
    if unprintable(text, lines=True):
        return
    node = etree.Element("a")
    node.text = text
    assert etree.fromstring(etree.tostring(node)).text == (text or None)


@given(st.characters(categories=["Cc"]))
def test_every_control_character_is_found(letter: str) -> None:
    assert unprintable(f"a{letter}b") == (f"U+{ord(letter):04X}",)
