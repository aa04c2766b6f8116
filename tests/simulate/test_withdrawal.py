"""Departures that depend on a score: how often, on what, and on what not."""

from functools import lru_cache

import numpy as np
import pytest

from equipoise.protocol.model import Protocol
from equipoise.simulate.attendance import MISSED, NEVER, Discontinuations
from equipoise.simulate.context import Context
from equipoise.simulate.scenario_participants import Departure, Dependence
from equipoise.simulate.screening import Cohort, screen
from equipoise.simulate.withdrawal import WithdrawalProcess
from tests.simulate.chance import FAR, logistic_errors, rate_error
from tests.simulate.trials import Staged, feder, feder_scenario, staged
from tests.simulate.variants import with_conduct

N = 3000
ODDS = 1.12
P = 0.25
AT = -8.0


def going(on: str, *, days: tuple[int, int], odds: float = ODDS, **other) -> Departure:
    """Midazolam is left, depending on the change of the CAPS-5."""
    depends = Dependence(score="caps5.total", on=on, at=AT, odds=odds, assumed=True)
    stated = {
        "arm": "midazolam",
        "milestone": "lost-to-follow-up",
        "reason": "no answer",
        "probability": P,
    }
    return Departure(**(stated | other), days=days, depends=depends, assumed=True)


@lru_cache
def trial(*ways: Departure, missed: float = 0.0) -> Staged:
    """The reference trial in which people only leave in these ways."""
    scenario = feder_scenario()
    often = scenario.conduct.attendance.model_copy(
        update={"missed_visit": missed, "missed_infusion": 0.0}
    )
    only = with_conduct(scenario, departures=ways, attendance=often)
    return staged(feder(), only, N)


def midazolam(history: Staged) -> np.ndarray:
    return history.cohort.arms == history.context.arm["midazolam"]


def change(history: Staged, visit: str) -> np.ndarray:
    """(people,) change of the CAPS-5 from baseline, rated or not."""
    k = history.context.plan.instruments.index("caps5")
    at = history.context.visit
    return history.scores[:, at[visit], k] - history.scores[:, at["baseline"], k]


LOG_ODDS = np.log(ODDS)
AT_AT = np.log(P / (1 - P))  # log odds of who is at the stated change


@pytest.mark.parametrize(
    ("on", "of_observed", "of_unobserved"),
    [("observed", LOG_ODDS, 0.0), ("unobserved", 0.0, LOG_ODDS)],
)
def test_leaving_depends_on_what_was_seen_or_on_what_was_not(
    on: str, of_observed: float, of_unobserved: float
) -> None:
    """Missing at random, and not: log odds of both changes in one logistic regression.

    Rubin 1976, Inference and missing data: at random, leaving is independent of what is
    missed given what was seen.
    """
    history = trial(going(on, days=(14, 14)))
    here = midazolam(history)
    left = np.isfinite(history.stop.study)[here]
    seen, unseen = change(history, "week-1")[here], change(history, "week-2")[here]
    assert abs(np.corrcoef(seen, unseen)[0, 1]) > 0.3  # so that they can be confused
    errors = logistic_errors(
        left, [seen - AT, unseen - AT], [AT_AT, of_observed, of_unobserved]
    )
    assert np.abs(errors).max() < FAR
    alone = logistic_errors(left, [seen - AT], [AT_AT, 0.0])
    assert alone[1] > FAR  # so that a confusion would be seen


def test_the_last_change_that_was_seen_counts() -> None:
    """Who missed week 1 is judged by what was seen 24 h after the first infusion."""
    history = trial(going("observed", days=(14, 14)), missed=0.5)
    at, here = history.context.visit, midazolam(history)
    done = history.attended.done
    early, late = done[:, at["post-24h"]], done[:, at["week-1"]]
    left = np.isfinite(history.stop.study)
    for group, seen in (
        (here & late, change(history, "week-1")),
        (here & early & ~late, change(history, "post-24h")),
        (here & ~early & ~late, np.zeros(len(here))),
    ):
        odds = np.exp(AT_AT + LOG_ODDS * (seen[group] - AT))
        assert abs(rate_error(left[group], odds / (1 + odds))) < FAR


def test_without_odds_the_probability_is_that_of_the_whole_time() -> None:
    history = trial(going("unobserved", days=(1, 14), odds=1.0))
    left = np.isfinite(history.stop.study)
    assert abs(rate_error(left[midazolam(history)], P)) < FAR
    assert not left[~midazolam(history)].any()


def test_people_leave_at_a_visit_planned_within_the_days_each_alike() -> None:
    """Before each of the seven visits of days 1 to 11 the same share of who is left."""
    history = trial(going("unobserved", days=(1, 11), odds=1.0))
    context, stop, here = history.context, history.stop, midazolam(history)
    possible = [v for v, visit in enumerate(context.visits) if 1 <= visit.day <= 11]
    each = 1 - (1 - P) ** (1 / len(possible))
    there = here.copy()
    for v in possible:
        gone = there & (history.attended.code[:, v] == MISSED)
        assert np.array_equal(stop.study[gone], history.days[gone, v])
        assert abs(rate_error(gone[there], each)) < FAR
        there &= ~gone
    assert np.isinf(stop.study[there]).all()
    assert np.array_equal(stop.study, stop.treatment)


