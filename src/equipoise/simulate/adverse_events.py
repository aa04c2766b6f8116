"""Adverse events: of an infusion, and those that come at any time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from equipoise.simulate.attendance import Attended
from equipoise.simulate.calendar import Days
from equipoise.simulate.context import Context
from equipoise.simulate.dispositions import Participation
from equipoise.simulate.random_draws import Floats, choices, uniforms
from equipoise.simulate.scenario_participants import EventKind
from equipoise.simulate.screening import Cohort

YEAR = 365.25  # days
NO_ACTION = "dose not changed"
AFTER_TREATMENT = "not applicable"


def adverse_events(
    context: Context,
    cohort: Cohort,
    days: Days,
    attended: Attended,
    times: Participation,
) -> pd.DataFrame:
    """The table ``events``, by participant and start.

    Events of an infusion start on the day of one that was given, the first time at any
    of them and then at later ones; in a trial without infusions, once on any day from
    the start of the treatment to its end. Background events start on any day from the
    start of the treatment to the end of participation, as often as their process has it.
    What lasts beyond the end of participation has no end and is not recovered from.
    """
    frames = [
        *_of_infusions(context, cohort, days, attended, times),
        *_background(context, cohort, times),
    ]
    if not frames:
        return pd.DataFrame()
    table = pd.concat(frames, ignore_index=True)
    table = table.sort_values(["person", "started_day"], kind="stable")
    return table.drop(columns="person").reset_index(drop=True)


def _of_infusions(
    context: Context,
    cohort: Cohort,
    days: Days,
    attended: Attended,
    times: Participation,
) -> Iterator[pd.DataFrame]:
    """Events that start on the day of an infusion, or once during the treatment."""
    infusion = np.array([v.infusion is not None for v in context.visits])
    given = attended.done & infusion
    for stated in context.scenario.events:
        rate = _by_arm(context, stated.probability)
        u = uniforms(cohort.people, f"event {stated.term}", 6)
        if infusion.any():
            first = _nth(given, np.floor(u[:, 1] * given.sum(axis=1)) + 1)
            start = np.where(first >= 0, days[np.arange(len(days)), first], np.nan)
        else:
            end = np.fmin(np.fmin(times.completed, times.discontinued), times.left)
            start = np.floor(times.started + u[:, 1] * (end - times.started + 1))
        has = (u[:, 0] < rate[cohort.arms]) & np.isfinite(start)
        who = np.flatnonzero(has)
        yield _rows(stated, cohort, times, who, start[who], u[who, 2:])
        if not stated.again:
            continue
        v = uniforms(cohort.people, f"event {stated.term} again", len(infusion), 5)
        later = has[:, None] & given & (np.arange(len(infusion)) > first[:, None])
        who, visit = np.nonzero(later & (v[:, :, 0] < stated.again))
        yield _rows(
            stated,
            cohort,
            times,
            who,
            days[who, visit].astype(float),
            v[who, visit, 1:],
        )


def _background(
    context: Context, cohort: Cohort, times: Participation
) -> Iterator[pd.DataFrame]:
    """Events of a Poisson process from the start of treatment to the end of participation.

    Given their number, the starts are independent and uniform.
    """
    length = np.fmax(times.left, times.ended) - times.started + 1
    length = np.where(np.isfinite(length), np.maximum(length, 0), 0)
    for stated in context.scenario.background_events:
        purpose = f"background event {stated.term}"
        mean = _by_arm(context, stated.per_year)[cohort.arms] * length / YEAR
        u = uniforms(cohort.people, f"number of {purpose}")
        number = np.asarray(stats.poisson.ppf(u, mean), dtype=np.int64)
        most = int(number.max(initial=0))
        drawn = uniforms(cohort.people, purpose, most, 5)
        who, which = np.nonzero(np.arange(most) < number[:, None])
        start = np.floor(times.started[who] + drawn[who, which, 0] * length[who])
        yield _rows(stated, cohort, times, who, start, drawn[who, which, 1:])


def _by_arm(context: Context, stated: dict[str, float]) -> Floats:
    """Number of each arm, 0 where none is stated; the last one of who has no arm."""
    return np.array([*[stated.get(arm, 0.0) for arm in context.arm], 0.0])


def _nth(where: NDArray[np.bool_], number: Floats) -> NDArray[np.intp]:
    """Index of the n-th true value of each row, -1 for a row without any."""
    at = (where & (np.cumsum(where, axis=1) == number[:, None])).argmax(axis=1)
    return np.where(where.any(axis=1), at, -1)


def _rows(
    stated: EventKind,
    cohort: Cohort,
    times: Participation,
    who: NDArray[np.intp],
    start: Floats,
    u: Floats,
) -> pd.DataFrame:
    """Events of one term.

    Args:
        stated: the term.
        cohort: all screened participants.
        times: of their participation.
        who: (events,) whose each is.
        start: (events,) day.
        u: (events, 4) uniform numbers: severity, seriousness, relation, duration.
    """
    grades = np.array([*stated.severity, list(stated.severity)[-1]], dtype=object)
    began = start.astype(np.int64)
    over = began + np.floor(u[:, 3] * (stated.days + 1)).astype(np.int64)
    end = np.fmax(times.left, times.ended)[who]
    ongoing = over > end
    stopped = np.fmin(np.fmin(times.completed, times.discontinued), times.left)
    return pd.DataFrame(
        {
            "person": who,
            "participant": cohort.ids[who],
            "term": stated.term,
            "started_day": began,
            "stopped_day": pd.array(over, dtype="Int64"),
            "severity": grades[choices(u[:, 0], list(stated.severity.values()))],
            "serious": u[:, 1] < stated.serious,
            "related": u[:, 2] < stated.related,
            "action": np.where(began <= stopped[who], NO_ACTION, AFTER_TREATMENT),
            "outcome": np.where(ongoing, "not recovered", stated.outcome),
            "ongoing": ongoing,
        }
    ).assign(stopped_day=lambda table: table["stopped_day"].where(~table["ongoing"]))
