"""Laws of stratified methods, and what strata without information do."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import (
    cmh,
    common_odds_ratio,
    common_risk_ratio,
    counts_by_stratum,
    homogeneity,
    stratified_risk_difference,
)

arm = st.integers(1, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
stratum = st.tuples(arm, arm).map(lambda pair: (*pair[0], *pair[1]))
many = st.lists(stratum, min_size=1, max_size=5)
CAMIS = ([20, 8], [40, 12], [25, 4], [49, 10])


def turned(rows: list[tuple[int, ...]]) -> list[list[int]]:
    return [list(column) for column in zip(*rows, strict=True)]


def test_a_stratum_with_one_arm_is_named_and_changes_nothing() -> None:
    more = ([20, 8, 0], [40, 12, 0], [25, 4, 3], [49, 10, 5])
    names = ["site 1", "site 2", "site 3"]
    found = stratified_risk_difference(*more, names)
    assert found.notes == (
        "stratum site 3 excluded: no participants in one of the arms",
    )
    assert found.interval == stratified_risk_difference(*CAMIS).interval
    for method in (common_odds_ratio, common_risk_ratio):
        assert "site 3" in method(*more, names).notes[0]
        assert method(*more).interval == method(*CAMIS).interval
    assert homogeneity(*more).df == 1
    tables = [[[20, 20], [25, 24]], [[8, 4], [4, 6]], [[0, 0], [3, 2]]]
    assert cmh(tables).general.statistic == pytest.approx(
        cmh(tables[:2]).general.statistic, rel=1e-12
    )
    assert "3" in cmh(tables).notes[0]


@pytest.mark.parametrize(
    "function",
    [stratified_risk_difference, common_odds_ratio, common_risk_ratio, homogeneity],
)
def test_no_stratum_with_both_arms_is_an_error(function: Any) -> None:
    with pytest.raises(AnalysisError, match="EQ467"):
        function([2, 0], [5, 0], [0, 3], [0, 6])
    with pytest.raises(AnalysisError, match="EQ462"):
        function([6], [5], [0], [6])
    with pytest.raises(AnalysisError, match="EQ462"):
        function([1, 2], [5], [0], [6])
    with pytest.raises(AnalysisError, match="EQ462"):
        function([float("nan")], [5], [0], [6])


def test_strata_of_one_outcome_are_told() -> None:
    counts = ([2, 0], [10, 5], [5, 0], [11, 6])
    found = stratified_risk_difference(*counts, weights="inverse-variance")
    assert "0.5 added to each cell of strata with one outcome only: 2" in found.notes[0]
    assert "same outcome" in common_odds_ratio(*counts).notes[0]
    assert "no event" in common_risk_ratio(*counts).notes[0]
    none = common_odds_ratio([0, 0], [5, 6], [3, 2], [4, 6])
    assert (none.estimate, none.p) == (0.0, None)
    assert "no interval" in none.notes[-1]


def test_frames_give_the_counts() -> None:
    frame = pd.DataFrame(
        {
            "y": [1, 0, 1, 1, 0],
            "arm": list("aabba"),
            "site": [2, 2, 1, 1, 1],
            "sex": "f",
        }
    )
    one = counts_by_stratum(frame["y"], frame["arm"] == "a", frame["site"])
    assert one == ((1, 0), (2, 1), (0, 2), (0, 2), ("2", "1"))
    two = counts_by_stratum(frame["y"], frame["arm"] == "a", frame[["site", "sex"]])
    assert two.strata == ("2 / f", "1 / f")
    with pytest.raises(AnalysisError, match="EQ462 1 participant has no stratum"):
        counts_by_stratum(frame["y"], frame["arm"] == "a", [1, 1, 2, 2, None])
    with pytest.raises(AnalysisError, match="EQ461"):
        counts_by_stratum([1, 0, 2, 1, 0], frame["arm"] == "a")


def test_labels_that_contain_the_separator_are_not_joined_into_one_stratum() -> None:
    columns = pd.DataFrame({"site": ["A / B", "A"] * 2, "sex": ["F", "B / F"] * 2})
    counts = counts_by_stratum([1, 0, 1, 0], [1, 1, 0, 0], columns)
    assert counts.n1 == (1, 1)
    assert counts.strata == ("'A / B' / 'F'", "'A' / 'B / F'")