def test_who_only_stops_treatment_stops_at_an_infusion_and_still_comes() -> None:
    way = going("observed", days=(7, 11), milestone="treatment-discontinued")
    history = trial(way)
    context, stop = history.context, history.stop
    gone = np.isfinite(stop.treatment) & history.inside
    assert gone.sum() > 100
    assert np.isinf(stop.study).all()
    infusions = [v for v, x in enumerate(context.visits) if x.infusion and x.day >= 7]
    assert (
        (stop.treatment[:, None] == history.days[:, infusions])[gone].any(axis=1).all()
    )
    assert history.attended.done[gone, context.visit["week-2"]].all()


def test_nobody_leaves_twice() -> None:
    """Who has left one way does not leave another way, nor on another day."""
    stays = going("observed", days=(7, 7), milestone="treatment-discontinued")
    goes = going("unobserved", days=(14, 14), probability=0.6)
    history = trial(stays, goes)
    stop, here = history.stop, midazolam(history)
    first, second = stop.way == 0, stop.way == 1
    assert (first & here).sum() > 100
    assert (second & here).sum() > 100
    assert np.isinf(stop.study[first]).all()
    assert np.all(stop.treatment[first] <= 8)
    assert np.array_equal(np.isfinite(stop.study), second)
    assert np.array_equal(stop.way >= 0, np.isfinite(stop.treatment))


# --- by itself, with the change of everybody held where we want it ----------------------


def cohort_of(context: Context, n: int) -> Cohort:
    return screen(context, (5,), n)


def nobody_stopped(n: int) -> Discontinuations:
    never, none = np.full(n, NEVER), np.full(n, -1, dtype=np.intp)
    return Discontinuations(never, never.copy(), none, never.copy(), none.copy())


def leave_all(protocol: Protocol, way: Departure, held: float, n: int) -> np.ndarray:
    """Whether each person in the arm leaves if all changes are ``held`` throughout."""
    scenario = with_conduct(feder_scenario(), departures=(way,))
    context = Context.of(protocol, scenario)
    cohort = cohort_of(context, n)
    people = len(cohort.people)
    scores = np.full((people, len(context.visits), len(context.plan.instruments)), 40.0)
    scores[:, context.baseline + 1 :] += held
    leaving, stop = WithdrawalProcess.of(context, cohort), nobody_stopped(people)
    everybody = np.ones(people, dtype=bool)
    for v, visit in enumerate(context.visits):
        day = np.full(people, float(visit.day))
        stop = leaving.leave(context, v, day, everybody, scores, stop)
        leaving.see(context, v, everybody & (day < stop.study), scores)
    left = np.isfinite(stop.study)
    arm = cohort.arms == context.arm[way.arm]
    assert not left[~arm].any()
    return left[arm]


@pytest.mark.parametrize("on", ["observed", "unobserved"])
def test_who_is_always_at_the_stated_change_has_the_stated_probability(on: str) -> None:
    """From week 2 on, so that a change was seen before: 12 visits, odds of 1.12."""
    left = leave_all(feder(), going(on, days=(14, 182)), AT, N)
    assert abs(rate_error(left, P)) < FAR


@pytest.mark.parametrize("on", ["observed", "unobserved"])
@pytest.mark.parametrize("away", [-9.0, 9.0])
def test_points_above_it_multiply_the_odds_at_each_visit(on: str, away: float) -> None:
    """Closed form: 1 − (1 − h)^12, with the odds of h those at ``at`` times 1.12^9."""
    left = leave_all(feder(), going(on, days=(14, 182)), AT + away, N)
    each = 1 - (1 - P) ** (1 / 12)
    odds = each / (1 - each) * ODDS**away
    hazard = odds / (1 + odds)
    assert abs(rate_error(left, 1 - (1 - hazard) ** 12)) < FAR


@pytest.mark.parametrize(("probability", "leave"), [(0.0, False), (1.0, True)])
def test_certainty_does_not_depend_on_anything(probability: float, leave: bool) -> None:
    way = going("observed", days=(14, 14), probability=probability)
    left = leave_all(feder(), way, AT + 30, 100)
    assert (left == leave).all()


def test_nobody_leaves_before_baseline() -> None:
    context = Context.of(
        feder(),
        with_conduct(
            feder_scenario(),
            departures=(going("observed", days=(-14, 182), probability=1.0),),
        ),
    )
    cohort = cohort_of(context, 20)
    people = len(cohort.people)
    before, everybody = nobody_stopped(people), np.ones(people, dtype=bool)
    scores = np.zeros((people, len(context.visits), len(context.plan.instruments)))
    leaving = WithdrawalProcess.of(context, cohort)
    for v in range(context.baseline + 1):
        day = np.full(people, float(context.visits[v].day))
        assert leaving.leave(context, v, day, everybody, scores, before) is before
