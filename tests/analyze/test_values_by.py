"""Values split by several columns at once."""

import numpy as np
import pandas as pd
import pytest

from equipoise.analyze.values_by import NOBODY, values_by


def test_each_combination_has_its_values_in_the_order_of_the_rows() -> None:
    table = pd.DataFrame(
        {
            "visit": pd.array(["b", "a", "b", "b"], dtype="string"),
            "arm": pd.array(["x", "x", "y", "x"], dtype="string"),
            "value": [3.0, 1.0, 4.0, 2.0],
        }
    )
    made = values_by(table, ["visit", "arm"])
    assert {key: own.tolist() for key, own in made.items()} == {
        ("a", "x"): [1.0],
        ("b", "x"): [3.0, 2.0],
        ("b", "y"): [4.0],
    }


def test_a_row_without_a_key_is_in_no_combination() -> None:
    table = pd.DataFrame({"visit": ["a", None], "arm": ["x", "x"], "value": [1.0, 2.0]})
    assert {k: v.tolist() for k, v in values_by(table, ["visit", "arm"]).items()} == {
        ("a", "x"): [1.0]
    }


def test_categories_that_do_not_occur_are_absent() -> None:
    arm = pd.Categorical(["x", "x"], categories=["x", "y"])
    table = pd.DataFrame({"visit": ["a", "a"], "arm": arm, "change": [1.0, np.nan]})
    made = values_by(table, ["visit", "arm"], "change")
    assert list(made) == [("a", "x")]
    assert np.array_equal(made["a", "x"], [1.0, np.nan], equal_nan=True)
    assert made.get(("a", "y"), NOBODY).size == 0


@pytest.mark.parametrize("dtype", ["Int64", "Float64"])
def test_missing_numbers_are_nan(dtype: str) -> None:
    table = pd.DataFrame({"visit": ["a", "a"], "arm": ["x", "x"]})
    made = values_by(table.assign(value=pd.array([1, None], dtype=dtype)), [
        "visit", "arm"
    ])  # fmt: skip
    assert np.array_equal(made["a", "x"], [1.0, np.nan], equal_nan=True)
