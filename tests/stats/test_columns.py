"""What a column holds, and words between its numbers."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.columns import (
    kind_of,
    numbers_of,
    refuse_numbers_as_text,
    require_numbers,
    words_among_numbers,
)

DAYS = pd.date_range("2026", periods=2)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pd.Series([1, 2]), "numbers"),
        (pd.Series([1, None], dtype="Int64"), "numbers"),
        (pd.Series([Decimal(1), None], dtype=object), "numbers"),
        (pd.Series([1, 2.5, Decimal(1)], dtype=object), "numbers"),
        (pd.Series([None, None], dtype=object), "numbers"),
        (pd.Series([True, False]), "truth"),
        (pd.Series([True, None], dtype="boolean"), "truth"),
        (pd.Series([True, None], dtype=object), "truth"),
        (pd.Series(["a", None]), "text"),
        (pd.Series(["a", None], dtype="string"), "text"),
        (pd.Series(["a", "b"], dtype="category"), "categories"),
        (pd.Series(DAYS.tz_localize("UTC")), "dates"),
        (pd.Series(DAYS - DAYS[0]), "dates"),
        (pd.Series(DAYS.date), "dates"),
        (pd.Series(DAYS.to_period()), "dates"),
        (pd.Series(["a", 1]), "mixed"),
        (pd.Series([1j, 2]), "other"),
        (pd.Series([[1], [2]]), "other"),
    ],
)
def test_kinds(values: Any, kind: str) -> None:
    assert kind_of(values) == kind


def test_numbers_are_floats_and_missing_is_nan() -> None:
    made = numbers_of(pd.Series([Decimal("1.5"), None, 2], dtype=object))
    np.testing.assert_array_equal(made, [1.5, np.nan, 2])


def test_words_among_numbers_are_found_with_their_rows() -> None:
    column = pd.Series(["1", ".", "2e3", "ND", None, "nan"], name="x")
    assert list(words_among_numbers(column).index) == [1, 3, 5]
    with pytest.raises(AnalysisError, match=r"EQ402(.|\n)*3 of 5 values") as refusal:
        require_numbers(column, "here")
    assert refusal.value.records is not None
    assert len(refusal.value.records) == 3


@pytest.mark.parametrize(
    "values",
    [
        ["placebo"] * 5 + ["5", "10", "20"] * 5,  # doses
        ["0", "1"] * 10,  # arms
        [f"{n:03d}" for n in range(40)] * 2,  # sites
        ["1", "2", "3a", "3b"] * 5,  # stages
        ["yes", "no"] * 5,
    ],
)
def test_a_factor_of_text_stays_one(values: list[str]) -> None:
    refuse_numbers_as_text(pd.Series(values, name="x"), "here")


@pytest.mark.parametrize(
    "values",
    [
        [str(n) for n in range(59)] + ["."],
        [str(n) for n in range(12)] + ["ND"] * 6,  # a third, among many numbers
        [f"{n}.5" for n in range(20)],
        ["1"] * 19 + ["<5"],
    ],
)
def test_numbers_as_text_are_refused(values: list[str]) -> None:
    with pytest.raises(AnalysisError, match="EQ402"):
        refuse_numbers_as_text(pd.Series(values, name="x"), "here")
