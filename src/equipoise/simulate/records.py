"""The tables ``participants``, ``visits``, ``exposures`` and ``measurements``."""

from __future__ import annotations

import numpy as np
import pandas as pd

from equipoise.protocol.population import SITE
from equipoise.simulate.acute import vital_signs
from equipoise.simulate.attendance import NOT_DUE, Attended
from equipoise.simulate.calendar import Dates, Days, in_window
from equipoise.simulate.clock import Clock
from equipoise.simulate.context import Context
from equipoise.simulate.dispositions import Participation
from equipoise.simulate.exposure import WEIGHT, Exposure
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.screening import Cohort


def participants(
    context: Context, cohort: Cohort, day0: Dates, clock: Clock, times: Participation
) -> pd.DataFrame:
    """All screened participants; those excluded have no randomization and no arm."""
    arms = np.array([*context.arm, None], dtype=object)
    on = _date(day0, times.randomized)
    randomized = clock.randomized(context, cohort.people, on)
    return pd.DataFrame(
        {
            "participant": cohort.ids,
            SITE: cohort.values[SITE],
            "consented_at": clock.rated[:, 0].astype("datetime64[ns]"),
            "randomized_at": randomized.astype("datetime64[ns]"),
            "arm": pd.array(arms[cohort.arms], dtype="string"),
            **{name: own for name, own in cohort.values.items() if name != SITE},
        }
    )


def visits(
    context: Context, cohort: Cohort, days: Days, attended: Attended
) -> pd.DataFrame:
    """Every visit that was due, with its status."""
    planned = context.visits
    person, visit = np.nonzero(attended.code != NOT_DUE)
    done = attended.done[person, visit]
    window = in_window(context.protocol.schedule, days)[person, visit]
    reason = attended.reason[person, visit]
    return pd.DataFrame(
        {
            "participant": cohort.ids[person],
            "visit": np.array([v.id for v in planned], dtype=object)[visit],
            "planned_day": np.array([v.day for v in planned])[visit],
            "actual_day": pd.array(days[person, visit], dtype="Int64"),
            "in_window": pd.array(window, dtype="boolean"),
            "status": attended.status[person, visit],
            "reason": pd.array([text or pd.NA for text in reason], dtype="string"),
        }
    ).assign(
        actual_day=lambda table: table["actual_day"].where(done),
        in_window=lambda table: table["in_window"].where(done),
    )


def exposures(
    context: Context, cohort: Cohort, attended: Attended, clock: Clock
) -> pd.DataFrame:
    """One row for each infusion that was given."""
    planned = context.visits
    frames = []
    kinds = context.protocol.interventions
    # An arm without a stated length looks like the others, as it does in a blinded trial.
    longest = max((kind.infusion.value for kind in kinds if kind.infusion), default=0.0)
    for a, arm in enumerate(context.protocol.arms):
        kind = context.protocol.infused(arm.id)
        if kind is None:
            continue
        due = np.array([visit.infusion is not None for visit in planned])
        given = attended.done & due & (cohort.arms == a)[:, None]
        person, visit = np.nonzero(given)
        weights = cohort.values.get(WEIGHT, np.full(len(cohort.ids), np.nan))
        weight, dose = weights[person], np.full(len(person), np.nan)
        if kind.dose:  # the same at each infusion: people are weighed once
            each = {p: kind.drawn_mg(float(weights[p])) for p in np.unique(person)}
            dose = np.array([each[p] for p in person])
        started = clock.zero[person, visit]
        minutes = kind.infusion.value if kind.infusion else longest
        length = np.timedelta64(round(minutes), "m")
        frames.append(
            pd.DataFrame(
                {
                    "participant": cohort.ids[person],
                    "visit": [planned[v].id for v in visit],
                    "infusion": [planned[v].infusion for v in visit],
                    "drug": kind.drug,
                    "dose_mg": dose,
                    "weight_kg": weight.astype(float),
                    "started_at": started.astype("datetime64[ns]"),
                    "stopped_at": (started + length).astype("datetime64[ns]"),
                    "interrupted": False,
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def measurements(
    context: Context, cohort: Cohort, attended: Attended, exposed: Exposure
) -> pd.DataFrame:
    """One row for each vital sign at each minute of a visit that was done."""
    planned = context.visits
    units = {vital.name: vital.unit for vital in context.scenario.vitals}
    frames = []
    signs = vital_signs(context, cohort, exposed)
    for name, (occasions, values) in signs.items():
        at = attended.done[:, [o.visit for o in occasions]]
        person, occasion = np.nonzero(at)
        labels = np.array([planned[o.visit].id for o in occasions], dtype=object)
        minutes = pd.array([o.minute for o in occasions], dtype="Int64")
        frames.append(
            pd.DataFrame(
                {
                    "participant": cohort.ids[person],
                    "visit": labels[occasion],
                    "timepoint_min": minutes[occasion],
                    "name": name,
                    "value": values[person, occasion],
                    "unit": units[name],
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _date(day0: Dates, day: Floats) -> Dates:
    """The date of a day of the schedule, not-a-time where the day is NaN."""
    known = np.isfinite(day)
    step = np.where(known, day, 0).astype("timedelta64[D]")
    return np.where(known, day0 + step, np.datetime64("NaT", "D"))
