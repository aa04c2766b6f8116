"""Columns of a regression: factors, formulas, and what is rejected."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import AnalysisError
from equipoise.stats.survival.covariates import covariates_of

DATA = pd.DataFrame(
    {
        "dose": ["10 mg", "2 mg", "0 mg", "2 mg", "10 mg", "0 mg"],
        "age": [50.0, 61, 47, 58, 52, 60],
        "man": [True, False, True, True, False, False],
    }
)


def test_text_is_in_natural_order_and_the_reference_can_be_chosen() -> None:
    made = covariates_of(["dose", "age"], DATA)
    assert made.names == ("dose[2 mg]", "dose[10 mg]", "age")
    assert made.references == {"dose": "0 mg"}
    other = covariates_of("~ dose", DATA, {"dose": "10 mg"})
    assert other.names == ("dose[0 mg]", "dose[2 mg]")


def test_interactions_are_products() -> None:
    made = covariates_of("dose * age + man", DATA)
    assert made.names[:4] == ("dose[2 mg]", "dose[10 mg]", "age", "man")
    assert made.names[4:] == ("dose[2 mg]:age", "dose[10 mg]:age")
    assert_array_equal(made.X[:, 5], made.X[:, 1] * DATA["age"])


def test_arrays_and_frames_have_names() -> None:
    assert covariates_of(np.ones((6, 2)), None).names == ("x1", "x2")
    assert covariates_of([1, 2, 3], None).names == ("x",)
    assert covariates_of(DATA["age"], None).names == ("age",)
    order = pd.Categorical(["b", "a", "b"], ["b", "a", "unused"])
    assert covariates_of({"arm": order}, None).names == ("arm[a]",)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (["1", "2", "<5", "4", "7", "."], "numeric; the others: '.', '<5'"),
        (list("abcdef"), "6 levels in 6 rows"),
        ([1.0, None, 3, 4, 5, 6], "missing in 1 of 6"),
        (["a"] * 6, "one level"),
        (pd.date_range("2026-01-01", periods=6), "dates"),
        ([1.0, np.inf, 3, 4, 5, 6], "infinite"),
    ],
)
def test_spoiled_columns_are_rejected(values: object, text: str) -> None:
    with pytest.raises(AnalysisError, match=text) as caught:
        covariates_of({"x": values}, None)
    assert caught.value.code == "EQ462"


@pytest.mark.parametrize("text", ["age + agee", "log(age)", "age + ", "age - man"])
def test_a_formula_is_never_evaluated(text: str) -> None:
    with pytest.raises(AnalysisError, match=r"EQ460"):
        covariates_of(text, DATA)
    with pytest.raises(AnalysisError, match=r"EQ460"):
        covariates_of("age", None)


@pytest.mark.parametrize("text", ["nonsense ~ arm", "Surv(time, event) ~ arm"])
def test_a_left_side_is_never_ignored(text: str) -> None:
    data = pd.DataFrame({"arm": [0.0, 1.0]})
    with pytest.raises(AnalysisError, match=r"EQ460.*left side"):
        covariates_of(text, data)
    assert covariates_of("~ arm", data).names == ("arm",)


def test_a_reference_says_of_which_factor() -> None:
    data = pd.DataFrame({"arm": ["a", "b"] * 3})
    with pytest.raises(AnalysisError, match=r"EQ460.*'b' does not say of which factor"):
        covariates_of(["arm"], data, "b")  # type: ignore[arg-type]
