"""Laws of the common difference over strata."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.proportion_options import COMMON_DIFFERENCES, STRATUM_WEIGHTS
from equipoise.stats.proportions import (
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
    try:
        found = stratified_risk_difference(*turned(rows), **options)
    except AnalysisError as refusal:
        assert "no width" in str(refusal)  # noqa: PT017
        return
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


@pytest.mark.parametrize("method", ["mantel-haenszel", "greenland-robins"])
@pytest.mark.parametrize("events", [(0, 0), (6, 6), (6, 0), (0, 6)])
def test_arms_in_which_all_are_alike_give_no_interval_without_width(
    method: Any, events: tuple[int, int]
) -> None:
    with pytest.raises(AnalysisError, match=r"EQ467.*no width"):
        stratified_risk_difference([events[0]], [6], [events[1]], [6], method=method)
    assert stratified_risk_difference([events[0]], [6], [events[1]], [6]).upper > -1
