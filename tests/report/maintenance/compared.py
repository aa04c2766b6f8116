"""A small comparison and its trials, made once."""

from functools import cache

from equipoise.simulate.maintenance.assumptions import Assumptions
from equipoise.simulate.maintenance.compare import Comparison, compare
from equipoise.simulate.maintenance.schedules import read
from equipoise.simulate.maintenance.smart import Potential, potential

ASSUMED = Assumptions()


@cache
def comparison() -> Comparison:
    """Two schedules and none, 120 people, 84 days."""
    schedules = [read("every:28"), read("booster:14,most=3")]
    return compare(ASSUMED, schedules, people=120, horizon=84)


@cache
def people() -> Potential:
    """A SMART on the same people."""
    firsts = read("none"), read("every:14")
    seconds = read("every:28"), read("every:7")
    return potential(ASSUMED, firsts, seconds, people=120, horizon=84, decision=28)
