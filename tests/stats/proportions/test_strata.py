"""Laws of stratified methods, and what strata without information do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.proportion_options import COMMON_DIFFERENCES, STRATUM_WEIGHTS
from equipoise.stats.proportions import (
    chi_square,
    cmh,
    common_odds_ratio,
    common_risk_ratio,
    counts_by_stratum,
    cross_tables,
    homogeneity,
    newcombe,
    risk_difference,
    stratified_risk_difference,
)

arm = st.integers(1, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
stratum = st.tuples(arm, arm).map(lambda pair: (*pair[0], *pair[1]))
many = st.lists(stratum, min_size=1, max_size=5)
METHODS = [
    *({"method": name} for name in COMMON_DIFFERENCES),
    *({"weights": name} for name in STRATUM_WEIGHTS),
]
CAMIS = ([20, 8], [40, 12], [25, 4], [49, 10])


def turned(rows: list[tuple[int, ...]]) -> list[list[int]]:
    return [list(column) for column in zip(*rows, strict=True)]


@pytest.mark.property
@given(stratum)
def test_one_stratum_is_the_unstratified_method(row: tuple[int, ...]) -> None:
    found = stratified_risk_difference(*turned([row]))
    assert found.interval == pytest.approx(risk_difference(*row).interval, abs=1e-9)
    hybrid = stratified_risk_difference(*turned([row]), method="newcombe")
    assert hybrid.interval == pytest.approx(newcombe(*row).interval, abs=1e-9)
    summary = stratified_risk_difference(*turned([row]), method="summary-score")
    ends = risk_difference(*row).interval
    assert summary.interval == pytest.approx(ends, abs=1e-9)


@pytest.mark.property
@pytest.mark.parametrize("options", METHODS, ids=str)
@settings(max_examples=40)
@given(rows=many, order=st.randoms(use_true_random=False))
def test_swapping_arms_negates_and_strata_have_no_order(
    options: dict[str, Any], rows: list[tuple[int, ...]], order: Any
) -> None:
    found = stratified_risk_difference(*turned(rows), **options)
    assert -1 <= found.estimate <= 1
    assert found.lower <= found.estimate + 1e-9
    assert found.estimate <= found.upper + 1e-9
    shuffled = list(rows)
    order.shuffle(shuffled)
    again = stratified_risk_difference(*turned(shuffled), **options)
    assert again.interval == pytest.approx(found.interval, abs=1e-8)
    swapped = [(c, d, a, b) for a, b, c, d in rows]
    other = stratified_risk_difference(*turned(swapped), **options)
    if options.get("weights") != "miettinen-nurminen":  # its weights divide by one arm
        assert other.lower == pytest.approx(-found.upper, abs=1e-7)
        assert other.upper == pytest.approx(-found.lower, abs=1e-7)
        assert other.estimate == pytest.approx(-found.estimate, abs=1e-7)


@pytest.mark.property
@settings(max_examples=40)
@given(rows=many)
def test_ends_of_the_score_interval_are_where_its_test_is_at_its_level(
    rows: list[tuple[int, ...]],
) -> None:
    """By the test at each end: P = 0.05, and less just outside."""
    found = stratified_risk_difference(*turned(rows))
    for end, step in ((found.lower, -1e-3), (found.upper, 1e-3)):
        if abs(end) < 0.99:
            at = stratified_risk_difference(*turned(rows), null=end)
            assert at.p == pytest.approx(0.05, abs=1e-6)
            out = stratified_risk_difference(*turned(rows), null=end + step)
            assert out.p is not None
            assert out.p < 0.05


@pytest.mark.property
@given(rows=many)
def test_test_of_no_difference_is_cochran_mantel_haenszel(
    rows: list[tuple[int, ...]],
) -> None:
    tables = [[[a, m - a], [c, n - c]] for a, m, c, n in rows]
    if all(a + c in (0, m + n) for a, m, c, n in rows):
        with pytest.raises(AnalysisError, match="EQ467"):
            cmh(tables)
        return
    found = cmh(tables).general
    z = stratified_risk_difference(*turned(rows)).statistic
    assert z is not None
    assert found.statistic == pytest.approx(z**2, rel=1e-7, abs=1e-10)


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
    with pytest.raises(AnalysisError, match="EQ462 1 participants have no stratum"):
        counts_by_stratum(frame["y"], frame["arm"] == "a", [1, 1, 2, 2, None])
    with pytest.raises(AnalysisError, match="EQ461"):
        counts_by_stratum([1, 0, 2, 1, 0], frame["arm"] == "a")


@pytest.mark.reference
@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_one_stratum_of_ranks_is_kruskal_wallis(seed: int) -> None:
    draw = np.random.Generator(np.random.PCG64(seed))
    values, groups = draw.integers(0, 5, 40), draw.integers(0, 3, 40)
    samples = [values[groups == g] for g in np.unique(groups)]
    wanted = stats.kruskal(*samples)
    for scores in ("rank", "ridit", "modridit"):
        found = cmh(cross_tables(groups, values), scores=scores).row_means
        assert found is not None
        assert found.statistic == pytest.approx(wanted.statistic, rel=1e-9)
        assert found.p == pytest.approx(wanted.pvalue, rel=1e-7)


@pytest.mark.property
def test_the_alphabet_gives_no_order() -> None:
    """Texts without an order have no row means, and numbers are in order as they are."""
    rows, columns = list("aabbab"), ["mild", "severe", "mild", "none", "none", "severe"]
    found = cmh(cross_tables(rows, columns))
    assert found.row_means is None
    assert "give the order" in found.notes[-1]
    order = ["none", "mild", "severe"]
    ordered = cmh(cross_tables(rows, columns, column_order=order)).row_means
    codes = [order.index(value) + 1 for value in columns]
    numbers = cmh(cross_tables(rows, codes)).row_means
    category = cmh(cross_tables(rows, pd.Categorical(columns, order, ordered=True)))
    assert ordered == numbers == category.row_means
    with pytest.raises(AnalysisError, match="EQ462 severe is not in the order"):
        cross_tables(rows, columns, column_order=["none", "mild"])


def test_chi_square_of_a_table_as_r() -> None:
    """R 4.2.2: chisq.test(matrix(c(10, 3, 5, 12), 2)), with and without correction."""
    table = [[10, 5], [3, 12]]
    assert chi_square(table).statistic == pytest.approx(6.65158371040724, rel=1e-12)
    assert chi_square(table, "yates").p == pytest.approx(0.0270615819116472, rel=1e-9)
    assert chi_square(table, "n-1").statistic == pytest.approx(
        6.65158371040724 * 29 / 30, rel=1e-12
    )
    g = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    assert chi_square(table, "likelihood-ratio").p == pytest.approx(g.pvalue, rel=1e-9)
    assert chi_square([[10, 5, 0], [3, 12, 0]]) == chi_square(table)
    with pytest.raises(AnalysisError, match="EQ460"):
        chi_square([[1, 2, 3], [4, 5, 6]], "yates")
    with pytest.raises(AnalysisError, match="EQ467"):
        chi_square([[1, 2], [0, 0]])
