"""Spellings of identifiers: what people type for the same one, and what stays apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.identifiers import (
    DIFFERENCES,
    Nearest,
    differences,
    likeness,
    quoted,
    reduced,
    variants,
)

SAME = [
    ("P-002", "p-002", ("case",)),
    ("P-002", "P-02", ("leading zeros",)),
    ("P-006", "P-006.", ("punctuation",)),
    ("P-1", "P\u20111", ("punctuation",)),  # a non-breaking hyphen
    ("P-1", "P-\u00a01", ("blanks",)),  # a non-breaking space
    ("P-1", "P-1\u200b", ("blanks",)),  # a blank without width
    ("1", "1.0", ("decimal zeros",)),
    ("1", "01", ("leading zeros",)),
    ("123456", "1.23456E+05", ("decimal zeros",)),
    ("P004", "P 004", ("blanks",)),
]


@pytest.mark.parametrize(("one", "other", "words"), SAME)
def test_the_smallest_rule_that_joins_two_spellings(
    one: str, other: str, words: tuple[str, ...]
) -> None:
    assert likeness(one) == likeness(other)
    assert differences(one, other) == words
    assert reduced(one, words) == reduced(other, words)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1-23", "12-3"),  # participant 23 of site 1, participant 3 of site 12
        ("1.1", "1.10"),
        ("S1.0", "S1.1"),
        ("P-010", "P-100"),
        ("A-1", "B-1"),
        ("12345678901234567", "12345678901234568"),  # equal as floating-point numbers
    ],
)
def test_participants_who_are_not_the_same_stay_apart(one: str, other: str) -> None:
    assert likeness(one) != likeness(other)
    assert differences(one, other) is None


def test_letters_that_look_alike_are_found_but_no_rule_joins_them() -> None:
    cyrillic, letter = "\u0420-001", "P-OO1"
    for text in (cyrillic, letter):
        assert likeness(text) == likeness("P-001")
        assert differences(text, "P-001") is None
    assert quoted(cyrillic) == "'\\u0420-001'"


def test_variants_are_grouped_unless_they_are_stated_to_be_distinct() -> None:
    known = ["P-1", "P-2", "p-1", "P-01"]
    assert list(variants(known)) == [("P-1", "p-1", "P-01")]
    assert list(variants(known, {"p-1", "P-01"})) == []
    assert list(variants(known, {"p-1"})) == [("P-1", "p-1", "P-01")]


def test_the_nearest_identifier_is_spelled_alike_contained_or_similar() -> None:
    near = Nearest(["P-001", "P-002", "CDISC01.100008"])
    assert near.of("P001") == "P-001"
    assert near.of("100008") == "CDISC01.100008"
    assert near.of("P-0O2") == "P-002"
    assert near.of("entirely-else") is None


@given(st.text(min_size=1, max_size=12), st.sets(st.sampled_from(DIFFERENCES)))
def test_a_reduced_identifier_is_not_reduced_further(
    text: str, ignore: set[str]
) -> None:
    once = reduced(text, ignore)
    assert likeness(likeness(text)) == likeness(likeness(likeness(text)))
    assert reduced(text, ignore) == once


@given(st.from_regex(r"[A-Z]{1,2}-[0-9]{3}", fullmatch=True))
def test_every_ordinary_variant_is_recognized(text: str) -> None:
    for other in (
        text.lower(),
        text.replace("-", " "),
        text + ".",
        text.replace("-", ""),
    ):
        assert likeness(other) == likeness(text)
