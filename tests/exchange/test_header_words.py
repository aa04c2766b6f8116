"""Ranges, units and German words in the names of columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.column_profile import normal
from equipoise.exchange.header_words import stated_range, without_asides


@pytest.mark.parametrize(
    ("name", "short", "limits"),
    [
        ("BDI total (0-63)", "BDI total", (0, 63)),
        ("MADRS severity [0 to 3]", "MADRS severity", (0, 3)),
        ("MADRS Summe (0–60 Punkte)", "MADRS Summe", (0, 60)),
        ("Weight (kg)", "Weight", None),
        ("Sex (F/M)", "Sex", None),
        ("MADRS (item 3)", "MADRS (item 3)", None),
        ("(0-60)", "(0-60)", (0, 60)),
    ],
)
def test_a_range_or_unit_is_no_part_of_the_name(
    name: str, short: str, limits: tuple[float, float] | None
) -> None:
    assert without_asides(name) == short
    assert stated_range(name) == limits


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("MADRS Summe Tag 7", "madrs total day 7"),
        ("Geschlecht", "sex"),
        ("männlich", "male"),
        ("Zeitpunkt", "timepoint"),
        ("madrs_std", "madrs std"),
    ],
)
def test_german_words_are_read_as_english_ones(name: str, said: str) -> None:
    assert normal(name) == said


@given(st.text(max_size=30))
def test_a_name_with_a_letter_never_becomes_empty(name: str) -> None:
    short = without_asides(name)
    assert short == name or any(letter.isalnum() for letter in short)
