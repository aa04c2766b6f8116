"""Columns by name, labels in their order, strata of several columns."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import AnalysisError
from equipoise.stats.survival import log_rank
from equipoise.stats.survival.columns import labels, strata_codes

TIME, EVENT = [5, 8, 12, 20, 30, 2, 3, 7, 9, 15], [1, 1, 0, 1, 0, 1, 1, 1, 1, 0]
GROUP, SITE, SEX = list("aaaaabbbbb"), [1, 2] * 5, [0, 0, 1, 1, 0] * 2


def test_labels_have_the_order_of_numbers_and_of_digits_in_text() -> None:
    assert labels(["visit 10", "visit 2", "visit 1"], "v")[1] == (
        "visit 1", "visit 2", "visit 10",
    )  # fmt: skip
    assert labels(["0.5 mg", "1 mg", "0.25 mg"], "v")[1] == (
        "0.25 mg", "0.5 mg", "1 mg",
    )  # fmt: skip
    assert labels(["day -1", "day 1", "day -7"], "v")[1] == (
        "day -7", "day -1", "day 1",
    )  # fmt: skip
    assert labels([10, 2, 1], "v")[0].tolist() == [2, 1, 0]
    own = pd.Categorical(["b", "a"], ["b", "x", "a"])
    assert labels(own, "v")[1] == ("b", "a")
    with pytest.raises(AnalysisError, match=r"1 of 2 participants has no group"):
        labels([None, "a"], "group")


def test_strata_of_two_columns_are_their_combinations() -> None:
    data = pd.DataFrame({"t": TIME, "e": EVENT, "g": GROUP, "site": SITE, "sex": SEX})
    pairs = np.array(SITE) * 10 + SEX
    wanted = log_rank(TIME, EVENT, GROUP, pairs).statistic
    for strata in (["site", "sex"], data[["site", "sex"]], {"x": SITE, "y": SEX}):
        found = log_rank("t", "e", "g", strata, data=data)
        assert found.statistic == pytest.approx(wanted, rel=1e-12)
    assert_array_equal(strata_codes(None, 3), 0)
    assert log_rank("t", "e", "g", data={"t": TIME, "e": EVENT, "g": GROUP}).df == 1


def test_unknown_columns_are_named() -> None:
    with pytest.raises(AnalysisError, match=r"'agee'.*did you mean 'age'"):
        log_rank(TIME, EVENT, "agee", data={"age": GROUP})
    with pytest.raises(AnalysisError, match="EQ412"):
        log_rank("t", "e", "g", data=3)
