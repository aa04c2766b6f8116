"""Milestones of simulated participants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.simulate.attendance import (
    DONE,
    MISSED,
    NOT_DUE,
    Attended,
    Discontinuations,
)
from equipoise.simulate.calendar import Dates, Days, last_open_day
from equipoise.simulate.context import Context
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.screening import Cohort


@dataclass(frozen=True)
class Participation:
    """How long each person is treated and takes part; NaN where it never happened.

    Attributes:
        randomized: day of randomization.
        started: day on which the treatment started.
        completed: day on which the treatment was complete.
        discontinued: day on which it was stopped early.
        left: day on which the person left the study early.
        ended: day of the last visit, or of the end of treatment if that came after it,
            for who did not leave.
    """

    randomized: Floats
    started: Floats
    completed: Floats
    discontinued: Floats
    left: Floats
    ended: Floats


def participation_times(
    context: Context,
    cohort: Cohort,
    day0: Dates,
    days: Days,
    stop: Discontinuations,
    attended: Attended,
) -> Participation:
    """Derives the participation of each participant from the visits.

    Args:
        context: states the visits and the planned day of randomization.
        cohort: all screened participants.
        day0: (people,) date of day 0.
        days: (people, visits) on which visits happen or would have happened.
        stop: when people stop.
        attended: the status of each visit.
    """
    visits, baseline = context.visits, context.baseline
    inside = cohort.randomized
    day = np.where(inside[:, None], days, np.nan).astype(float)
    planned = context.scenario.conduct.recruitment.randomization_day
    open_on = last_open_day(context.protocol.schedule, day0, planned)
    randomized = np.maximum(day[:, baseline], open_on)
    infusion = np.array([visit.infusion is not None for visit in visits])
    if infusion.any():
        treated = infusion
        given = attended.done & infusion
        started = _extreme(day, given, np.fmin)
    else:
        treated = np.array([visit.phase == "treatment" for visit in visits])
        started = np.maximum(randomized, 0)
        started[started >= stop.study] = np.nan
        given = (treated & (attended.code != NOT_DUE)) | (
            np.arange(len(visits)) == baseline
        )
    due = (attended.code == DONE) | (attended.code == MISSED)
    early = (day >= stop.treatment[:, None]) & treated & due
    discontinued = np.where(
        early.any(axis=1) & np.isfinite(started), stop.treatment, np.nan
    )
    over = np.isfinite(started) & np.isnan(discontinued)
    completed = np.where(over, _extreme(day, given, np.fmax), np.nan)
    gone = ((day >= stop.study[:, None]) & due).any(axis=1)
    return Participation(
        randomized=randomized,
        started=started,
        completed=completed,
        discontinued=discontinued,
        left=np.where(gone, stop.study, np.nan),
        # Without infusions, treatment may end at a visit that was missed by chance.
        ended=np.where(
            gone, np.nan, np.fmax(_extreme(day, attended.done, np.fmax), completed)
        ),
    )


def dispositions(
    context: Context,
    cohort: Cohort,
    days: Days,
    stop: Discontinuations,
    times: Participation,
) -> pd.DataFrame:
    """The table ``dispositions``, one row for each milestone that was reached."""
    first = days[:, 0].astype(float)
    out = days[np.arange(len(days)), cohort.last_visit].astype(float)
    conduct = context.scenario.conduct
    why = np.array([*[d.reason for d in conduct.departures], ""], dtype=object)[
        stop.way
    ]
    ways = [d.milestone for d in conduct.departures]
    way = np.array([*ways, ""], dtype=object)[stop.way]
    new_why = np.array([*[t.reason for t in conduct.new_treatments], ""], dtype=object)
    until = np.fmax(times.left, times.ended)
    new = np.where(stop.new <= until, stop.new, np.nan)
    none = np.full(len(cohort.ids), "", dtype=object)
    parts = [
        ("screened", first, none),
        ("consented", first, none),
        ("excluded", np.where(cohort.randomized, np.nan, out), cohort.reasons),
        ("randomized", times.randomized, none),
        ("treatment-started", times.started, none),
        ("treatment-discontinued", times.discontinued, why),
        ("treatment-completed", times.completed, none),
        ("new-treatment", new, new_why[stop.new_way]),
        ("study-completed", times.ended, none),
    ]
    parts += [
        (name, np.where(way == name, times.left, np.nan), why)
        for name in ("study-withdrawn", "lost-to-follow-up")
    ]
    return pd.concat([_rows(cohort, *part) for part in parts], ignore_index=True)


def _rows(
    cohort: Cohort, milestone: str, day: Floats, reason: NDArray[Any]
) -> pd.DataFrame:
    reached = np.isfinite(day)
    return pd.DataFrame(
        {
            "participant": cohort.ids[reached],
            "milestone": milestone,
            "day": day[reached].astype(np.int64),
            "reason": pd.array(
                [text or pd.NA for text in reason[reached]], dtype="string"
            ),
        }
    )


def _extreme(day: Floats, where: NDArray[np.bool_], of: np.ufunc) -> Floats:
    """First or last day among some visits, NaN for who has none."""
    return np.asarray(of.reduce(np.where(where, day, np.nan), axis=1))
