"""What a column holds, and what hides between numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.columns import (
    kind_of,
    refuse_numbers_as_text,
    require_numbers,
    words_among_numbers,
)

SLIPS = [".", "ND", "<5", "12,5", "n/a", "1 2"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2.5], "numbers"),
        ([Decimal("1.5"), 2], "numbers"),
        (pd.array([1, None], dtype="Int64"), "numbers"),
        ([True, False], "truth"),
        (pd.array([True, None], dtype="boolean"), "truth"),
        (["a", "b"], "text"),
        (["a", 1], "mixed"),
        (pd.Categorical(["a", "b"]), "categories"),
        (pd.to_datetime(["2026-01-01"]).tz_localize("UTC"), "dates"),
        ([1j, 2], "other"),
        ([[1], [2]], "other"),
    ],
)
def test_kinds(values: Any, kind: str) -> None:
    assert kind_of(pd.Series(values)) == kind


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=20, max_size=40),
    st.sampled_from(SLIPS),
    st.integers(0, 19),
)
def test_one_word_among_numbers_is_refused_with_its_row(
    numbers: list[float], slip: str, at: int
) -> None:
    """The law of the door: it never becomes a factor, and never a missing value."""
    column = pd.Series([*map(str, numbers)], name="baseline")
    column[at] = slip
    assert words_among_numbers(column).to_dict() == {at: slip}
    for refuses in (require_numbers, refuse_numbers_as_text):
        with pytest.raises(AnalysisError, match="EQ402") as refusal:
            refuses(column, "frame")
        [problem] = refusal.value.problems
        assert repr(slip) in problem.what
        assert problem.records is not None
        assert problem.records.index.to_list() == [at]


def test_names_and_stages_are_text() -> None:
    for values in (["drug", "placebo"] * 20, ["1", "2"] * 20, ["stage 1", "stage 2"]):
        refuse_numbers_as_text(pd.Series(values, name="x"), "frame")


def test_a_measurement_that_was_stored_as_text_is_refused() -> None:
    """Thirteen totals are no doses; sites with leading zeros are names."""
    totals = pd.Series([str(n) for n in range(20, 33)] * 3, name="baseline")
    with pytest.raises(AnalysisError, match=r"EQ402.*all of its 39 values"):
        refuse_numbers_as_text(totals, "frame")
    refuse_numbers_as_text(totals.str.zfill(3), "frame")


def test_infinite_values_are_refused() -> None:
    with pytest.raises(AnalysisError, match=r"EQ402.*1 value of 'x' is infinite"):
        require_numbers(pd.Series([1.0, np.inf], name="x"), "frame")
