"""The plan of a factorial trial: sizes of another program, means of cells, texts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.fixed.factorial_tests import FactorialTests
from equipoise.design.fixed.inflation import factorial
from equipoise.design.planning.factorial import (
    FactorialTrial,
    detectable_effect,
    plan_factorial,
)
from equipoise.design.requirements import Target
from equipoise.errors import DesignError

BOTH = ("first", "second")


def trial(first=5.0, second=4.0, interaction=0.0, sd=10.0, **words) -> FactorialTrial:  # type: ignore[no-untyped-def]
    dropout = words.pop("dropout", 0.0)
    tests = FactorialTests(**({"primary": BOTH, "sd": sd} | words))
    effects = {"first": first, "second": second, "interaction": interaction}
    return FactorialTrial(tests=tests, effects=effects, dropout=dropout)


def test_the_size_of_each_test_alone_is_that_of_equal_cells() -> None:
    alone = factorial(5.0, 4.0, 6.0, 10.0)
    assert trial(primary=("first",)).total() == pytest.approx(alone["first"], rel=1e-9)
    assert trial().total() == pytest.approx(alone["second"], rel=1e-9)
    made = trial(interaction=6.0, primary=("interaction",))
    assert made.total() == pytest.approx(alone["interaction"], rel=1e-9)


def test_the_planned_size_is_the_smallest_with_the_power() -> None:
    made = trial(success="all", target=Target(power=0.9, ratio=2.0), dropout=0.1)
    n = made.total()
    assert made.power(n) == pytest.approx(0.9, abs=1e-9)
    assert made.power(made.participants()) >= 0.9


@given(
    first=st.floats(1, 20), second=st.floats(-20, -1), joint=st.floats(-10, 10),
    ratio=st.floats(0.2, 5), other=st.floats(0.2, 5), lost=st.floats(0, 1),
)  # fmt: skip
def test_means_of_cells_give_the_effects(
    first, second, joint, ratio, other, lost
) -> None:  # type: ignore[no-untyped-def]
    """The margins and the interaction, recalculated from the four cells."""
    made = trial(first, second, joint, target=Target(ratio=ratio), second_ratio=other)
    p, q = made.tests.shares
    one, two, both = made.cell_means()
    assert q * (both - two) + (1 - q) * one == pytest.approx(first, abs=1e-9)
    assert p * (both - one) + (1 - p) * two == pytest.approx(second, abs=1e-9)
    assert both - one - two == pytest.approx(joint, abs=1e-9)
    less = made.less_together(lost)
    if all(less.effects[k] for k in BOTH):
        assert less.cell_means()[:2] == pytest.approx((one, two), abs=1e-9)
        smaller = min(one, two, key=abs)
        assert less.cell_means()[2] == pytest.approx(both - lost * smaller, abs=1e-9)


def test_what_is_solved_for_has_the_power() -> None:
    made = detectable_effect(trial(success="any"), BOTH, 200)
    assert made.power(200) == pytest.approx(0.8, abs=1e-6)
    assert made.effects["first"] == made.effects["second"]
    alone = replace(made.tests, success="each")
    value = replace(made, tests=alone).detectable("interaction", 200)
    assert alone.power_of("interaction", value, 200) == pytest.approx(0.8, abs=1e-8)


def test_the_texts_state_the_cells_and_what_is_not_found() -> None:
    made = trial(dropout=0.2, success="all")
    plan = plan_factorial(made, None, "size", "Feder2021")
    assert sum(int(row[1]) for row in plan.tables[0].rows) == plan.participants
    assert "not sized for the interaction" in plan.protocol
    assert "all of which have to reject" in plan.protocol
    assert "differences of the margins" in plan.sap
    changed = {row.changed: row.power for row in plan.sensitivity}
    assert changed["with both, 50% of the smaller effect lost"] < plan.power


def test_no_primary_effect_of_zero() -> None:
    with pytest.raises(DesignError, match="EQ801"):
        trial(first=0.0)
    with pytest.raises(DesignError, match="EQ802"):
        trial(first=1e-5).participants()
