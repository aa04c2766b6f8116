from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from equipoise.instruments.scoring_errors import numbers, outside
from tests.instruments.small import small


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2]),
        pd.Series([1.0, np.nan]),
        pd.Series([1, None], dtype="Int64"),
        pd.Series(["1", None], dtype="string"),
        pd.Series([1, "2"], dtype=object),
        pd.Series([True, False]),
    ],
    ids=str,
)
def test_numbers_of_any_type_are_read(column: pd.Series[float]) -> None:
    assert numbers(column)[0] == 1


def test_text_is_no_number_and_is_never_missing() -> None:
    found = numbers(pd.Series(["2", "two", None], dtype=object))
    np.testing.assert_array_equal(found, [2, np.inf, np.nan])


def test_outside_is_what_an_item_does_not_allow() -> None:
    answers = np.array([0, 1, 2, 3, 4, -1, 1.5, np.inf, -np.inf, np.nan])
    a, d = small().items["a"], small().items["d"]
    assert answers[outside(a, answers)].tolist() == [4, -1, 1.5, np.inf, -np.inf]
    assert answers[outside(d, answers)].tolist() == [1, 3, -1, 1.5, np.inf, -np.inf]
