"""British spelling: of our words, and of nobody else's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.protocol.report_options import ReportOptions
from equipoise.report.blocks import Document, Section, TextTable
from equipoise.report.spelling import BRITISH, british, spelled
from tests.report.reports import trial


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Randomized participants", "Randomised participants"),
        ("in favor of ketamine", "in favour of ketamine"),
        ("30 participants analyzed", "30 participants analysed"),
        ("size", "size"),
        ("randomizedly", "randomizedly"),
    ],
)
def test_whole_words_keep_their_capital(text: str, expected: str) -> None:
    assert british(text, []) == expected


def test_a_label_keeps_its_spelling_inside_a_sentence_of_ours() -> None:
    text = "Randomized: Behavior Center, analyzed"
    assert british(text, ["Behavior Center"]) == "Randomised: Behavior Center, analysed"


@given(st.sampled_from(sorted(BRITISH)), st.text("ab cd", max_size=8))
def test_it_is_done_once_and_for_all(word: str, around: str) -> None:
    once = british(f"{around} {word} {around}", [])
    assert BRITISH[word] in once
    assert british(once, []) == once


def test_texts_of_protocol_and_data_stay() -> None:
    protocol, data, results = trial("feder2021")
    assert "randomized" in protocol.trial.design
    rows = ((f"Analyzed: {protocol.trial.design}",),)
    section = Section("s", "1", "Data sets analyzed", "", (
        TextTable("m", "M", ("Analyzed",), rows, kind="Table"),
        TextTable("l", "L", ("Analyzed",), (("analyzed by hand",),)),
    ))  # fmt: skip
    document = Document("Randomized trial", "s", "a", (), "", (section,))
    options = ReportOptions(spelling="UK")
    uk = protocol.model_copy(update={"report": options})
    made = spelled(document, uk, data, results)
    (changed,) = made.sections
    methods, listing = changed.blocks
    assert isinstance(methods, TextTable)
    assert isinstance(listing, TextTable)
    assert changed.title == "Data sets analysed"
    assert methods.rows == ((f"Analysed: {protocol.trial.design}",),)
    assert methods.head == listing.head == ("Analysed",)
    assert listing.rows == (("analyzed by hand",),)
    assert made.title == "Randomized trial"
    assert spelled(document, protocol, data, results) is document
    assert replace(made, sections=()) == replace(document, sections=())
