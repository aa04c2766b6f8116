"""A trial visit by visit: who comes to what, and what comes of it."""

from functools import lru_cache

import numpy as np
import pytest

from equipoise.simulate.attendance import DONE, MISSED, NOT_APPLICABLE, NOT_DUE
from equipoise.simulate.calendar import actual_days, arrivals, first_days
from equipoise.simulate.context import Context
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.screening import screen
from equipoise.simulate.visit_by_visit import VisitHistory, assign_all, simulate_visits
from tests.simulate.chance import FAR, mean_error, rate_error
from tests.simulate.trials import (
    Staged,
    feder,
    feder_scenario,
    feder_stages,
    small_protocol,
    small_scenario,
    small_stages,
    staged,
)
from tests.simulate.variants import with_conduct

N = 2000


def missing(scenario: Scenario, visit: float, infusion: float) -> Scenario:
    """The scenario with other rates of missed visits."""
    often = scenario.conduct.attendance.model_copy(
        update={"missed_visit": visit, "missed_infusion": infusion}
    )
    return with_conduct(scenario, attendance=often)


@lru_cache
def feder_missing(visit: float, infusion: float) -> Staged:
    return staged(feder(), missing(feder_scenario(), visit, infusion), N)


BOTH = pytest.mark.parametrize("stages", [small_stages, feder_stages])


def test_visits_are_missed_by_chance_at_the_stated_rates() -> None:
    """Of who has not left and is due; visit by visit, with binomial error."""
    history = feder_missing(0.15, 0.1)
    context, days = history.context, history.days
    gone = days >= history.stop.study[:, None]
    stopped = days >= history.stop.treatment[:, None]
    code = history.attended.code
    by_chance = len(context.scenario.conduct.departures)
    for v, visit in enumerate(context.visits):
        over = gone[:, v] | (stopped[:, v] if visit.infusion else False)
        due = history.inside & ~over & (code[:, v] != NOT_APPLICABLE)
        missed = code[due, v] == MISSED
        if v <= context.baseline or visit.infusion == 1:
            assert not missed.any()
        else:
            rate = 0.1 if visit.infusion else 0.15
            assert abs(rate_error(missed, rate)) < FAR
        assert (history.attended.why[due, v][missed] == by_chance).all()


def test_missing_one_visit_does_not_tell_of_the_next() -> None:
    history = feder_missing(0.15, 0.1)
    at = history.context.visit
    there = history.inside & np.isinf(history.stop.treatment)
    one, other = (
        (history.attended.code[there, at[name]] == MISSED).astype(float)
        for name in ("post-24h", "week-1")
    )
    both = np.mean(one * other) - one.mean() * other.mean()
    assert abs(both) < FAR * 0.15 * 0.85 / np.sqrt(there.sum())


@BOTH
def test_nobody_comes_after_leaving(stages) -> None:
    history = stages(800)
    after = history.days >= history.stop.study[:, None]
    after[:, : history.context.baseline + 1] = False
    code, way = history.attended.code, history.stop.way
    assert (after & (code == MISSED)).sum() > 20
    assert not (after & (code == DONE)).any()
    person, visit = np.nonzero(after & (code == MISSED))
    assert np.array_equal(history.attended.why[person, visit], way[person])
    reasons = [part.reason for part in history.context.scenario.conduct.departures]
    told = history.attended.reason[person, visit]
    assert told.tolist() == [reasons[i] for i in way[person]]


def test_no_infusion_after_treatment_was_stopped_but_ratings_go_on() -> None:
    history = feder_stages(1500)
    infusion = np.array([v.infusion is not None for v in history.context.visits])
    over = history.days >= history.stop.treatment[:, None]
    assert not (over & infusion & (history.attended.code == DONE)).any()
    stays = np.isfinite(history.stop.treatment) & np.isinf(history.stop.study)
    week_2 = history.attended.code[:, history.context.visit["week-2"]]
    rate = history.context.scenario.conduct.attendance.missed_visit
    assert stays.sum() > 20
    assert (week_2[stays] == DONE).mean() > 1 - rate - FAR * np.sqrt(rate / stays.sum())


def test_visits_for_some_are_due_for_exactly_those_who_were_better() -> None:
    """Month 2 of the small trial: seen at month 1, and better there by two points."""
    history = small_stages(N)
    at = history.context.visit
    total = history.scores[:, :, 0]
    better = total[:, at["start"]] - total[:, at["month-1"]] >= 2
    seen = history.attended.done[:, at["month-1"]]
    due = history.attended.code[:, at["month-2"]] != NOT_APPLICABLE
    inside = history.inside
    assert np.array_equal(due[inside], (better & seen)[inside])
    assert 0.1 < due[inside].mean() < 0.9
    assert (history.attended.code[inside, at["month-3"]] != NOT_APPLICABLE).all()


