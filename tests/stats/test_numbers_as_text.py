"""Text that is a factor, and text of numbers that is refused with the rows."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.columns import (
    numbers_of,
    refuse_numbers_as_text,
    require_numbers,
    words_among_numbers,
)


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
