"""A trial visit by visit: who comes, how they are, who leaves because of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.simulate.acute import beliefs
from equipoise.simulate.attendance import (
    DONE,
    MISSED,
    NOT_APPLICABLE,
    NOT_DUE,
    Attended,
    Discontinuations,
    decision_visit,
    draw_discontinuations,
    missing_rates,
)
from equipoise.simulate.calendar import Days
from equipoise.simulate.context import Context
from equipoise.simulate.exposure import Exposure
from equipoise.simulate.random_draws import Floats, uniforms
from equipoise.simulate.relapse import Loss, met_at
from equipoise.simulate.screening import Cohort
from equipoise.simulate.treatment_effect import Benefit
from equipoise.simulate.withdrawal import WithdrawalProcess


@dataclass(frozen=True)
class VisitHistory:
    """The visit history of a cohort.

    Attributes:
        scores: (people, visits, instruments) whole scores, as they would be rated also
            where they are not.
        stop: when people stop.
        attended: the status of each visit.
        believes: (people,) who believes to have got the arm of ``[response.belief]``.
        exposed: their concentrations.
    """

    scores: Floats
    stop: Discontinuations
    attended: Attended
    believes: NDArray[np.bool_]
    exposed: Exposure


def simulate_visits(context: Context, cohort: Cohort, days: Days) -> VisitHistory:
    """Works a cohort through the schedule, in the order of the planned days.

    Args:
        context: states the schedule and the assumptions about participants.
        cohort: all screened participants, of one trial or of many.
        days: (people, visits) on which visits happen or would have happened.
    """
    exposed = Exposure.of(context, cohort)
    believes = beliefs(context, cohort, exposed)
    benefit = Benefit.of(context, cohort, believes, exposed)
    losses = [Loss.of(context, part, cohort) for part in context.scenario.relapses]
    leaving = WithdrawalProcess.of(context, cohort)
    stop = draw_discontinuations(context, cohort)
    untreated = context.plan.untreated(cohort.z)
    scores = context.plan.scores(untreated)
    turn_out = _TurnOut.of(context, cohort)
    planned = [visit.day for visit in context.visits]
    for v in sorted(range(len(planned)), key=lambda i: planned[i]):
        day = days[:, v].astype(float)
        change = benefit.change(v, day)
        latent = untreated[:, v] + change
        for loss in losses:
            if v > loss.zero:
                since = np.asarray(day - days[:, loss.zero], dtype=float)
                latent = loss.follow(context, latent, change, since)
        scores[:, v] = context.plan.scores(latent)
        for loss in losses:
            if v == loss.zero:
                loss.begin(context, scores)
        due = turn_out.due(context, v, day, scores)
        stop = leaving.leave(context, v, day, due, scores, stop)
        done = turn_out.note(context, v, day, due, stop)
        leaving.see(context, v, done, scores)
        if context.visits[v].infusion is not None:
            benefit.infuse(done & cohort.randomized, day)
        for loss in losses:
            if context.visits[v].only_if == loss.stated.definition:
                since = np.asarray(day - days[:, loss.zero], dtype=float)
                loss.restore(cohort, context.visits[v].id, done, since)
    return VisitHistory(
        scores, stop, turn_out.attended(context, cohort), believes, exposed
    )


@dataclass
class _TurnOut:
    """Who comes to each visit, filled in visit by visit."""

    code: NDArray[np.int8]
    on: Floats
    why: NDArray[np.intp]
    absent: NDArray[np.bool_]

    @classmethod
    def of(cls, context: Context, cohort: Cohort) -> _TurnOut:
        visits = len(context.visits)
        shape = len(cohort.people), visits
        absent = uniforms(cohort.people, "absence", visits) < missing_rates(context)
        code = np.full(shape, NOT_DUE, dtype=np.int8)
        none = np.full(shape, -1, dtype=np.intp)
        return cls(code, np.full(shape, np.nan), none, absent)

    def due(
        self, context: Context, v: int, day: Floats, scores: Floats
    ) -> NDArray[np.bool_]:
        """Who is due, as far as visits for some only are concerned."""
        only_if = context.visits[v].only_if
        if only_if is None:
            return np.ones(len(self.code), dtype=bool)
        at = decision_visit(context.protocol, only_if, v)
        rated = self.code[:, at] == DONE
        loss = context.protocol.loss_before(context.visits[v])
        if loss is None:
            rule = context.protocol.definition(only_if)
            return np.asarray(met_at(context, rule, scores, at) & rated)
        rule, zero = (
            context.protocol.definition(str(loss.of)),
            context.visit[str(loss.at)],
        )
        had = met_at(context, rule, scores, zero) & (self.code[:, zero] == DONE)
        lost = had & rated & ~met_at(context, rule, scores, at)
        return np.asarray(lost & self._within_limits(context, v, day))

    def _within_limits(
        self, context: Context, v: int, day: Floats
    ) -> NDArray[np.bool_]:
        """For whom another visit of this trigger is within the limits."""
        trigger = context.visits[v].only_if
        limit = context.protocol.schedule.retreatment(trigger)
        if limit is None:
            return np.ones(len(self.code), dtype=bool)
        same = [u for u in range(v) if context.visits[u].only_if == trigger]
        had = self.code[:, same] == DONE
        return np.array(
            [
                limit.allows(list(earlier[own]), on)
                for earlier, own, on in zip(self.on[:, same], had, day, strict=True)
            ],
            dtype=bool,
        )

    def note(
        self,
        context: Context,
        v: int,
        day: Floats,
        due: NDArray[np.bool_],
        stop: Discontinuations,
    ) -> NDArray[np.bool_]:
        """Records who attends a visit; returns them."""
        after, reasons = v > context.baseline, len(context.scenario.conduct.departures)
        left = after & (day >= stop.study)
        if context.visits[v].infusion is not None:
            left = left | (day >= stop.treatment)
        missed = left | self.absent[:, v]
        code = np.where(missed, MISSED, DONE)
        self.code[:, v] = np.where(due, code, NOT_APPLICABLE)
        self.on[:, v] = day
        why = np.where(left, stop.way, np.where(missed, reasons, -1))
        self.why[:, v] = np.where(due, why, -1)
        return np.asarray(self.code[:, v] == DONE)

    def attended(self, context: Context, cohort: Cohort) -> Attended:
        """The status of each visit, without those that the excluded never had."""
        never = np.arange(len(context.visits)) > cohort.last_visit[:, None]
        conduct = context.scenario.conduct
        texts = (*(d.reason for d in conduct.departures), conduct.attendance.reason)
        return Attended(
            np.where(never, NOT_DUE, self.code).astype(np.int8),
            np.where(never, -1, self.why),
            texts,
        )


def assign_all(cohort: Cohort, arm: int) -> Cohort:
    """The randomized as if all of them were in one arm."""
    return replace(cohort, arms=np.where(cohort.randomized, arm, -1))
