"""The single analysis of an endpoint: its size and its power belong together."""

import pytest

from equipoise.design.planning.fixed_trial import (
    trial_of_means,
    trial_of_proportions,
    trial_of_repeated_measures,
)
from equipoise.design.planning.repeated import RepeatedMeasures
from equipoise.design.requirements import Target
from equipoise.errors import DesignError

TARGET = Target(power=0.85, ratio=1.5)
MIXED = RepeatedMeasures(
    difference=5, sd=10, correlation=0.6, visits=4, dropout=0.2, target=TARGET
)


@pytest.mark.parametrize(
    "made",
    [
        trial_of_means(5, 10, TARGET),
        trial_of_means(-5, 10, TARGET, correlation=0.5, dropout=0.1),
        trial_of_proportions(0.5, 0.3, TARGET, dropout=0.1),
        trial_of_repeated_measures(MIXED),
    ],
)
def test_the_size_has_the_power_of_the_target(made) -> None:
    assert made.power(made.outcome().fixed.total) == pytest.approx(0.85, abs=1e-6)
    assert made.outcome().measure == made.measure
    for label, other in made.changes():
        assert label
        assert other.assumptions != made.assumptions


@pytest.mark.parametrize("first", [0.0, 1.0, 0.3])
def test_impossible_proportions_are_refused(first: float) -> None:
    with pytest.raises(DesignError, match="EQ801"):
        trial_of_proportions(first, 0.3, TARGET)
