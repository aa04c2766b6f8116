"""Tables of incidence: the rates of the arms, and arms without an event."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.errors import AnalysisError
from equipoise.stats.event_rates import event_rate, incidence_table, rate_difference

row = st.tuples(st.integers(0, 2), st.floats(0.5, 20))


@pytest.mark.property
@settings(max_examples=25, deadline=None)
@given(st.lists(row, min_size=1, max_size=8), st.lists(row, min_size=1, max_size=8))
def test_the_table_has_the_rate_of_each_arm(
    one: list[tuple[int, float]], two: list[tuple[int, float]]
) -> None:
    events, times = zip(*one, *two, strict=True)
    arms = ["a"] * len(one) + ["b"] * len(two)
    table = incidence_table(events, times, arms, "b")
    sums = []
    for name, part in (("a", one), ("b", two)):
        x, t = sum(e for e, _ in part), sum(s for _, s in part)
        sums += [x, t]
        wanted = event_rate(x, t)
        assert wanted is not None
        found = table.rates.set_index("arm").loc[name]
        assert found["rate"] == pytest.approx(100 * wanted.estimate, rel=1e-9)
        assert found["lower"] == pytest.approx(100 * wanted.lower, rel=1e-9)
        assert found["upper"] == pytest.approx(100 * wanted.upper, rel=1e-9)
    difference = rate_difference(*sums)
    found = table.comparisons.iloc[0]
    assert found["upper"] == pytest.approx(100 * difference.upper, rel=1e-6, abs=1e-6)


def test_no_event_is_a_rate_of_0_with_an_upper_limit() -> None:
    table = incidence_table([0, 0, 1], [5.0, 5.0, 4.0], list("aab"), "b")
    none = table.rates.iloc[0]
    # R 4.2.2: poisson.test(0, 10): 0 to 0.3688879
    ends = none[["rate", "lower", "upper"]].tolist()
    assert ends == pytest.approx([0, 0, 36.88879], rel=1e-6)
    assert np.isnan(table.comparisons.iloc[0]["ratio"])
    assert np.isfinite(table.comparisons.iloc[0]["upper"])
    with pytest.raises(AnalysisError, match=r"EQ462.*'c'"):
        incidence_table([0, 1], [5.0, 5.0], list("ab"), "c")


def test_strata_count_for_ratio_and_difference_alike() -> None:
    """Equal rates within strata, of which the arms have different shares."""
    table = incidence_table(
        [90, 10, 1, 9], [90, 10, 10, 90], list("abab"), "b", strata=list("xxyy")
    )
    row = table.comparisons.iloc[0]
    assert row["difference"] == pytest.approx(0, abs=1e-9)
    assert row["ratio"] == pytest.approx(1)
    assert row["ratio_lower"] < 1 < row["ratio_upper"]
