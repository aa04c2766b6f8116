"""The plan of a mixed model: its size is that of the library, and its laws."""

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.design.fixed.means import ancova
from equipoise.design.planning.question import plan_question
from equipoise.design.planning.repeated import RepeatedMeasures
from equipoise.design.requirements import Target


def test_one_visit_without_dropout_is_an_analysis_of_covariance() -> None:
    made = RepeatedMeasures(difference=0.5, sd=1, correlation=0.5, visits=1)
    assert made.size().rounded == ancova(0.5, 1.0, 0.5).rounded == (49, 49)


@settings(max_examples=25, deadline=None)
@given(
    st.floats(2, 8), st.floats(0.1, 0.9), st.integers(1, 8), st.floats(0, 0.4),
    st.booleans(), st.floats(0.5, 2),
)  # fmt: skip
def test_the_size_has_the_power_and_dropout_costs(
    difference, correlation, visits, lost, decay, ratio
) -> None:
    made = RepeatedMeasures(
        difference=difference, sd=10, correlation=correlation, visits=visits,
        decay=decay, dropout=lost, target=Target(power=0.85, ratio=ratio),
    )  # fmt: skip
    plan = plan_question(made.question())
    assert plan.power >= 0.85 - 1e-9
    assert plan.sensitivity[0].participants == plan.participants
    more = plan.sensitivity[-1]
    assert more.power <= plan.power + 1e-9
