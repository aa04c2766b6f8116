"""Response, remission and relapse of virtual participants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.estimand import Definition
from equipoise.simulate.calendar import Days
from equipoise.simulate.course import Arms
from equipoise.simulate.draws import Floats, uniforms
from equipoise.simulate.truth_course import Relapse
from equipoise.simulate.world import World

EDGE = 1e-9  # a threshold such as 0.7 · 40 is met in spite of its last binary digit


@dataclass(frozen=True)
class Bound:
    """Whole scores at which a definition holds: at most, or at least, some value.

    Attributes:
        side: -1 if it holds at or below ``value``, 1 if at or above.
        value: (people,) the outermost whole score at which it holds.
    """

    side: int
    value: Floats

    def holds(self, scores: Floats) -> NDArray[np.bool_]:
        """Whether it holds at these scores (people,) or (people, visits)."""
        value = self.value if scores.ndim == 1 else self.value[:, None]
        return np.asarray(self.side * (scores - value) >= 0)

    def keep(self, scores: Floats) -> Floats:
        """Scores (people,) reflected to the side where it holds."""
        return np.asarray(self.value + self.side * np.abs(scores - self.value))

    def lose(self, scores: Floats) -> Floats:
        """Scores (people,) reflected to the side where it does not hold."""
        first = self.value - self.side
        return np.asarray(first - self.side * np.abs(scores - first))


def bound(definition: Definition, baseline: Floats, better: str) -> Bound:
    """Where a definition of response or remission holds.

    Args:
        definition: of any rule but ``loss-of``.
        baseline: (people,) scores at baseline.
        better: direction of benefit of the score, ``lower`` or ``higher``.
    """
    threshold = definition.threshold or 0.0
    if definition.rule == "at-most":
        side, value = -1, np.full(len(baseline), threshold)
    elif definition.rule == "at-least":
        side, value = 1, np.full(len(baseline), threshold)
    else:
        side = -1 if better == "lower" else 1
        points = threshold
        if definition.rule == "percent-reduction":
            value = baseline + side * np.abs(baseline) * threshold / 100
        else:
            value = baseline + side * points
    whole = np.floor(value + EDGE) if side < 0 else np.ceil(value - EDGE)
    return Bound(side, whole)


def bound_of(world: World, definition: Definition, scores: Floats) -> tuple[int, Bound]:
    """Index of the instrument of a definition, and where the definition holds.

    Args:
        world: states the instruments and the baseline visit.
        definition: of any rule but ``loss-of``.
        scores: (people, visits, instruments) whole scores; baseline is taken from them.
    """
    name = definition.score or ""
    k = world.plan.instruments.index(name.partition(".")[0])
    baseline = scores[:, world.baseline, k]
    return k, bound(definition, baseline, world.protocol.better(name))


def with_relapses(
    world: World, latent: Floats, days: Days, arms: Arms, people: Sequence[str]
) -> Floats:
    """Scores after the times of loss of each state have been brought in.

    Who is in the state at time zero stays in it until a time that is exponential with
    the median of the truth, and is out of it at every later visit. Scores are reflected
    at the bound of the state, so that time and scores agree; of the arm's mean change
    the share ``kept`` is left after the loss, for every instrument.

    Args:
        world: states the losses.
        latent: (people, visits, instruments) scores before rounding.
        days: (people, visits) days on which the visits happen.
        arms: (people,) index of the arm; -1 for none, whose scores stay.
        people: their names, for their random streams.

    Returns:
        Latent scores, shape as ``latent``.
    """
    result, plan = latent.copy(), world.plan
    for stated in world.truth.relapses:
        definition = world.protocol.definition(stated.definition)
        state = world.protocol.definition(definition.of or "")
        scores = plan.scores(result)
        k, edge = bound_of(world, state, scores)
        zero = world.visit[definition.at or ""]
        waits = _waits(world, stated, arms, people)
        in_state = edge.holds(scores[:, zero, k]) & np.isfinite(waits)
        for v in range(zero + 1, len(world.visits)):
            lost = in_state & (days[:, v] >= days[:, zero] + waits)
            held = in_state & ~lost
            gone = (1 - stated.kept.value) * plan.change[arms, v]
            result[:, v] -= np.where(lost[:, None], gone, 0.0)
            now = plan.scores(result[:, v])[:, k]
            result[:, v, k] = np.select(
                [held, lost], [edge.keep(now), edge.lose(now)], result[:, v, k]
            )
    return result


def _waits(world: World, stated: Relapse, arms: Arms, people: Sequence[str]) -> Floats:
    """Days from time zero to the loss; NaN where no median is stated for the arm."""
    median = np.full(len(world.arm) + 1, np.nan)
    for item in stated.medians:
        median[world.arm[item.arm]] = item.days
    u = uniforms(world.seed, people, f"loss {stated.definition}")
    return np.asarray(-np.log1p(-u) / np.log(2) * median[arms])
