"""A small comparison and its trials, made once."""

from functools import cache

from equipoise.simulate.maintenance.assumptions import Assumptions
from equipoise.simulate.maintenance.compare import Comparison, compare
from equipoise.simulate.maintenance.schedules import read_schedule
from equipoise.simulate.maintenance.smart import PotentialOutcomes, potential_outcomes

ASSUMED = Assumptions()


@cache
def comparison() -> Comparison:
    """Two schedules and none, 120 people, 84 days."""
    schedules = [read_schedule("every:28"), read_schedule("booster:14,most=3")]
    return compare(ASSUMED, schedules, people=120, horizon=84)


@cache
def people() -> PotentialOutcomes:
    """A SMART on the same people."""
    firsts = read_schedule("none"), read_schedule("every:14")
    seconds = read_schedule("every:28"), read_schedule("every:7")
    return potential_outcomes(
        ASSUMED, firsts, seconds, people=120, horizon=84, decision=28
    )
