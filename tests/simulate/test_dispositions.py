"""Milestones: each at most once, in their order, and as the visits were."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from equipoise.simulate.attendance import (
    DONE,
    MISSED,
    NEVER,
    NOT_APPLICABLE,
    Attended,
    Discontinuations,
)
from equipoise.simulate.context import Context
from equipoise.simulate.dispositions import (
    Participation,
    dispositions,
    participation_times,
)
from equipoise.simulate.records import visits
from equipoise.simulate.screening import screen
from tests.simulate.chance import FAR, rate_error
from tests.simulate.trials import (
    Staged,
    feder_stages,
    small_protocol,
    small_scenario,
    small_stages,
)

BOTH = pytest.mark.parametrize("stages", [feder_stages, small_stages])
N = 1200
ENDS = ["study-completed", "study-withdrawn", "lost-to-follow-up"]
ORDER = [
    "screened",
    "consented",
    "randomized",
    "treatment-started",
    "treatment-completed",
]


def table_of(history: Staged) -> pd.DataFrame:
    return dispositions(
        history.context, history.cohort, history.days, history.stop, history.times
    )


def milestones(history: Staged) -> pd.DataFrame:
    """Day of each milestone: a row for each person, a column for each milestone."""
    table = table_of(history)
    assert not table.duplicated(["participant", "milestone"]).any()
    wide = table.pivot(index="participant", columns="milestone", values="day")
    return wide.reindex(index=history.cohort.ids).astype(float)


def seen(history: Staged, infusions_only: bool = False) -> pd.DataFrame:
    """First and last day among the visits that were done."""
    table = visits(history.context, history.cohort, history.days, history.attended)
    done = table[table["status"] == "done"]
    if infusions_only:
        infusions = {v.id for v in history.context.visits if v.infusion is not None}
        done = done[done["visit"].isin(infusions)]
    day = done.assign(day=done["actual_day"].astype(float)).groupby("participant")
    return day["day"].agg(["min", "max"])


# --- laws, read from the tables of whole trials -----------------------------------------


@BOTH
def test_the_randomized_end_in_one_way_and_the_excluded_in_none(stages) -> None:
    history = stages(N)
    day, inside = milestones(history), history.inside
    ends = day.reindex(columns=ENDS).notna().sum(axis=1).to_numpy()
    assert np.array_equal(ends, inside.astype(int))
    assert np.array_equal(day["excluded"].notna(), ~inside)
    assert np.array_equal(day["randomized"].notna(), inside)
    table = table_of(history)
    assert table.loc[table["milestone"] == "excluded", "reason"].notna().all()
    other = day.loc[~inside].drop(columns=["screened", "consented", "excluded"])
    assert other.isna().all(axis=None)


@BOTH
def test_who_started_completes_or_stops_and_who_did_not_does_neither(stages) -> None:
    day = milestones(stages(N))
    over = day[["treatment-completed", "treatment-discontinued"]].notna().sum(axis=1)
    assert np.array_equal(over, day["treatment-started"].notna().astype(int))


@BOTH
def test_milestones_come_in_their_order(stages) -> None:
    day = milestones(stages(N))
    end = day.reindex(columns=ENDS).max(axis=1)
    steps = [*(day[name] for name in ORDER), end]
    for before, after in pairwise(steps):
        both = before.notna() & after.notna()
        assert both.any()
        assert (before[both] <= after[both]).all()
    stopped = day["treatment-discontinued"].dropna()
    assert (stopped >= day.loc[stopped.index, "treatment-started"]).all()
    new = day["new-treatment"].dropna()
    assert len(new)
    assert (new <= end[new.index]).all()


@BOTH
def test_the_study_ends_with_the_last_visit_or_with_treatment(stages) -> None:
    history = stages(N)
    day, last = milestones(history), seen(history)["max"]
    completed = day["study-completed"].dropna()
    treated = day.loc[completed.index, "treatment-completed"]
    assert (np.fmax(last[completed.index], treated) == completed).all()
    assert (last[completed.index] == completed).mean() > 0.97
    left = day.reindex(columns=ENDS[1:]).max(axis=1).dropna()
    assert len(left)
    assert (last[left.index] <= left).all()


def test_treatment_is_the_infusions_that_were_given() -> None:
    history = feder_stages(N)
    day, given = milestones(history), seen(history, infusions_only=True)
    started = day["treatment-started"].dropna()
    assert started.to_dict() == given["min"].to_dict()
    completed = day["treatment-completed"].dropna()
    assert (given.loc[completed.index, "max"] == completed).all()
    stopped = day["treatment-discontinued"].dropna()
    assert len(stopped) > 20
    assert (given.loc[stopped.index, "max"] < stopped).all()


@BOTH
def test_a_milestone_has_the_reason_of_its_way(stages) -> None:
    history = stages(N)
    conduct, table = history.context.scenario.conduct, table_of(history)
    arm = dict(zip(history.cohort.ids, history.cohort.arms.tolist(), strict=True))
    for milestone in ("study-withdrawn", "lost-to-follow-up"):
        rows = table[table["milestone"] == milestone]
        told = set(zip(rows["participant"].map(arm), rows["reason"], strict=True))
        ways = [way for way in conduct.departures if way.milestone == milestone]
        stated = {(history.context.arm[w.arm], w.reason): w.probability for w in ways}
        common = {way for way, probability in stated.items() if probability >= 0.05}
        assert common <= told <= set(stated)
    new = table.loc[table["milestone"] == "new-treatment", "reason"]
    assert set(new) == {way.reason for way in conduct.new_treatments}
    quiet = table["milestone"].isin(["randomized", *ORDER[3:], "study-completed"])
    assert table.loc[quiet, "reason"].isna().all()


# --- by hand ----------------------------------------------------------------------------


def small_stay(
    *, treatment: float, study: float, code: list[int], days: list[int] | None = None
) -> tuple[Participation, pd.DataFrame]:
    """One fate for everybody of the small trial, planned on days -7, 0, 30, 60, 90."""
    context = Context.of(small_protocol(), small_scenario())
    cohort = screen(context, (1,), 6)
    n = len(cohort.people)
    when = np.tile(days or [-7, 0, 30, 60, 90], (n, 1))
    way = np.full(n, -1 if treatment == NEVER else 0, dtype=np.intp)
    stop = Discontinuations(
        np.full(n, treatment),
        np.full(n, study),
        way,
        np.full(n, 50.0),
        np.zeros(n, dtype=np.intp),
    )
    codes = np.tile(np.array(code, dtype=np.int8), (n, 1))
    attended = Attended(codes, np.full(codes.shape, -1), ())
    times = participation_times(
        context, cohort, np.full(n, np.datetime64("2027-01-04")), when, stop, attended
    )
    table = dispositions(context, cohort, when, stop, times)
    inside = cohort.randomized
    one = Participation(**{name: value[inside] for name, value in vars(times).items()})
    assert all(np.isnan(value[~inside]).all() for value in vars(times).values())
    return one, table[table["participant"].isin(cohort.ids[inside])]


def fate(times: Participation) -> dict[str, float]:
    """The days that are known, the same for everybody."""
    found = {}
    for name, value in vars(times).items():
        assert len(set(value[~np.isnan(value)])) <= 1
        assert np.isnan(value).all() or not np.isnan(value).any()
        if np.isfinite(value[0]):
            found[name] = value[0]
    return found


def test_who_stays_completes_on_the_last_visits() -> None:
    times, _ = small_stay(
        treatment=NEVER, study=NEVER, code=[DONE, DONE, DONE, NOT_APPLICABLE, DONE]
    )
    expected = {"randomized": 0, "started": 0, "completed": 30, "ended": 90}
    assert fate(times) == expected


def test_who_leaves_in_between_has_left_on_that_day() -> None:
    times, table = small_stay(
        treatment=70, study=70, code=[DONE, DONE, DONE, NOT_APPLICABLE, MISSED]
    )
    assert fate(times) == {"randomized": 0, "started": 0, "completed": 30, "left": 70}
    left = table[table["milestone"] == "study-withdrawn"]
    assert set(left["day"]) == {70}
    assert set(left["reason"]) == {"tired"}
    assert set(table.loc[table["milestone"] == "new-treatment", "day"]) == {50}


def test_who_leaves_during_treatment_has_stopped_it() -> None:
    times, table = small_stay(
        treatment=20, study=20, code=[DONE, DONE, MISSED, NOT_APPLICABLE, MISSED]
    )
    assert fate(times) == {
        "randomized": 0,
        "started": 0,
        "discontinued": 20,
        "left": 20,
    }
    # A new treatment on day 50 is not known of who was gone on day 20.
    assert "new-treatment" not in set(table["milestone"])
    assert set(table.loc[table["day"] == 20, "reason"]) == {"tired"}


def test_who_had_the_last_visit_before_that_day_has_not_left() -> None:
    for code in ([DONE, DONE, DONE, DONE, DONE], [DONE] * 4 + [NOT_APPLICABLE]):
        times, table = small_stay(treatment=91, study=91, code=code)
        assert np.isnan(times.left).all()
        assert "study-withdrawn" not in set(table["milestone"])
        assert set(times.ended) == {90.0 if code[-1] == DONE else 60.0}


def test_who_stops_treatment_only_is_in_the_study_to_the_end() -> None:
    times, _ = small_stay(
        treatment=20, study=NEVER, code=[DONE, DONE, DONE, NOT_APPLICABLE, DONE]
    )
    assert fate(times) == {
        "randomized": 0,
        "started": 0,
        "discontinued": 20,
        "ended": 90,
    }


def test_who_misses_all_later_visits_by_chance_is_treated_to_the_end() -> None:
    """Not a study that was completed on day 0, before its treatment on day 30."""
    times, _ = small_stay(
        treatment=NEVER, study=NEVER, code=[DONE, DONE, MISSED, NOT_APPLICABLE, MISSED]
    )
    expected = {"randomized": 0, "started": 0, "completed": 30, "ended": 30}
    assert fate(times) == expected


def test_randomization_is_not_before_the_baseline_visit() -> None:
    times, _ = small_stay(
        treatment=NEVER,
        study=NEVER,
        code=[DONE, DONE, DONE, NOT_APPLICABLE, DONE],
        days=[-7, 2, 30, 60, 90],
    )
    assert set(times.randomized) == {2}
    assert set(times.started) == {2}
    history = feder_stages()
    day = history.times.randomized[history.inside]
    baseline = history.days[history.inside, history.context.baseline]
    # The day before the first infusion on a Monday is a Sunday: Friday it is.
    assert (pd.to_datetime(history.day0).dayofweek == 0).all()
    assert np.array_equal(day, np.maximum(baseline, -3))


def test_who_leaves_on_the_day_of_the_start_was_never_treated() -> None:
    times, _ = small_stay(
        treatment=0, study=0, code=[DONE, DONE, MISSED, NOT_APPLICABLE, MISSED]
    )
    assert fate(times) == {"randomized": 0, "left": 0}


def test_who_is_gone_before_the_first_infusion_was_never_treated() -> None:
    history = feder_stages()
    context, cohort, days = history.context, history.cohort, history.days
    n = len(cohort.people)
    early = np.full(n, 0.0)
    stop = Discontinuations(
        early,
        early,
        np.zeros(n, dtype=np.intp),
        np.full(n, NEVER),
        np.full(n, -1, dtype=np.intp),
    )
    code = np.where(np.arange(days.shape[1]) > context.baseline, MISSED, DONE)
    attended = Attended(
        np.tile(code.astype(np.int8), (n, 1)), np.full(days.shape, -1), ()
    )
    times = participation_times(context, cohort, history.day0, days, stop, attended)
    for never in (times.started, times.completed, times.discontinued, times.ended):
        assert np.isnan(never).all()
    assert set(times.left[history.inside]) == {0.0}


def test_as_many_leave_as_the_scenario_says_who_have_the_last_visit_still_to_come() -> (
    None
):
    """Walkers leave with probability 0.2 on a day from 10 to 80; month 3 is day 87+."""
    history = small_stages(N)
    walk = history.cohort.arms == history.context.arm["walk"]
    assert abs(rate_error(np.isfinite(history.times.left)[walk], 0.2)) < FAR
    wait = history.cohort.arms == history.context.arm["wait"]
    assert not np.isfinite(history.times.left)[wait].any()
    # Waiters stop by day 25, before month 1 (day 27+), which is the end of treatment.
    stopped = np.isfinite(history.times.discontinued)[wait]
    assert abs(rate_error(stopped, 0.1)) < FAR
