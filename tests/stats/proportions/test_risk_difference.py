import json
from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.proportions import fisher, risk_difference, wilson
from tests.reference_results import reference
from tests.shared_data import shared

NEWCOMBE = reference("analyze/risk_difference")


@st.composite
def two_groups(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n1, n2 = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n2)), n2


@pytest.mark.reference
@pytest.mark.parametrize("case", NEWCOMBE["cases"], ids=str)
def test_interval_agrees_with_the_published_one(case: dict[str, Any]) -> None:
    counts = (case["events1"], case["n1"], case["events2"], case["n2"])
    found = risk_difference(*counts)
    assert found.lower == pytest.approx(case["lower"], rel=0, abs=NEWCOMBE["atol"])
    assert found.upper == pytest.approx(case["upper"], rel=0, abs=NEWCOMBE["atol"])


@pytest.mark.reference
def test_interval_and_test_agree_with_r() -> None:
    results = json.loads(shared("reference/binomial.json").read_text())["results"]
    wanted = results["ratesci"]["MN_RD"]  # ratesci 1.1: to 1e-12 in print
    found = risk_difference(10, 15, 3, 15)
    assert found.estimate == pytest.approx(wanted["est"], abs=1e-12)
    assert found.lower == pytest.approx(wanted["lower"], abs=1e-9)
    assert found.upper == pytest.approx(wanted["upper"], abs=1e-9)
    exact = results["fisher_two_sided"]["p"]
    assert fisher(10, 15, 3, 15) == pytest.approx(exact, rel=1e-9)


@pytest.mark.property
@given(counts=two_groups(), level=st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_interval_holds_its_estimate_and_swapping_groups_turns_it(
    counts: tuple[int, int, int, int], level: float
) -> None:
    x1, n1, x2, n2 = counts
    found = risk_difference(x1, n1, x2, n2, level)
    assert -1 <= found.lower <= found.estimate <= found.upper <= 1
    turned = risk_difference(x2, n2, x1, n1, level)
    assert turned.lower == pytest.approx(-found.upper, abs=1e-9)
    assert turned.upper == pytest.approx(-found.lower, abs=1e-9)
    failures = risk_difference(n1 - x1, n1, n2 - x2, n2, level)
    assert failures.lower == pytest.approx(-found.upper, abs=1e-9)


@pytest.mark.property
@given(counts=two_groups())
def test_more_confidence_is_a_wider_interval(counts: tuple[int, int, int, int]) -> None:
    narrow, wide = risk_difference(*counts, 0.8), risk_difference(*counts, 0.99)
    assert wide.lower <= narrow.lower + 1e-9
    assert wide.upper >= narrow.upper - 1e-9


@pytest.mark.property
@given(counts=two_groups())
def test_interval_ends_where_the_score_test_is_at_its_level(
    counts: tuple[int, int, int, int],
) -> None:
    """At each end the squared score is that of chi-square with 3.8415: by brute force."""
    x1, n1, x2, n2 = counts
    found = risk_difference(x1, n1, x2, n2)
    for end in (found.lower, found.upper):
        if not -1 < end < 1 or abs(end) > 0.999:
            continue
        low, high = max(0.0, -end) + 1e-12, min(1.0, 1.0 - end) - 1e-12
        p2 = _likeliest(x1, n1, x2, n2, end, low, high)
        p1 = p2 + end
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2)
        variance /= n1 + n2 - 1
        squared = (x1 / n1 - x2 / n2 - end) ** 2 / variance
        assert squared == pytest.approx(3.841458820694124, rel=1e-4)


# Squared normal quantile at 0.975: R 4, qnorm(0.975)^2, as chi-square with one df.
Z2 = 3.841458820694124


@pytest.mark.reference
@given(n1=st.integers(1, 60), n2=st.integers(1, 60))
def test_interval_without_an_event_is_that_of_the_closed_form(n1: int, n2: int) -> None:
    """With 0 of n1 and 0 of n2 the likeliest proportions at a difference d are d and 0.

    The score is then d / sqrt(d (1 - d) / n1 * N / (N - 1)): it is z where
    d = z^2 k / (n1 + z^2 k), k = N / (N - 1) (Miettinen and Nurminen 1985, equation 8).
    """
    more = Z2 * (n1 + n2) / (n1 + n2 - 1)
    for events1, events2, a, b in ((0, 0, n1, n2), (n1, n2, n2, n1)):
        found = risk_difference(events1, n1, events2, n2)
        assert found.estimate == 0
        assert found.upper == pytest.approx(more / (a + more), abs=1e-9)
        assert found.lower == pytest.approx(-more / (b + more), abs=1e-9)


@pytest.mark.reference
@given(n=st.integers(1, 60))
def test_interval_of_all_against_nobody_is_that_of_the_closed_form(n: int) -> None:
    """With n of n and 0 of n both likeliest proportions are (1 - d) / 2 from their ends."""
    ratio = Z2 * 2 * n / (2 * n - 1) / (2 * n)
    limit = (1 - ratio) / (1 + ratio)
    found = risk_difference(n, n, 0, n)
    assert (found.estimate, found.upper) == (1, 1)
    assert found.lower == pytest.approx(limit, abs=1e-9)
    turned = risk_difference(0, n, n, n)
    assert (turned.estimate, turned.lower) == (-1, -1)
    assert turned.upper == pytest.approx(-limit, abs=1e-9)


@pytest.mark.property
@given(counts=two_groups())
def test_fisher_adds_up_the_tables_no_likelier_than_the_observed(
    counts: tuple[int, int, int, int],
) -> None:
    x1, n1, x2, n2 = counts
    total = x1 + x2
    ways = {
        x: comb(n1, x) * comb(n2, total - x)
        for x in range(max(0, total - n2), min(n1, total) + 1)
    }
    wanted = sum(w for w in ways.values() if w <= ways[x1]) / comb(n1 + n2, total)
    assert fisher(x1, n1, x2, n2) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("counts", [(3, 2, 0, 1), (-1, 2, 0, 1), (0, 0, 0, 1)])
def test_impossible_counts_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(AnalysisError, match=r"EQ462.*impossible"):
        risk_difference(*counts)
    with pytest.raises(AnalysisError, match=r"EQ462.*impossible"):
        fisher(*counts)
    with pytest.raises(AnalysisError, match=r"EQ462.*impossible"):
        wilson(counts[0], counts[1])


def _likeliest(
    x1: int, n1: int, x2: int, n2: int, difference: float, low: float, high: float
) -> float:
    """Where the log-likelihood under a difference is largest: its slope is zero."""

    def slope(p2: float) -> float:
        p1 = p2 + difference
        return x1 / p1 - (n1 - x1) / (1 - p1) + x2 / p2 - (n2 - x2) / (1 - p2)

    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return (low + high) / 2
