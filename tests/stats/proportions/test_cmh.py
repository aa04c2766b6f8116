"""Tests of Cochran, Mantel and Haenszel: what they are in simple cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import (
    chi_square,
    cmh,
    cross_tables,
    stratified_risk_difference,
)
from equipoise.stats.ranks import van_elteren

arm = st.integers(1, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
stratum = st.tuples(arm, arm).map(lambda pair: (*pair[0], *pair[1]))
many = st.lists(stratum, min_size=1, max_size=5)


def turned(rows: list[tuple[int, ...]]) -> list[list[int]]:
    return [list(column) for column in zip(*rows, strict=True)]


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
@given(stratum)
def test_one_table_is_pearson_times_n_minus_1_over_n(row: tuple[int, ...]) -> None:
    a, m, c, n = row
    if a + c in (0, m + n):
        return
    table = [[a, m - a], [c, n - c]]
    found = cmh(table)
    wanted = chi_square(table).statistic * (m + n - 1) / (m + n)
    for test in (found.general, found.row_means, found.correlation):
        assert test is not None
        assert test.statistic == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.property
@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(4)))
def test_strata_have_no_order_and_modified_ridits_are_van_elteren(
    seed: int, order: list[int]
) -> None:
    draw = np.random.Generator(np.random.PCG64(seed))
    values, strata = draw.integers(0, 5, 60), draw.integers(0, 4, 60)
    treated = draw.random(60) < 0.5
    tables = cross_tables(treated, values, strata)
    found = cmh(tables, scores="modridit").row_means
    assert found is not None
    wanted = van_elteren(values, treated, strata)
    assert found.statistic == pytest.approx(wanted.z**2, rel=1e-9, abs=1e-12)
    counts = tables.counts
    if len(counts) == 4:
        one, other = cmh(counts).general, cmh(counts[order]).general
        assert other.statistic == pytest.approx(one.statistic, rel=1e-8, abs=1e-10)
