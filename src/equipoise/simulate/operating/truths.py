"""What a truth says that an analysis should find; and the truth without an effect."""

from __future__ import annotations

import numpy as np

from equipoise.protocol.model import Protocol
from equipoise.simulate.operating.answers import Question
from equipoise.simulate.screening import screen
from equipoise.simulate.states import with_relapses
from equipoise.simulate.truth import Truth
from equipoise.simulate.world import World

LARGE = 20_000


def without_effect(truth: Truth, protocol: Protocol) -> Truth:
    """The same people, all arms as the last arm of the protocol: for the type I error.

    Courses, losses, departures and new treatments of the last arm hold for everybody.
    """
    last = protocol.arms[-1].id
    courses = tuple(
        course.model_copy(
            update={
                "changes": tuple(
                    change.model_copy(update={"arm": arm.id})
                    for arm in protocol.arms
                    for change in course.changes
                    if change.arm == last
                )
            }
        )
        for course in truth.courses
    )
    relapses = tuple(
        part.model_copy(
            update={
                "medians": tuple(
                    item.model_copy(update={"arm": arm.id})
                    for arm in protocol.arms
                    for item in part.medians
                    if item.arm == last
                )
            }
        )
        for part in truth.relapses
    )
    conduct = truth.conduct.model_copy(
        update={
            name: tuple(
                part.model_copy(update={"arm": arm.id})
                for arm in protocol.arms
                for part in getattr(truth.conduct, name)
                if part.arm == last
            )
            for name in ("departures", "new_treatments")
        }
    )
    return truth.model_copy(
        update={"courses": courses, "relapses": relapses, "conduct": conduct}
    )


def true_values(asked: Question, truth: Truth, seed: int) -> dict[str, float]:
    """True difference of each continuous endpoint: what each arm would do to everybody.

    The scores of the same eligible people under both arms, all of them rated; the mean
    of the differences within people. Its Monte Carlo error is that of rounding alone.

    Args:
        asked: the endpoints.
        truth: what people are like.
        seed: of these people.
    """
    world = World.of(asked.protocol, truth, seed)
    cohort = screen(world, LARGE)
    schedule = asked.protocol.schedule
    days = np.tile([visit.day for visit in schedule.visits], (len(cohort.ids), 1))
    scores = []
    for arm in range(len(asked.protocol.arms)):
        everybody = np.full(len(cohort.ids), arm)
        latent = world.plan.latent(cohort.z, everybody)
        latent = with_relapses(world, latent, days, everybody, cohort.ids)
        scores.append(world.plan.scores(latent)[cohort.randomized])
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
