"""The order that the numbers in a text give, and where it is not certain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.stats.natural_order import natural_order, reading_order


@pytest.mark.parametrize(
    "ordered",
    [
        ("24", "72", "104", "116"),
        ("Week 2", "week 12", "WEEK  104"),
        ("5 mg", "25 mg", "100 mg"),
        ("0.25 mg", "0.5 mg", "2.5 mg", "10 mg"),
        ("Day -1", "Day 1", "Day 15"),
        ("week-2", "week-12"),
        ("C1D8", "C1D15", "C2D1"),
        ("Besuch 2 (Größe)", "Besuch 10 (Größe)"),
    ],
)
def test_numbers_decide(ordered: tuple[str, ...]) -> None:
    assert natural_order(tuple(sorted(ordered))) == ordered
    assert natural_order(ordered[::-1]) == ordered


@pytest.mark.parametrize(
    "labels",
    [
        ("baseline", "week 2", "week 12"),
        ("low", "middle", "high"),
        ("1.2", "1.10"),  # versions and decimals differ
        ("week 2", "week 02"),
        ("day 7", "week 2"),
        ("1,000 mg", "500 mg"),
    ],
)
def test_an_order_that_is_not_certain_is_not_given(labels: tuple[str, ...]) -> None:
    assert natural_order(labels) is None
    assert set(reading_order(labels)) == set(labels)


@given(st.sets(st.integers(0, 10**6), min_size=2, max_size=12), st.data())
def test_the_alphabet_never_decides(numbers: set[int], data: st.DataObject) -> None:
    wanted = tuple(f"Week {n}" for n in sorted(numbers))
    shuffled = tuple(data.draw(st.permutations(wanted)))
    assert natural_order(shuffled) == wanted
    assert reading_order(shuffled) == wanted
