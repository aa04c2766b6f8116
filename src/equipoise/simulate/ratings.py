"""The tables ``answers`` and ``recorded_scores``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from equipoise.simulate.acute import Occasion, acute_scores, rating_occasions
from equipoise.simulate.attendance import Attended
from equipoise.simulate.calendar import Dates
from equipoise.simulate.clock import Clock, minutes_into
from equipoise.simulate.context import Context
from equipoise.simulate.exposure import Exposure
from equipoise.simulate.item_responses import emphasis, form, limits, propensities
from equipoise.simulate.random_draws import Floats
from equipoise.simulate.scenario_measurements import AcuteCourse, Course
from equipoise.simulate.screening import Cohort


@dataclass(frozen=True)
class Rated:
    """One instrument at all its occasions.

    Attributes:
        stated: its part of the scenario.
        occasions: planned times.
        scores: (people, occasions) whole scores.
    """

    stated: Course | AcuteCourse
    occasions: tuple[Occasion, ...]
    scores: Floats


def simulate_ratings(
    context: Context, cohort: Cohort, scores: Floats, exposed: Exposure
) -> tuple[Rated, ...]:
    """Every instrument of the scenario with its scores.

    Args:
        context: states the instruments and when they are rated.
        cohort: all screened participants.
        scores: (people, visits, instruments) whole scores of the courses.
        exposed: concentrations of the cohort.
    """
    found = []
    for k, course in enumerate(context.scenario.courses):
        occasions = rating_occasions(context.protocol, course.instrument)
        own = scores[:, [at.visit for at in occasions], k]
        found.append(Rated(course, occasions, own))
    for acute in context.scenario.acute:
        occasions = rating_occasions(context.protocol, acute.instrument)
        values = acute_scores(context, acute, occasions, cohort, exposed)
        found.append(Rated(acute, occasions, values))
    return tuple(found)


def rating_tables(
    context: Context,
    cohort: Cohort,
    ratings: Sequence[Rated],
    attended: Attended,
    clock: Clock,
) -> dict[str, pd.DataFrame]:
    """The tables ``answers`` and ``recorded_scores``, each only if it has rows.

    Args:
        context: states the forms.
        cohort: all screened participants.
        ratings: every instrument with its scores.
        attended: only visits that were done have answers.
        clock: times of the visits.
    """
    answers: list[pd.DataFrame] = []
    scores: list[pd.DataFrame] = []
    for rating in ratings:
        scale = context.protocol.scales[rating.stated.instrument]
        if scale.scores[rating.stated.score].rule == "recorded":
            scores.append(_recorded(context, cohort, rating, attended))
        else:
            answers.append(_answered(context, cohort, rating, attended, clock))
    named = {"answers": answers, "recorded_scores": scores}
    return {
        name: pd.concat(tables, ignore_index=True)
        for name, tables in named.items()
        if tables
    }


def _recorded(
    context: Context, cohort: Cohort, rating: Rated, attended: Attended
) -> pd.DataFrame:
    """Rows of an instrument of which only the score is written down."""
    person, occasion = np.nonzero(attended.done[:, [o.visit for o in rating.occasions]])
    return pd.DataFrame(
        _place(context, cohort, rating, person, occasion)
        | {
            "instrument": rating.stated.instrument,
            "score": rating.stated.score,
            "value": rating.scores[person, occasion],
        }
    )


def _answered(
    context: Context, cohort: Cohort, rating: Rated, attended: Attended, clock: Clock
) -> pd.DataFrame:
    """Rows of an instrument with items, made to give its scores."""
    stated, occasions = rating.stated, rating.occasions
    made_of = form(context.protocol.scales[stated.instrument], stated.score)
    if made_of is None:
        raise ValueError(f"no answers can be made for {stated.instrument}")
    known = context.protocol.scales[stated.instrument].scores
    strength = propensities(
        made_of,
        stated.items,
        cohort.people,
        stated.instrument,
        len(occasions),
        [known[name].items for name in stated.items.clusters],
    )
    always, by_arm = emphasis(made_of, stated.items, context.arm)
    later = np.array([at.visit > context.baseline for at in occasions])
    strength *= always
    strength *= np.where(later[:, None], by_arm[cohort.arms][:, None, :], 1.0)
    person, occasion = np.nonzero(attended.done[:, [o.visit for o in occasions]])
    own = strength[person, occasion]
    names = np.array([context.visits[o.visit].id for o in occasions], dtype=object)
    held = np.where(cohort.randomized[person], names[occasion], "")
    limited = limits(made_of, stated.items, held, own) or (None, None)
    values = made_of.answers(rating.scores[person, occasion], own, *limited)
    row, item = np.nonzero(np.isfinite(values))
    person, occasion = person[row], occasion[row]
    use = {use.id: use for use in context.protocol.instruments}[stated.instrument]
    when = _times(context, rating, clock)[person, occasion]
    return pd.DataFrame(
        _place(context, cohort, rating, person, occasion)
        | {
            "instrument": stated.instrument,
            "item": np.array(made_of.items, dtype=object)[item],
            "value": values[row, item],
            "rater": use.by,
            "answered_at": when.astype("datetime64[ns]"),
        }
    )


def _place(
    context: Context,
    cohort: Cohort,
    rating: Rated,
    person: NDArray[np.intp],
    occasion: NDArray[np.intp],
) -> dict[str, object]:
    """Who, at which visit and at which minute."""
    names = np.array(
        [context.visits[o.visit].id for o in rating.occasions], dtype=object
    )
    minutes = pd.array([o.minute for o in rating.occasions], dtype="Int64")
    return {
        "participant": cohort.ids[person],
        "visit": names[occasion],
        "timepoint_min": minutes[occasion],
    }


def _times(context: Context, rating: Rated, clock: Clock) -> Dates:
    """When an instrument is answered, (people, occasions)."""
    when = []
    for at in rating.occasions:
        if at.minute is not None:
            when.append(clock.zero[:, at.visit] + np.timedelta64(at.minute, "m"))
            continue
        planned = context.protocol.schedule.assessments(context.visits[at.visit])
        whole = [one.instrument for one in planned if not one.minutes]
        place = whole.index(rating.stated.instrument)
        when.append(clock.rated[:, at.visit] + minutes_into(len(whole))[place])
    return np.stack(when, axis=1)
