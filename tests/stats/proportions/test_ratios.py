"""Ratios, Newcombe's interval and exact tests, against R."""

import json
from math import inf, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import (
    barnard,
    boschloo,
    newcombe,
    odds_ratio,
    risk_ratio,
)
from tests.shared_data import shared

counts = st.integers(1, 30).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.reference
def test_the_published_counts() -> None:
    """10 of 15 against 3 of 15; R ratesci prints twelve decimals."""
    text = shared("reference/binomial.json").read_text("utf-8")
    wanted = json.loads(text)["results"]["ratesci"]
    found = risk_ratio(10, 15, 3, 15)
    assert found.estimate == pytest.approx(wanted["MN_RR"]["est"], abs=1e-11)
    assert found.lower == pytest.approx(wanted["MN_RR"]["lower"], abs=1e-8)
    assert found.upper == pytest.approx(wanted["MN_RR"]["upper"], abs=1e-7)
    odds = odds_ratio(10, 15, 3, 15)
    assert odds.estimate == pytest.approx(8)
    # PropCIs searches in steps: three digits. ratesci has a bias correction besides.
    lower, upper = json.loads(text)["results"]["PropCIs"]["orscoreci"]
    assert odds.lower == pytest.approx(lower, rel=1e-3)
    assert odds.upper == pytest.approx(upper, rel=1e-3)
    row = wanted["moverci_wilson_newcombe_RD"]["estimates"]["values"][0]
    hybrid = newcombe(10, 15, 3, 15)
    assert hybrid.lower == pytest.approx(row[0], rel=1e-12)
    assert hybrid.estimate == pytest.approx(row[1], rel=1e-12)
    assert hybrid.upper == pytest.approx(row[2], rel=1e-12)


@pytest.mark.property
@given(counts, counts)
def test_ratios_turn_over_with_the_groups(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    for law in (risk_ratio, odds_ratio):
        a, b = law(*one, *two), law(*two, *one)
        assert a.lower <= a.upper
        if isnan(a.estimate):
            assert (a.lower, a.upper) == (0.0, inf)
            continue
        assert a.lower <= a.estimate * (1 + 1e-9)
        assert a.estimate <= a.upper * (1 + 1e-9)
        if 0 < b.lower < inf:
            assert a.upper == pytest.approx(1 / b.lower, rel=1e-6)
        else:
            assert a.upper == inf


@pytest.mark.property
@given(counts, counts)
def test_newcombe_stays_inside(one: tuple[int, int], two: tuple[int, int]) -> None:
    found = newcombe(*one, *two)
    assert -1 - 1e-12 <= found.lower <= found.estimate <= found.upper <= 1 + 1e-12


def unconditional(x1: int, n1: int, x2: int, n2: int) -> float:
    """Barnard's p by its definition: the worst common risk on a fine grid."""

    def z(a: int, b: int) -> float:
        p = (a + b) / (n1 + n2)
        v = p * (1 - p) * (1 / n1 + 1 / n2)
        return 0.0 if v == 0 else (a / n1 - b / n2) / v**0.5

    extreme = np.array(
        [
            [abs(z(a, b)) >= abs(z(x1, x2)) - 1e-9 for b in range(n2 + 1)]
            for a in range(n1 + 1)
        ]
    )
    worst = 0.0
    for risk in np.linspace(0.001, 0.999, 999):
        mass = np.outer(
            stats.binom.pmf(range(n1 + 1), n1, risk),
            stats.binom.pmf(range(n2 + 1), n2, risk),
        )
        worst = max(worst, float(mass[extreme].sum()))
    return worst


def test_barnard_is_the_worst_case() -> None:
    assert barnard(10, 15, 3, 15) == pytest.approx(
        unconditional(10, 15, 3, 15), abs=2e-5
    )


def test_boschloo_is_at_least_as_powerful_as_fisher() -> None:
    for x1, x2 in ((10, 3), (9, 2), (7, 7), (15, 0)):
        table = [[x1, x2], [15 - x1, 15 - x2]]
        assert boschloo(x1, 15, x2, 15) <= stats.fisher_exact(table).pvalue + 1e-9


def test_where_everybody_is_alike_nothing_is_extreme() -> None:
    for x in (0, 15):
        assert boschloo(x, 15, x, 15) == barnard(x, 15, x, 15) == 1.0
    assert isnan(odds_ratio(15, 15, 15, 15).estimate)


def test_impossible_counts_are_refused() -> None:
    for law in (risk_ratio, odds_ratio, boschloo, barnard, newcombe):
        with pytest.raises(AnalysisError, match=r"EQ462.*impossible"):
            law(4, 3, 0, 5)
