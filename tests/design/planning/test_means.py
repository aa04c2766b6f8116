"""The plan of a comparison of means: its laws, and its block in a protocol."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.fixed.mean_comparison import MeanComparison
from equipoise.design.planning.means import MeansQuestion, plan_means
from equipoise.design.requirements import Target
from equipoise.protocol.governance import Size


def asked(difference: float, power: float, ratio: float, dropout: float):
    target = Target(power=power, ratio=ratio)
    made = MeanComparison(difference=difference, sd=10, target=target)
    return MeansQuestion(made, "t test", dropout)


@settings(max_examples=30, deadline=None)
@given(
    st.floats(2, 20), st.floats(0.5, 0.95), st.floats(0.5, 3), st.floats(0, 0.5)
)  # fmt: skip
def test_the_size_has_the_power_and_detects_the_difference(d, power, ratio, lost):
    question = asked(d, power, ratio, lost)
    many = question.participants()
    if many * (1 - lost) < 4:
        return
    assert question.power(many) >= power - 1e-9
    assert question.power(many + 1) > question.power(many) - 1e-12
    assert question.detectable(many) <= d * (1 + 1e-6)


def test_the_detectable_difference_of_r() -> None:
    """R 4.2.2, power.t.test(n = 64, sd = 10, power = 0.8)$delta."""
    made = asked(5, 0.8, 1, 0).detectable(128)
    assert made == pytest.approx(4.9906956, rel=1e-5)


def test_the_block_is_a_size_of_a_protocol() -> None:
    plan = plan_means(asked(5, 0.8, 1, 0.1), None, "size")
    size = Size.model_validate(tomllib.loads(plan.size_block())["size"])
    assert size.participants == plan.participants
    assert size.assumptions[0].value == 5
