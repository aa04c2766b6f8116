"""What becomes of people under a schedule: laws, and closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.simulate.maintenance.assumptions import Assumptions, Dissociation
from equipoise.simulate.maintenance.participants import Cohort, cohorts
from equipoise.simulate.maintenance.schedule_outcomes import (
    Course,
    Switch,
    follow_schedule,
)
from equipoise.simulate.maintenance.schedules import read_schedule

H = 120


def people(n: int = 200, seed: int = 1, **changes: float) -> Cohort:
    return next(cohorts(Assumptions().varied(**changes), n, H, seed))


def run(cohort: Cohort, spelling: str, **more: object) -> Course:
    return follow_schedule(cohort, read_schedule(spelling), H, 14, **more)  # type: ignore[arg-type]


def test_without_an_infusion_every_schedule_is_none() -> None:
    """A booster that is never due, and an interval as long as the horizon."""
    cohort = people()
    plain = run(cohort, "none")
    for spelling in (f"every:{H}", f"booster:{H}"):
        same = run(cohort, spelling)
        assert np.array_equal(same.true, plain.true)
        assert same.infusions.sum() == same.burden.sum() == 0
    assert plain.ratings.sum() == 0


@settings(max_examples=15, deadline=None)
@given(st.integers(2, 20), st.integers(2, 4), st.floats(10, 200), st.integers(0, 50))
def test_more_of_the_same_infusions_never_cost_anybody_a_day(
    gap: int, times: int, half_life: float, seed: int
) -> None:
    """With the same random numbers it holds for each person, day by day."""
    cohort = people(60, seed, half_life=half_life)
    often, seldom = run(cohort, f"every:{gap}"), run(cohort, f"every:{gap * times}")
    assert (often.true >= seldom.true).all()
    assert (often.rated >= seldom.rated).all()
    assert (seldom.true >= run(cohort, "none").true).all()


def test_an_endless_half_life_keeps_everybodys_benefit() -> None:
    cohort = people(half_life=1e12)
    assert run(cohort, "none").benefit == pytest.approx(cohort.benefit, rel=1e-9)
    still = people(half_life=1e12, after_sd=0.0, placebo_days=1e-3)
    kept = run(still, "none")
    assert (kept.rated == kept.rated[:, :1]).all()
    assert not kept.lost()[1].any()


@given(st.sampled_from([1, 2, 5, 10, 20]), st.floats(0.05, 0.95), st.floats(2, 100))
@settings(max_examples=20, deadline=None)
def test_a_fixed_interval_comes_to_its_steady_state(
    gap: int, share: float, half_life: float
) -> None:
    """Before an infusion A* = q (s + (1 − s) A*), with q = 2^(−gap / half-life)."""
    cohort = people(20, build_up=share, half_life=half_life)
    q = 2 ** (-gap / half_life)
    steady = q * share / (1 - q * (1 - share))
    first = q * cohort.benefit  # before the first infusion, after one gap
    wanted = steady + (first - steady) * (q * (1 - share)) ** (H / gap - 1)
    assert run(cohort, f"every:{gap}").benefit == pytest.approx(wanted, rel=1e-8)


def test_boosters_are_given_when_response_is_lost_and_not_otherwise() -> None:
    """A benefit that stays, and one that is gone after a week."""
    still = {"after_sd": 0.0, "baseline_sd": 0.0, "sensitivity": 0.0}
    stays = people(half_life=1e12, placebo_days=1e-3, **still)
    assert (run(stays, "booster:7").infusions == 0).all()
    lost = people(half_life=0.6, placebo=0.0, drug=-2000.0, **still)
    gone = run(lost, "booster:10,within=3,most=4")
    assert (gone.infusions == 4).all()
    assert (gone.ratings == 11).all()
    two = run(lost, "booster:10,within=3,infusions=2,least=15")
    assert (two.infusions == 2 * 5).all()  # ordered on days 20, 40, 60, 80 and 100


def test_dissociation_adds_up_to_its_closed_form() -> None:
    """6.2 points above rest, attenuated 0.85 a time from the seventh infusion on."""
    cohort = people(2000)
    made = run(cohort, "every:14")
    k = np.arange(6, 6 + 8)
    wanted = 6.2 * (0.85**k).sum()
    error = made.burden.std() / np.sqrt(len(made.burden))
    assert made.burden.mean() == pytest.approx(wanted, abs=4 * error)
    assert error < 0.06 * wanted


def test_attenuation_that_recovers_makes_infusions_feel_like_first_ones() -> None:
    sure = {"peak": 10.0, "peak_sd": 0.0, "rest": 0.0, "rest_sd": 0.0}
    fast, slow = (
        next(
            cohorts(
                Assumptions(dissociation=Dissociation(**sure, recovery=days)), 30, H, 1
            )
        )
        for days in (0.1, np.inf)
    )
    assert run(fast, "every:40").burden == pytest.approx(20)
    assert run(slow, "every:40").burden == pytest.approx(10 * (0.85**6 + 0.85**7))


def test_who_has_lost_response_goes_on_with_the_other_schedule() -> None:
    cohort = people(400)
    switch = Switch(28, read_schedule("every:10"))
    made = run(cohort, "none", switch=switch)
    plain = run(cohort, "none")
    assert np.array_equal(made.switched, ~plain.rated[:, 1])
    assert (made.infusions[~made.switched] == 0).all()
    assert (made.infusions[made.switched] == 9).all()
    assert np.array_equal(made.true[:, :39], plain.true[:, :39])
    assert np.array_equal(made.true[~made.switched], plain.true[~made.switched])


def test_days_by_ratings_and_losses_that_must_be_confirmed() -> None:
    """By hand: assessments on days 14, 28, 42, 50."""
    rated = np.array(
        [
            [True, False, True, True],
            [True, False, False, True],
            [True, True, True, True],
            [False, False, False, False],
        ]
    )
    empty = np.zeros(4, dtype=int)
    made = Course(
        np.ones((4, 51), bool), rated, (14, 28, 42, 50), empty, empty * 1.0, empty,
        empty * 1.0, empty > 0,
    )  # fmt: skip
    assert made.days_rated.tolist() == [36, 22, 50, 0]
    assert made.days_true.tolist() == [50, 50, 50, 50]
    day, seen = made.lost()
    assert day.tolist() == [28, 28, 50, 14]
    assert seen.tolist() == [True, True, False, True]
    day, seen = made.lost(2)
    assert day.tolist() == [50, 42, 50, 28]
    assert seen.tolist() == [False, True, False, True]
    assert made.lost(3)[0].tolist() == [50, 50, 50, 42]


def test_nobody_who_responds_is_a_cohort_of_nobody() -> None:
    cohort = people(30, drug=0.0, placebo=0.0, after_sd=0.0, baseline_sd=0.0)
    made = run(cohort, "every:14")
    assert len(made.burden) == len(made.days_true) == 0
