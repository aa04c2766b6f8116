"""The benefit of a cohort, against each person worked out alone."""

import numpy as np
import pytest

from equipoise.simulate.context import Context
from equipoise.simulate.random_draws import normals
from equipoise.simulate.treatment_effect import Benefit
from tests.simulate.trials import feder, feder_scenario, feder_stages, small_stages

STAGES = feder_stages()


def benefit(believes: bool = False) -> Benefit:
    n = len(STAGES.cohort.people)
    exposed = STAGES.history.exposed
    return Benefit.of(STAGES.context, STAGES.cohort, np.full(n, believes), exposed)


def alone(person: int, days: list[float], at: float) -> float:
    """A on a day, by a loop over this person's infusions."""
    response = feder_scenario().response
    assert response is not None
    ratio = STAGES.history.exposed.ratio()[person]
    level, last = 0.0, 0.0
    for day in days:
        level *= 2 ** (-(day - last) / response.half_life.days)
        level = 1 - (1 - level) * (1 - response.build_up.share) ** ratio
        last = day
    return level * 2 ** (-(at - last) / response.half_life.days)


def test_a_person_gains_placebo_expectancy_and_drug() -> None:
    everyone = np.ones(len(STAGES.cohort.people), dtype=bool)
    own = benefit(believes=True)
    for day in (0.0, 2.0, 4.0):
        own.infuse(everyone & STAGES.inside, np.full(len(everyone), day))
    week = STAGES.context.visit["week-1"]
    found = own.change(week, np.full(len(everyone), 8.0))
    scenario, response = feder_scenario(), feder_scenario().response
    z = normals(STAGES.cohort.people, "sensitivity")
    for person in np.flatnonzero(STAGES.inside)[:20]:
        arm = feder().arms[STAGES.cohort.arms[person]].id
        factor = np.exp(
            response.sensitivity.log_sd * z[person] - response.sensitivity.log_sd**2 / 2
        )
        level = alone(person, [0, 2, 4], 8)
        come = 1 - np.exp(-8 / response.placebo.days)
        for k, course in enumerate(scenario.courses):
            effect = next(e for e in course.effects if e.arm == arm)
            expected = (effect.placebo + effect.expectancy) * come
            expected += effect.drug * factor * level
            assert found[person, k] == pytest.approx(expected, rel=1e-9)


def test_who_is_never_treated_gains_nothing() -> None:
    own = benefit(believes=True)
    found = own.change(STAGES.context.visit["week-2"], np.full(len(own.level), 14.0))
    assert not found.any()


def test_a_missed_infusion_is_missed() -> None:
    n = len(STAGES.cohort.people)
    all_of_them, some = benefit(), benefit()
    for number, day in enumerate((0.0, 2.0, 4.0, 7.0, 9.0, 11.0)):
        given = STAGES.inside.copy()
        all_of_them.infuse(given, np.full(n, day))
        given[0 if number == 3 else slice(0, 0)] = False
        some.infuse(given, np.full(n, day))
    person = np.flatnonzero(STAGES.inside)
    whole, part = all_of_them.level[person], some.level[person]
    assert (part <= whole + 1e-15).all()
    if STAGES.inside[0]:
        assert part[0] < whole[0]
    assert np.array_equal(part[1:], whole[1:])


def test_stated_changes_stay_what_they_are() -> None:
    stages = small_stages()
    context = Context.of(stages.context.protocol, stages.context.scenario)
    n = len(stages.cohort.people)
    own = Benefit.of(context, stages.cohort, np.zeros(n, bool), stages.history.exposed)
    found = own.change(2, np.full(n, 30.0))
    assert np.array_equal(found, context.plan.change[stages.cohort.arms, 2])
