"""Response, remission and relapse of virtual participants."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from equipoise.protocol.estimand import Definition
from equipoise.protocol.relapse import is_met
from equipoise.simulate.context import Context
from equipoise.simulate.random_draws import Floats, uniforms
from equipoise.simulate.scenario_measurements import Relapse
from equipoise.simulate.screening import Cohort

EDGE = 1e-9  # a threshold such as 0.7 · 40 is met in spite of its last binary digit
BEYOND = 1e9  # further than any scale reaches


@dataclass(frozen=True)
class Bound:
    """The last whole score at which a definition is met, by which scores are reflected.

    Attributes:
        side: -1 if it holds at or below ``value``, 1 if at or above.
        value: (people,) the outermost whole score at which it holds.
    """

    side: int
    value: Floats

    def keep(self, scores: Floats) -> Floats:
        """Scores (people,) reflected to the side where it holds."""
        return np.asarray(self.value + self.side * np.abs(scores - self.value))

    def lose(self, scores: Floats) -> Floats:
        """Scores (people,) reflected to the side where it does not hold."""
        first = self.value - self.side
        return np.asarray(first - self.side * np.abs(scores - first))


def bound(definition: Definition, baseline: Floats, better: str) -> Bound:
    """Where a definition of response or remission holds.

    A percentage of a baseline of 0 is never reached, as in the analysis of a trial.

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
            reached = baseline + side * baseline * threshold / 100
            value = np.where(baseline > 0, reached, side * BEYOND)
        else:
            value = baseline + side * points
    whole = np.floor(value + EDGE) if side < 0 else np.ceil(value - EDGE)
    return Bound(side, whole)


def bound_of(
    context: Context, definition: Definition, scores: Floats
) -> tuple[int, Bound]:
    """Index of the instrument of a definition, and where the definition holds.

    Args:
        context: states the instruments and the baseline visit.
        definition: of any rule but ``loss-of``.
        scores: (people, visits, instruments) whole scores; baseline is taken from them.
    """
    name = definition.score or ""
    k = context.plan.instruments.index(name.partition(".")[0])
    baseline = scores[:, context.baseline, k]
    return k, bound(definition, baseline, context.protocol.better(name))


def met_at(
    context: Context, definition: Definition, scores: Floats, v: int
) -> NDArray[np.bool_]:
    """(people,) whether a definition is met at visit ``v``; arguments of ``bound_of``."""
    name = definition.score or ""
    score = scores[:, :, context.plan.instruments.index(name.partition(".")[0])]
    better = context.protocol.better(name)
    return is_met(definition, better, score[:, v], score[:, context.baseline])[0]


@dataclass
class Loss:
    """The loss of a state, as it comes over a cohort visit by visit.

    Who is in the state at time zero stays in it until a time that is exponential with
    the median of the scenario, and is out of it at every later visit. Scores are reflected
    at the bound of the state, so that time and scores agree; of the change so far the
    share ``kept`` is left after the loss, for every instrument.

    A visit that the loss triggers, with its infusion or session, restores the state with
    the probability of the scenario; the time to the next loss is then drawn anew from
    that day on, with the same median.

    Attributes:
        stated: the loss.
        zero: index of the visit that is time zero.
        waits: (people,) days from time zero to the loss; NaN where no median is stated
            for the arm.
        median: (people,) their medians.
        regained: (people,) probability that a triggered visit restores the state.
        start: (people,) days from time zero from which ``waits`` counts.
    """

    stated: Relapse
    zero: int
    waits: Floats
    median: Floats
    regained: Floats
    start: Floats
    _held: NDArray[np.bool_] = field(init=False)
    _edge: Bound = field(init=False)
    _k: int = field(init=False)

    @classmethod
    def of(cls, context: Context, stated: Relapse, cohort: Cohort) -> Loss:
        """The loss before the first visit."""
        definition = context.protocol.definition(stated.definition)
        median = np.full(len(context.arm) + 1, np.nan)
        for item in stated.medians:
            median[context.arm[item.arm]] = item.days
        regained = np.zeros(len(context.arm) + 1)
        for part in stated.regained:
            regained[context.arm[part.arm]] = part.probability
        u = uniforms(cohort.people, f"loss {stated.definition}")
        own = median[cohort.arms]
        return cls(
            stated,
            context.visit[definition.at or ""],
            _exponential(u, own),
            own,
            regained[cohort.arms],
            np.zeros(len(u)),
        )

    def begin(self, context: Context, scores: Floats) -> None:
        """Notes who is in the state at time zero.

        Args:
            context: states the definition.
            scores: (people, visits, instruments) whole scores so far.
        """
        definition = context.protocol.definition(self.stated.definition)
        state = context.protocol.definition(definition.of or "")
        self._k, self._edge = bound_of(context, state, scores)
        in_state = met_at(context, state, scores, self.zero)
        self._held = in_state & np.isfinite(self.waits)

    def follow(
        self, context: Context, latent: Floats, change: Floats, since: Floats
    ) -> Floats:
        """Scores of a later visit with the loss brought in.

        Args:
            context: rounds the scores.
            latent: (people, instruments) before rounding.
            change: (people, instruments) mean change of each person at that visit.
            since: (people,) days since time zero.

        Returns:
            Shape of ``latent``.
        """
        lost = self._lost(since)
        held = self._held & ~lost
        gone = (1 - self.stated.kept.value) * change
        latent = latent - np.where(lost[:, None], gone, 0.0)
        now, k = context.plan.scores(latent)[:, self._k], self._k
        latent[:, k] = np.select(
            [held, lost], [self._edge.keep(now), self._edge.lose(now)], latent[:, k]
        )
        return latent

    def restore(
        self, cohort: Cohort, visit: str, had: NDArray[np.bool_], since: Floats
    ) -> None:
        """A visit that the loss triggers: some participants regain the state.

        Args:
            cohort: all participants.
            visit: id of the visit, for the random numbers.
            had: (people,) whether they had the visit.
            since: (people,) days since time zero.
        """
        u = uniforms(cohort.people, f"regained {self.stated.definition} {visit}", 2)
        regains = had & self._lost(since) & (u[:, 0] < self.regained)
        self.start = np.where(regains, since, self.start)
        self.waits = np.where(regains, _exponential(u[:, 1], self.median), self.waits)

    def _lost(self, since: Floats) -> NDArray[np.bool_]:
        """(people,) who had the state and are out of it."""
        with np.errstate(invalid="ignore"):  # NaN: no loss is stated for the arm
            return np.asarray(self._held & (since - self.start >= self.waits))


def _exponential(u: Floats, median: Floats) -> Floats:
    return np.asarray(-np.log1p(-u) / np.log(2) * median)
