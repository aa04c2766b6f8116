"""Boundaries at the actual information: those of a plan with these fractions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.design.sequential.actual_information import recalculated
from equipoise.design.sequential.boundaries import Rule, efficacy
from equipoise.design.sequential.plan import sequential
from equipoise.design.sequential.recursion import crossing
from equipoise.errors import DesignError

OF = Rule(kind="lan-demets-of")
HSD = Rule(kind="hwang-shih-decani", parameter=-2)
PLAN = sequential(OF, [0.5, 1])


@pytest.mark.parametrize("rule", [OF, Rule(kind="kim-demets", parameter=3)])
def test_other_fractions_are_those_of_a_plan_with_them(rule: Rule) -> None:
    found = recalculated(PLAN, rule, [47, 81, 100], 100)
    assert found.upper == pytest.approx(efficacy(rule, [0.47, 0.81, 1], 0.025))


@pytest.mark.parametrize("binding", [False, True])
def test_the_planned_information_gives_the_planned_boundaries(binding: bool) -> None:
    """rpact 3.3.4, non-binding: 2.9626 2.3590 2.0141; 0.4548 1.2112 2.0141."""
    plan = sequential(OF, [0.5, 0.75, 1], futility=HSD, binding=binding)
    found = recalculated(plan, OF, [50, 75, 100], 100, futility=HSD)
    assert found.upper == pytest.approx(plan.upper, abs=1e-6)
    assert found.lower == pytest.approx(plan.lower, abs=1e-6)


@given(
    st.floats(0.1, 0.9), st.floats(0.02, 0.6), st.sampled_from(["lan-demets-pocock"])
)
def test_the_error_is_kept_whatever_the_last_information(
    first: float, more: float, kind: str
) -> None:
    """Over- and underrunning: the last analysis spends exactly what is left."""
    rule = Rule(kind=kind)  # type: ignore[arg-type]
    found = recalculated(PLAN, rule, [first, first + more], 1.0, final=True)
    none = np.full(2, -np.inf)
    error = crossing(found.upper, none, found.timing, 0.0).upper.sum()
    assert error == pytest.approx(0.025, abs=1e-9)


def test_an_interim_analysis_alone_leaves_error_for_later() -> None:
    found = recalculated(PLAN, OF, [30], 60)
    assert found.upper == pytest.approx([2.9625880], abs=1e-6)  # rpact 3.3.4
    assert len(found.timing) == 1


@pytest.mark.parametrize("kind", ["obrien-fleming", "pocock"])
def test_families_of_boundaries_are_refused(kind: str) -> None:
    rule = Rule(kind=kind)  # type: ignore[arg-type]
    with pytest.raises(DesignError, match="EQ830"):
        recalculated(PLAN, rule, [50], 100)


@pytest.mark.parametrize(
    "information", [[], [50, 50], [60, 50], [100, 110], [0], [float("nan")]]
)
def test_information_that_does_not_rise_is_refused(information: list[float]) -> None:
    with pytest.raises(DesignError, match=r"EQ831|EQ801"):
        recalculated(PLAN, OF, information, 100)
