"""Plans of two proportions, against R and their own laws."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.fixed.margin_proportions import MarginProportions
from equipoise.design.planning.proportions import margin_proportions, two_proportions
from equipoise.design.planning.question import detectable, plan_question
from equipoise.design.requirements import Target


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0.05, 0.4), st.floats(0.25, 0.5), st.floats(0.5, 0.9),
    st.sampled_from([0.5, 1, 2]), st.floats(0, 0.4), st.booleans(),
)  # fmt: skip
def test_the_size_has_the_power(low, step, power, ratio, lost, excluded) -> None:
    target = Target(power=power, ratio=ratio)
    asked = two_proportions(low + step, low, target, dropout=lost, excluded=excluded)
    plan = plan_question(asked)
    assert plan.power == asked.power(plan.participants) >= power
    assert plan.sensitivity[0].participants == plan.participants


def test_the_power_of_large_trials_is_that_of_r() -> None:
    """R 4.2.2: power.prop.test(n = 3000, p1 = .5, p2 = .53)$power = 0.642458064."""
    made = two_proportions(0.53, 0.5, Target(), test="score").power(6000)
    assert made == pytest.approx(0.642458064, abs=2e-5)


def test_the_normal_approximation_continues_the_exact_power() -> None:
    for test in ("fisher", "score"):
        asked = two_proportions(0.55, 0.5, Target(), test=test)
        assert asked.power(4002) == pytest.approx(asked.power(4000), abs=0.004)


def test_the_detectable_proportion_has_the_power() -> None:
    def ask(first: float):
        return two_proportions(first, 0.3, Target(), test="score")

    found = detectable(ask, 200, 0.3, 1 - 1e-6)
    assert ask(found).power(200) == pytest.approx(0.8, abs=1e-6)


def test_a_margin() -> None:
    """207 an arm: Farrington and Manning, as gsDesign nBinomial(delta0 = -0.1)."""
    asked = margin_proportions(MarginProportions(first=0.85, second=0.85, margin=0.1))
    plan = plan_question(asked)
    assert plan.participants == 414
    assert "10 percentage points" in plan.protocol
    lost = margin_proportions(
        MarginProportions(first=0.85, second=0.85, margin=0.1), 0.1, excluded=True
    )
    assert lost.participants() == 460
