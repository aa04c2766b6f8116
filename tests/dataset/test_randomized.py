"""Whether data state who was randomized."""

from equipoise.dataset.origin import Origin
from equipoise.dataset.randomized import counted_population, randomization_recorded
from equipoise.dataset.trialdata import UnblindedTrialData
from tests.analyze.population.full import trial
from tests.analyze.small import data, protocol


def test_an_arm_alone_does_not_state_it() -> None:
    assert not randomization_recorded(data())
    assert counted_population(data()) == "in the data"


def test_a_date_a_milestone_or_a_screened_participant_states_it() -> None:
    assert randomization_recorded(trial())
    assert randomization_recorded(data(milestones=[("A1", "randomized", 0, None)]))
    assert randomization_recorded(data(screened=["X1"]))
    assert counted_population(trial()) == "randomized"


def test_a_source_can_state_that_every_randomized_participant_is_there() -> None:
    stated = UnblindedTrialData.from_tables(
        protocol(), dict(data().tables()), origin=Origin(all_randomized=True)
    )
    assert isinstance(stated, UnblindedTrialData)
    assert randomization_recorded(stated)