def test_follow_up_is_for_those_with_a_third_less_at_week_2() -> None:
    history = feder_stages(800)
    context, at, inside = history.context, history.context.visit, history.inside
    caps = history.scores[:, :, context.plan.instruments.index("caps5")]
    less = 10 * caps[:, at["week-2"]] <= 7 * caps[:, at["baseline"]]
    seen = history.attended.done[:, at["week-2"]]
    later = [v for v, visit in enumerate(context.visits) if visit.only_if]
    assert len(later) == 11
    for v in later:
        due = history.attended.code[:, v] != NOT_APPLICABLE
        assert np.array_equal(due[inside], (less & seen)[inside])


@BOTH
def test_the_excluded_are_due_nothing_after_their_last_visit(stages) -> None:
    history = stages(800)
    code, last = history.attended.code, history.cohort.last_visit
    later = np.arange(code.shape[1]) > last[:, None]
    assert np.array_equal(code == NOT_DUE, later)
    out = ~history.inside
    assert (code[out][~later[out]] == DONE).all()
    assert (history.attended.why[later] == -1).all()


def test_before_treatment_nobody_has_changed() -> None:
    history = feder_stages(300)
    cohort, plan = history.cohort, history.context.plan
    start = slice(0, history.context.baseline + 1)
    untreated = plan.scores(plan.untreated(cohort.z))
    assert np.array_equal(history.scores[:, start], untreated[:, start])
    out = ~history.inside
    assert np.array_equal(history.scores[out], untreated[out])


def test_an_infusion_that_was_missed_does_nothing() -> None:
    """All but the first are missed: at week 2 as after one infusion, not after six."""
    six, one = feder_missing(0.0, 0.0), feder_missing(0.0, 1.0)
    context = six.context
    k, at = context.plan.instruments.index("caps5"), context.visit
    there = (six.cohort.arms == context.arm["ketamine"]) & np.isinf(six.stop.treatment)
    there &= np.isinf(one.stop.treatment)
    early, late = at["post-24h"], at["week-2"]
    assert np.array_equal(six.scores[:, early], one.scores[:, early])
    more = (one.scores - six.scores)[there][:, late, k]
    assert (more >= 0).all()
    assert mean_error(more, 1.0) > FAR  # points of benefit that were not had
    other = (six.cohort.arms == context.arm["midazolam"]) & np.isinf(six.stop.treatment)
    other &= np.isinf(one.stop.treatment)
    assert np.array_equal(six.scores[other][:, late], one.scores[other][:, late])


def through(
    context: Context, seeds: tuple[int, ...], n: int
) -> tuple[VisitHistory, list[int]]:
    cohort = screen(context, seeds, n)
    conduct, schedule = context.scenario.conduct, context.protocol.schedule
    day0 = first_days(schedule, arrivals(conduct.recruitment, cohort.people))
    days = actual_days(schedule, conduct.attendance, day0, cohort.people)
    ends = np.searchsorted(cohort.people.trial, np.arange(len(seeds) + 1)).tolist()
    return simulate_visits(context, cohort, days), ends


@pytest.mark.parametrize("name", ["small", "feder"])
def test_a_trial_unfolds_alike_beside_any_others(name: str) -> None:
    context = Context.of(
        *{
            "small": (small_protocol(), small_scenario()),
            "feder": (feder(), feder_scenario()),
        }[name]
    )
    seeds = (5, 3, 11)
    together, ends = through(context, seeds, 20)
    for t, seed in enumerate(seeds):
        alone, _ = through(context, (seed,), 20)
        here = slice(ends[t], ends[t + 1])
        assert np.array_equal(together.scores[here], alone.scores)
        assert np.array_equal(together.attended.code[here], alone.attended.code)
        assert np.array_equal(together.attended.why[here], alone.attended.why)
        assert np.array_equal(together.stop.study[here], alone.stop.study)
        assert np.array_equal(together.believes[here], alone.believes)


def test_everybody_can_be_put_into_one_arm() -> None:
    cohort = feder_stages().cohort
    assert set(cohort.arms.tolist()) == {-1, 0, 1}
    for arm in (0, 1):
        moved = assign_all(cohort, arm)
        assert np.array_equal(moved.randomized, cohort.randomized)
        assert set(moved.arms[moved.randomized].tolist()) == {arm}
        assert moved.people is cohort.people
