"""Columns of a frame: what is read, what is told, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import AnalysisError
from equipoise.stats.regression.columns import read_columns

FRAME = pd.DataFrame(
    {
        "y": [1.0, 2, 4, 3, 5, 7, np.nan, 2],
        "arm": pd.Categorical(["p", "d"] * 4, categories=["p", "d", "unused"]),
        "x": [3.0, 1, 4, 1, 5, 9, 2, 6],
        "site": ["n", "n", "s", "s", "n", "n", "s", "s"],
    }
)

ODD = ["3", "1", "ND", "1", "5", "9", "2", "<6"]


def read(frame: pd.DataFrame = FRAME, **options: Any) -> Any:
    given = {"outcome": "y", "arm": "arm", "covariates": ["x"], **options}
    return read_columns(frame, **given)


def test_complete_rows_are_kept_and_the_others_counted() -> None:
    columns = read(strata=["site"])
    assert (columns.n, columns.excluded) == (7, 1)
    assert columns.arms == ("p", "d")
    assert columns.names == ("x", "site[T.s]")
    assert columns.factors == {"site": (("n",), ("s",))}
    assert columns.covariates.mean(axis=0) == pytest.approx([0, 0], abs=1e-15)
    assert columns.indicators[:, 0].tolist() == [0, 1, 0, 1, 0, 1, 1]


def test_strata_are_combined() -> None:
    frame = FRAME.assign(sex=[0, 1, 1, 0, 1, 0, 0, 1])
    columns = read(frame, covariates=[], strata=["site", "sex"])
    assert columns.names == ("site:sex[T.n:1]", "site:sex[T.s:0]", "site:sex[T.s:1]")


def test_the_alphabet_does_not_choose_the_reference() -> None:
    text = FRAME.assign(arm=FRAME["arm"].astype(str))
    with pytest.raises(AnalysisError, match=r"EQ460 the reference arm of arm is not"):
        read(text)
    assert read(text, reference="p").arms == ("p", "d")
    assert read(FRAME, reference="d").arms == ("d", "p")
    assert read(FRAME.assign(arm=FRAME["arm"] == "d")).arms == (False, True)
    with pytest.raises(AnalysisError, match=r"EQ460 reference = 'q'"):
        read(text, reference="q")


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"x": ODD}, "EQ402", "as text, and '<6', 'ND'"),
        ({"x": list("31415926")}, "EQ402", "contains numbers as text"),
        ({"x": list("abcdefga")}, "EQ402", "is text with 6 levels in 7 rows"),
        ({"y": list("abcdefga")}, "EQ402", "contains 'a', 'b', 'c', not numbers"),
        ({"x": [np.inf, 1, 4, 1, 5, 9, 2, 6]}, "EQ402", "contains infinite values"),
        ({"arm": ["p"] * 8}, "EQ404", "has 1 arms"),
        ({"x": [0, 1, 0, 1, 0, 1, 0, 1]}, "EQ405", "the covariates determine the arm"),
    ],
)  # fmt: skip
def test_columns_that_would_mislead_are_refused(
    change: dict[str, Any], code: str, text: str
) -> None:
    with pytest.raises(AnalysisError) as caught:
        read(FRAME.assign(**change))
    assert caught.value.code == code
    assert text in caught.value.problems[0].what


def test_the_rows_of_what_is_no_number_are_shown() -> None:
    wrong = FRAME.assign(x=["3", "1", ".", "1", "5", "9", "2", "6"])
    with pytest.raises(AnalysisError) as caught:
        read(wrong)
    assert caught.value.records is not None
    assert caught.value.records.index.tolist() == [2]


def test_names_that_are_absent_or_given_twice_are_refused() -> None:
    with pytest.raises(AnalysisError, match="EQ401 there is no column age"):
        read(covariates=["age"])
    with pytest.raises(AnalysisError, match="EQ401 the column x is given twice"):
        read(covariates=["x"], strata=["x"])
    doubled = pd.concat([FRAME, FRAME[["x"]]], axis=1)
    with pytest.raises(AnalysisError, match="EQ401 the column x is given twice"):
        read(doubled)
    with pytest.raises(AnalysisError, match="EQ412"):
        read([1, 2])  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float32", "int16"])
def test_numbers_of_every_type_are_numbers(dtype: str) -> None:
    whole = FRAME.dropna()
    frame = whole.assign(y=whole["y"].astype(dtype), x=whole["x"].astype(dtype))
    assert read(frame).outcome.tolist() == whole["y"].tolist()


def test_nullable_columns_with_missing_values() -> None:
    """The flag is True in every row that it has, and so tells nothing."""
    frame = FRAME.assign(
        y=FRAME["y"].astype("Int64"), flag=pd.array([True, None] * 4, "boolean")
    )
    columns = read(frame, covariates=["flag"], arm="site", reference="n")
    assert (columns.n, columns.excluded, columns.aliased) == (3, 5, ("flag",))


def test_a_constant_and_a_copy_are_aliased() -> None:
    frame = FRAME.assign(
        one=3.3, copy=FRAME["x"] * 1e6 + 1e9, near=FRAME["x"] + 1e-6 * FRAME.index
    )
    columns = read(frame, covariates=["one", "x", "copy", "near"])
    assert columns.aliased == ("one", "copy")
    assert columns.names == ("x", "near")
