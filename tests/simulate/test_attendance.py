"""When people stop and change treatment, and how often they miss visits."""

from functools import lru_cache

import numpy as np
import pytest
from scipy.stats import chisquare

from equipoise.simulate.attendance import (
    Attended,
    Discontinuations,
    decision_visit,
    draw_discontinuations,
    ends_treatment_only,
    missing_rates,
)
from equipoise.simulate.context import Context
from equipoise.simulate.scenario_participants import Departure, Dependence, NewTreatment
from equipoise.simulate.screening import Cohort, screen
from tests.simulate.chance import FAR, correlation_error, rate_error
from tests.simulate.trials import feder, feder_scenario, small_protocol, small_scenario
from tests.simulate.variants import with_conduct

N = 6000


@lru_cache
def drawn(*departures: Departure) -> tuple[Context, Cohort, Discontinuations]:
    """Discontinuations of the small trial, with its own departures or with others."""
    scenario = small_scenario()
    if departures:
        scenario = with_conduct(scenario, departures=departures)
    context = Context.of(small_protocol(), scenario)
    cohort = screen(context, (4,), N)
    return context, cohort, draw_discontinuations(context, cohort)


def leaving(arm: str, probability: float, **other) -> Departure:
    stated = {"milestone": "study-withdrawn", "reason": "r", "days": (10, 19)}
    return Departure(**(stated | other), arm=arm, probability=probability, assumed=True)


WAYS = (
    leaving("walk", 0.2),
    leaving("wait", 0.6),
    leaving("walk", 0.3, milestone="lost-to-follow-up", days=(0, 3)),
    leaving("walk", 0.1, milestone="treatment-discontinued", days=(7, 7)),
)


@pytest.mark.parametrize("i", range(len(WAYS)))
def test_each_way_is_gone_as_often_as_stated_and_only_in_its_arm(i: int) -> None:
    context, cohort, stop = drawn(*WAYS)
    here = cohort.arms == context.arm[WAYS[i].arm]
    assert abs(rate_error((stop.way == i)[here], WAYS[i].probability)) < FAR
    assert not (stop.way == i)[~here].any()


@pytest.mark.parametrize("i", range(len(WAYS)))
def test_all_days_between_the_first_and_the_last_are_equally_likely(i: int) -> None:
    _, _, stop = drawn(*WAYS)
    first, last = WAYS[i].days
    day = stop.treatment[stop.way == i]
    assert set(day) == set(range(first, last + 1))
    if last > first:
        counts = np.bincount(day.astype(int) - first)
        assert chisquare(counts).pvalue > 1e-4


def test_who_stops_treatment_only_stays_in_the_study() -> None:
    _, _, stop = drawn(*WAYS)
    assert [ends_treatment_only(way) for way in WAYS] == [False, False, False, True]
    only = stop.way == 3
    assert np.isinf(stop.study[only]).all()
    assert np.array_equal(stop.study[~only], stop.treatment[~only])
    assert np.isinf(stop.treatment[stop.way == -1]).all()


def test_who_was_excluded_neither_leaves_nor_changes_treatment() -> None:
    _, cohort, stop = drawn(*WAYS)
    out = ~cohort.randomized
    assert out.sum() > 1000
    assert (stop.way[out] == -1).all()
    assert (stop.new_way[out] == -1).all()


def test_a_new_treatment_comes_as_often_as_stated_whoever_leaves() -> None:
    context, cohort, stop = drawn(WAYS[1])
    (new,) = context.scenario.conduct.new_treatments
    assert new == NewTreatment(
        arm="wait", reason="bought a dog", probability=0.3, days=(1, 60), assumed=True
    )
    here = cohort.arms == context.arm["wait"]
    has = stop.new_way >= 0
    assert abs(rate_error(has[here], 0.3)) < FAR
    assert not has[~here].any()
    assert abs(correlation_error(has[here], (stop.way >= 0)[here], 0)) < FAR
    assert np.array_equal(has, np.isfinite(stop.new))
    assert (stop.new[has].min(), stop.new[has].max()) == (1, 60)


def test_departures_that_depend_on_a_score_are_not_drawn_here() -> None:
    depends = Dependence(
        score="small.total", on="observed", at=0, odds=1.1, assumed=True
    )
    certain = leaving("walk", 1.0, depends=depends)
    context, cohort, stop = drawn(certain, leaving("walk", 0.5))
    assert not (stop.way == 0).any()
    walk = cohort.arms == context.arm["walk"]
    assert abs(rate_error((stop.way == 1)[walk], 0.5)) < FAR


def test_visits_and_infusions_are_missed_at_their_own_rates() -> None:
    often = feder_scenario().conduct.attendance.model_copy(
        update={"missed_visit": 0.25, "missed_infusion": 0.125}
    )
    scenario = with_conduct(feder_scenario(), attendance=often)
    rates = missing_rates(Context.of(feder(), scenario))
    by_visit = dict(zip((v.id for v in feder().schedule.visits), rates, strict=True))
    never = {"screening", "baseline", "infusion-1"}
    for name, rate in by_visit.items():
        if name in never:
            assert rate == 0
        else:
            assert rate == (0.125 if name.startswith("infusion") else 0.25), name


# --- visits for some only ---------------------------------------------------------------


@pytest.mark.parametrize("visit", ["week-3", "week-8", "week-26"])
def test_follow_up_is_for_who_responded_at_week_2(visit: str) -> None:
    """Week 2 is the last visit that everybody has and that rates the CAPS-5."""
    ids = [v.id for v in feder().schedule.visits]
    assert ids[decision_visit(feder(), "response", ids.index(visit))] == "week-2"


def test_it_is_judged_at_a_visit_that_rates_the_score() -> None:
    """Infusion 5 comes after week 1, which rates, and infusion 4, which does not."""
    ids = [v.id for v in feder().schedule.visits]
    assert ids[decision_visit(feder(), "response", ids.index("infusion-5"))] == "week-1"


def test_a_change_is_not_judged_at_baseline_but_a_value_is() -> None:
    ids = [v.id for v in feder().schedule.visits]
    first = ids.index("post-24h")
    with pytest.raises(
        ValueError, match=r"no visit before post-24h rates caps5\.total"
    ):
        decision_visit(feder(), "response", first)
    assert ids[decision_visit(feder(), "remission", first)] == "baseline"


def test_what_became_of_a_visit_is_said_in_words() -> None:
    attended = Attended(
        code=np.array([[0, 1, 2, 3, 2]], dtype=np.int8),
        why=np.array([[-1, -1, 1, -1, 0]]),
        texts=("moved away", "rain"),
    )
    assert attended.status.tolist() == [
        ["", "done", "missed", "not applicable", "missed"]
    ]
    assert attended.reason.tolist() == [["", "", "rain", "", "moved away"]]
    assert attended.done.tolist() == [[False, True, False, False, False]]
