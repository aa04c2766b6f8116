"""Whether data state who was randomized."""

from equipoise.dataset.randomized import counted_population, randomization_recorded
from tests.analyze.population.full import trial
from tests.analyze.small import data


def test_an_arm_alone_does_not_state_it() -> None:
    assert not randomization_recorded(data())
    assert counted_population(data()) == "in the data"


def test_a_date_a_milestone_or_a_screened_participant_states_it() -> None:
    assert randomization_recorded(trial())
    assert randomization_recorded(data(milestones=[("A1", "randomized", 0, None)]))
    assert randomization_recorded(data(screened=["X1"]))
    assert counted_population(trial()) == "randomized"
