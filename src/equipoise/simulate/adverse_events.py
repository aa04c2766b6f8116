"""Adverse events and guesses of the allocation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.simulate.attendance import Attended
from equipoise.simulate.calendar import Days
from equipoise.simulate.context import Context
from equipoise.simulate.dispositions import Participation
from equipoise.simulate.random_draws import Floats, choices, uniforms
from equipoise.simulate.scenario_participants import DONT_KNOW, Guess
from equipoise.simulate.screening import Cohort


def adverse_events(
    context: Context,
    cohort: Cohort,
    days: Days,
    attended: Attended,
    times: Participation,
) -> pd.DataFrame:
    """The table ``events``: each starts on the day of an infusion that was given.

    In a trial without infusions, on any day from the start of the treatment to its end.
    """
    frames = []
    for stated in context.scenario.events:
        rate = np.array(
            [*[stated.probability.get(arm, 0.0) for arm in context.arm], 0.0]
        )
        u = uniforms(cohort.people, f"event {stated.term}", 6)
        start = _start(context, days, attended, times, u[:, 1])
        who = (u[:, 0] < rate[cohort.arms]) & np.isfinite(start)
        grades = np.array([*stated.severity, list(stated.severity)[-1]], dtype=object)
        severity = grades[choices(u[who, 2], list(stated.severity.values()))]
        lasted = np.floor(u[who, 5] * (stated.days + 1)).astype(np.int64)
        began = start[who].astype(np.int64)
        frames.append(
            pd.DataFrame(
                {
                    "participant": cohort.ids[who],
                    "term": stated.term,
                    "started_day": began,
                    "stopped_day": began + lasted,
                    "severity": severity,
                    "serious": u[who, 3] < stated.serious,
                    "related": u[who, 4] < stated.related,
                    "action": "dose not changed",
                    "outcome": stated.outcome,
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def guesses(
    context: Context, cohort: Cohort, attended: Attended, believes: NDArray[np.bool_]
) -> pd.DataFrame:
    """The table ``guesses``, for participants who had the visit.

    Args:
        context: states who is asked when.
        cohort: all screened participants.
        attended: only visits that were done have guesses.
        believes: (people,) who believes to have got the arm of ``[response.belief]``.
    """
    frames = []
    for stated in context.scenario.guesses:
        done = attended.done[:, context.visit[stated.visit]]
        who = (cohort.arms == context.arm[stated.arm]) & done
        u = uniforms(cohort.people, f"guess by {stated.by} at {stated.visit}")[who]
        frames.append(
            pd.DataFrame(
                {
                    "participant": cohort.ids[who],
                    "by": stated.by,
                    "visit": stated.visit,
                    "guess": _answers(context, stated, u, believes[who]),
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _start(
    context: Context, days: Days, attended: Attended, times: Participation, u: Floats
) -> Floats:
    """Day on which an event starts, NaN for who was never treated."""
    infusion = np.array([v.infusion is not None for v in context.visits])
    if not infusion.any():
        end = np.fmin(np.fmin(times.completed, times.discontinued), times.left)
        return np.asarray(np.floor(times.started + u * (end - times.started + 1)))
    given = attended.done & infusion
    wanted = np.floor(u * given.sum(axis=1)) + 1
    at = (given & (np.cumsum(given, axis=1) == wanted[:, None])).argmax(axis=1)
    return np.where(given.any(axis=1), days[np.arange(len(days)), at], np.nan)


def _answers(
    context: Context, stated: Guess, u: Floats, believes: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """What people answer, from fixed shares or from what they believe."""
    if stated.dont_know is None:
        names = np.array([*stated.shares, list(stated.shares)[-1]], dtype=object)
        return np.asarray(names[choices(u, stated.shares.values())])
    response = context.scenario.response
    if response is None or response.belief is None:
        raise ValueError("no beliefs are specified in this scenario")
    believed = response.belief.arm
    other = next(arm for arm in context.arm if arm != believed)
    said = np.where(believes, believed, other).astype(object)
    return np.where(u < stated.dont_know, DONT_KNOW, said).astype(object)
