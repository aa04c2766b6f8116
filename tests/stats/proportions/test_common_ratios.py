"""Common ratios over strata: one stratum, order, arms, and statsmodels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import (
    common_odds_ratio,
    common_risk_ratio,
    homogeneity,
    odds_ratio,
    risk_ratio,
)

arm = st.integers(2, 20).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))
stratum = st.tuples(arm, arm).map(lambda pair: (*pair[0], *pair[1]))
many = st.lists(stratum, min_size=2, max_size=5)


def turned(rows: list[tuple[int, ...]]) -> list[list[int]]:
    return [list(column) for column in zip(*rows, strict=True)]


@pytest.mark.property
@given(stratum)
def test_one_stratum_is_the_plain_ratio(row: tuple[int, int, int, int]) -> None:
    for method in ("mantel-haenszel", "logit"):
        for common, plain in (
            (common_odds_ratio, odds_ratio),
            (common_risk_ratio, risk_ratio),
        ):
            found = common(*turned([row]), method=method)  # type: ignore[arg-type]
            wanted = plain(*row, method="wald")
            assert found.estimate == pytest.approx(wanted.estimate, rel=1e-9)
            assert found.interval == pytest.approx(wanted.interval, rel=1e-9)


@pytest.mark.property
@given(many, st.randoms(use_true_random=False))
def test_swapping_arms_inverts_and_strata_have_no_order(
    rows: list[tuple[int, ...]], order: object
) -> None:
    swapped = [(c, n, a, m) for a, m, c, n in reversed(rows)]
    for common in (common_odds_ratio, common_risk_ratio):
        found, other = common(*turned(rows)), common(*turned(swapped))
        assert other.estimate == pytest.approx(1 / found.estimate, rel=1e-9)
        assert other.lower == pytest.approx(1 / found.upper, rel=1e-9)


@pytest.mark.reference
@given(many)
def test_odds_ratios_are_those_of_statsmodels(rows: list[tuple[int, ...]]) -> None:
    tables = [[[a, m - a], [c, n - c]] for a, m, c, n in rows]
    wanted = StratifiedTable([[list(map(float, r)) for r in t] for t in tables])
    found = common_odds_ratio(*turned(rows))
    assert found.estimate == pytest.approx(wanted.oddsratio_pooled, rel=1e-9)
    assert found.interval == pytest.approx(wanted.oddsratio_pooled_confint(), rel=1e-7)
    if abs(found.estimate - 1) < 1e-3:  # there statsmodels divides by 1 - ratio
        return
    tarone = wanted.test_equal_odds(adjust=True).statistic
    assert homogeneity(*turned(rows), method="tarone").statistic == pytest.approx(
        max(tarone, 0.0), rel=1e-6, abs=1e-8
    )


def test_the_event_in_everybody_gives_no_interval_without_width() -> None:
    with pytest.raises(AnalysisError, match=r"EQ467.*every participant"):
        common_risk_ratio([5, 3], [5, 3], [6, 2], [6, 2])
    none = common_risk_ratio([0, 0], [5, 6], [3, 2], [4, 6])
    assert (none.estimate, none.p) == (0.0, None)
