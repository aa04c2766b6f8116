"""What a scenario says that an analysis should find."""

from __future__ import annotations

from equipoise.simulate.calendar import actual_days, arrivals, first_days
from equipoise.simulate.context import World
from equipoise.simulate.operating_characteristics.trial_estimates import Question
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.screening import screen
from equipoise.simulate.visit_by_visit import everybody_in, unfold

LARGE = 20_000


def true_values(asked: Question, scenario: Scenario, seed: int) -> dict[str, float]:
    """True difference of each continuous endpoint: what each arm would do to everybody.

    The scores of the same eligible people under both arms, all of them rated, also
    those who miss infusions or have left; the mean of the differences within people.

    Args:
        asked: the endpoints.
        scenario: what people are like.
        seed: of these people.
    """
    world = World.of(asked.protocol, scenario)
    cohort = screen(world, (seed,), LARGE)
    schedule, conduct = asked.protocol.schedule, scenario.conduct
    day0 = first_days(schedule, arrivals(conduct.recruitment, cohort.people))
    days = actual_days(schedule, conduct.attendance, day0, cohort.people)
    scores = [
        unfold(world, everybody_in(cohort, arm), days).scores[cohort.randomized]
        for arm in range(len(asked.protocol.arms))
    ]
    arms = [arm.id for arm in asked.protocol.arms]
    made = {}
    for endpoint in asked.endpoints:
        if endpoint.type != "continuous":
            continue
        pair = endpoint.estimand.treatment
        k = asked.instruments.index(str(endpoint.variable.score).partition(".")[0])
        at = asked.place(endpoint.variable.at)
        one, other = (scores[arms.index(name)] for name in (pair.arm, pair.versus))
        difference = one[:, at, k] - other[:, at, k]
        if endpoint.variable.measure == "percent-change":
            difference = 100 * difference / one[:, world.baseline, k]
        made[endpoint.id] = float(difference.mean())
    return made
