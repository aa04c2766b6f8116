"""Which texts of cells may be shown."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import Problem
from equipoise.exchange.correction_example import correction_example
from equipoise.protocol.toml_string import toml_string
from equipoise.report.inspection.disclosure import (
    hidden,
    number_like,
    showable,
    shown_rows,
    vocabulary_only,
)


@pytest.mark.parametrize("text", ["12", "12*", "<21", "-3.5", "40 %", "≥ 7"])
def test_short_numbers_are_shown(text: str) -> None:
    assert number_like(text)


@pytest.mark.parametrize("text", ["0171 1234567", "12.03.1980", "Anna", "123456", ""])
def test_numbers_to_call_dates_of_birth_and_names_are_not_numbers(text: str) -> None:
    assert not number_like(text)


def test_a_code_is_shown_if_three_participants_share_it() -> None:
    people = pd.Series(["P1", "P2", "P3", "P4", "P5"])
    texts = pd.Series(["n/a", "n/a", "n/a", "Anna", "Anna"])
    assert list(showable(texts, people)) == [True] * 3 + [False] * 2
    same = pd.Series(["P1"] * 5)
    assert not showable(texts, same).any(), "one participant is not several"


def test_words_of_the_protocol_are_shown_and_no_other_words() -> None:
    known = {"week", "visit"}
    assert vocabulary_only("visit_week 12", ["visit", "week"], known)
    assert not vocabulary_only("visit of Anna", ["visit", "of", "anna"], known)
    assert not vocabulary_only("week 01711234567", ["week"], known)


@given(st.text(min_size=4, max_size=30))
def test_a_hidden_text_is_neither_in_the_message_nor_in_the_rows(text: str) -> None:
    rows = pd.DataFrame({"row": [2], "participant": ["P1"], "x": [text], "y": [text]})
    example = correction_example({"participant": "P1"}, text, column="x")
    problem = Problem(
        code="EQ337",
        what=f"1 value is not a number: {text!r}",
        where="export.csv, column x",
        fix=f"correct it{example}",
        records=rows,
    )
    (what, fix), shown = shown_rows(problem, ("row", "participant"), ())
    assert "y" not in shown
    if shown["x"].iloc[0] != text:
        assert shown["x"].iloc[0] == hidden(text)
        assert repr(text) not in what
        assert f"from = {toml_string(text)}" not in fix


def test_an_unblinding_column_is_neither_shown_nor_quoted() -> None:
    rows = pd.DataFrame({"row": [2], "dose": ["40 mg"]})
    problem = Problem(
        code="EQ337",
        what="1 value is not a number: '40 mg'",
        where="export.csv, column dose",
        fix="correct it" + correction_example({}, "40 mg", column="dose"),
        records=rows,
    )
    (what, fix), shown = shown_rows(problem, ("row",), ("dose",))
    assert "40" not in what
    assert "40" not in fix
    assert list(shown) == ["row"]
