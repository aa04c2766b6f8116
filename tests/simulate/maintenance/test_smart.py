"""A SMART: what its people would have had, its size, its power."""

import numpy as np
import pytest

from equipoise.design.requirements import Target
from equipoise.errors import DesignError, SimulationError
from equipoise.simulate.maintenance.assumptions import Assumptions
from equipoise.simulate.maintenance.schedules import read_schedule
from equipoise.simulate.maintenance.smart import (
    PotentialOutcomes,
    potential_outcomes,
    smart,
)

USUAL = Assumptions(entry_day=-14, entry_least=30)
FIRST = (read_schedule("none"), read_schedule("every:14"))
SECOND = (read_schedule("every:28"), read_schedule("every:7"))


@pytest.fixture(scope="module")
def people() -> PotentialOutcomes:
    return potential_outcomes(USUAL, FIRST, SECOND, people=2000)


def test_who_is_in_response_has_the_same_under_both_seconds(
    people: PotentialOutcomes,
) -> None:
    for first in range(2):
        kept = ~people.lost[first]
        assert np.array_equal(
            people.outcome[first, 0, kept], people.outcome[first, 1, kept]
        )
        assert (
            people.infusions[first, 1, ~kept] > people.infusions[first, 0, ~kept]
        ).all()
    assert people.lost[0].sum() > people.lost[1].sum()


def test_means_of_regimes_are_those_of_the_people(people: PotentialOutcomes) -> None:
    for pair in ((0, 0), (0, 1), (1, 0), (1, 1)):
        regime = people.regime(pair)
        assert regime.mean == pytest.approx(people.outcome[pair].mean(), rel=1e-12)
    assert people.named((0, 1)) == "none, then every:7 if lost"


def test_the_size_gives_the_power(people: PotentialOutcomes) -> None:
    """2,000 trials: 0.85 is known to 0.008, 0.05 to 0.005."""
    found = smart(people, (0, 0), (1, 0), Target(power=0.85), dropout=0.2)
    assert found.power.value == pytest.approx(0.85, abs=0.03)
    assert found.error.value == pytest.approx(0.05, abs=0.02)
    assert found.difference.value < 0
    wanted = found.participants * people.treated / people.lost.shape[1]
    assert found.treated == pytest.approx(wanted, abs=1)
    more = smart(people, (0, 0), (1, 0), Target(power=0.85), dropout=0.0, trials=10)
    assert more.participants == pytest.approx(0.8 * found.participants, abs=2)


def test_regimes_that_nobody_could_tell_apart_are_refused(
    people: PotentialOutcomes,
) -> None:
    with pytest.raises(DesignError, match="EQ802"):
        smart(people, (0, 0), (0, 0))
    with pytest.raises(DesignError, match="EQ801"):
        smart(people, dropout=1.0)
    close = PotentialOutcomes(
        FIRST, SECOND, 56, people.lost[[0, 0]],
        np.stack([people.outcome[0], people.outcome[0] + 0.01]),
        people.infusions, people.treated,
    )  # fmt: skip
    with pytest.raises(DesignError, match="EQ802"):
        smart(close)


def test_designs_that_are_no_smart_are_refused() -> None:
    for firsts, seconds, day in (
        (FIRST[:1], SECOND, 56),
        (FIRST, SECOND, 182),
        (FIRST, (SECOND[0], SECOND[0]), 56),
        (FIRST, (SECOND[0], read_schedule("every:150")), 56),
    ):
        with pytest.raises(SimulationError, match="EQ672"):
            potential_outcomes(USUAL, firsts, seconds, decision=day)
