"""What a truth says that an analysis should find; and the truth without an effect."""

from __future__ import annotations

import numpy as np

from equipoise.analyze.plan import visits
from equipoise.protocol.model import Protocol
from equipoise.simulate.operating.answers import Question
from equipoise.simulate.operating.brief import brief
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
    """Difference of each continuous endpoint in a very large trial that nobody leaves.

    Differences of means at the visit, adjusted for the baseline by least squares; its
    own Monte Carlo error is about SD / 70.

    Args:
        asked: the endpoints.
        truth: what people are like.
        seed: of the large trial.
    """
    stay = truth.conduct.model_copy(
        update={
            "departures": (),
            "new_treatments": (),
            "attendance": truth.conduct.attendance.model_copy(
                update={"missed_visit": 0.0, "missed_infusion": 0.0}
            ),
        }
    )
    whole = truth.model_copy(update={"conduct": stay})
    large = brief(World.of(asked.protocol, whole, seed), LARGE)
    made = {}
    arms = [arm.id for arm in asked.protocol.arms]
    for endpoint in asked.endpoints:
        if endpoint.type != "continuous" or not visits(asked.protocol, endpoint):
            continue
        name, pair = str(endpoint.variable.score), endpoint.estimand.treatment
        start = asked.score(large, name, asked.protocol.schedule.baseline)
        value = asked.score(large, name, endpoint.variable.at)
        change = value if endpoint.variable.measure == "value" else value - start
        if endpoint.variable.measure == "percent-change":
            change = 100 * change / start
        inside = np.isin(large.arm, [arms.index(pair.arm), arms.index(pair.versus)])
        inside &= ~np.isnan(change)
        treated = (large.arm == arms.index(pair.arm))[inside]
        X = np.column_stack([np.ones(inside.sum()), treated, start[inside]])
        made[endpoint.id] = float(np.linalg.lstsq(X, change[inside], rcond=None)[0][1])
    return made
