"""Estimates as points."""

from equipoise.analyze.result import Estimate
from equipoise.report.figures.series import (
    from_zero,
    level_of,
    of_arm,
    of_rows,
    statistic,
)


def row(name: str, arm: str, at: float, value: float | None) -> Estimate:
    return Estimate(
        id=name, endpoint="e", analysis="a", population="p", contrast=arm, n=7,
        estimate=value, statistic=at, level=0.9, lower=None if at else 0.1, upper=0.9,
    )  # fmt: skip


ROWS = [row("b1", "b", 1, 0.25), row("a2", "a", 2, 0.75), row("a1", "a", 1, 0.5)]
ROWS += [row("a3", "a", 3, None), row("a0", "a", 0, 0.125)]


def test_those_of_the_arm_in_order_and_none_without_a_number() -> None:
    made = of_arm("a", "A", ROWS, scale=100, panel="p")
    assert made.ids == ("a0", "a1", "a2")
    assert made.x == (0, 1, 2)
    assert made.y == (12.5, 50, 75)
    assert made.lower == (10, None, None)
    assert made.n == (7, 7, 7)
    assert (made.label, made.arm, made.panel) == ("A", "a", "p")


def test_rows_of_no_arm_keep_their_order() -> None:
    made = of_rows("all", ROWS, statistic)
    assert made.ids == ("b1", "a2", "a1", "a0")
    assert made.arm == ""


def test_the_level_is_that_of_an_interval() -> None:
    assert level_of(ROWS) == 0.9
    assert level_of(ROWS[:1]) is None


def test_a_change_of_zero_at_the_start_is_no_estimate() -> None:
    made = from_zero(of_arm("a", "A", ROWS), -30, 9)
    assert (made.x[0], made.y[0], made.n[0], made.ids[0]) == (-30, 0, 9, "")
    assert made.ids[1:] == ("a0", "a1", "a2")
