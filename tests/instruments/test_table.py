from __future__ import annotations

import pandas as pd

from equipoise.instruments.table import COLUMNS, AnswerTable
from tests.instruments.small import small


def table(*rows: tuple[object, ...]) -> AnswerTable:
    return AnswerTable.of(pd.DataFrame(rows, columns=list(COLUMNS)))


def test_an_instrument_without_answers_has_no_grid() -> None:
    found, problems = table(("p", "v", 0, "other", "a", 1)).grid(small())
    assert found is None
    assert problems == []


def test_an_instrument_in_incomplete_rows_only_has_no_grid() -> None:
    rows = table((None, "v", 0, "small", "a", 1), ("p", "v", 0, "other", "a", 1))
    assert rows.grid(small())[0] is None
    assert [problem.code for problem in rows.problems({"other": small()})] == ["EQ214"]


def test_answers_stand_at_their_item_and_form() -> None:
    found, _ = table(
        ("q", "v", 0, "small", "b", 2),
        ("p", "v", 0, "small", "a", 1),
        ("p", "v", 0, "other", "a", 3),
    ).grid(small())
    assert found is not None
    assert found.answers[0, 0] == 1
    assert found.answers[1, 1] == 2
