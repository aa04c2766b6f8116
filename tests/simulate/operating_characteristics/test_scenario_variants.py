"""Variants of a scenario: effects, withdrawals and other parts that are multiplied."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.check import check_scenario
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.chunk import Run, simulate_chunk
from equipoise.simulate.operating_characteristics.efficacy_only import simulate_efficacy
from equipoise.simulate.operating_characteristics.scenario_variants import (
    largest_withdrawal_factor,
    scale_scenario,
    with_effect,
    with_withdrawals,
    without_effect,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    select_endpoints,
)
from equipoise.simulate.operating_characteristics.true_effects import true_values
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.scenario_measurements import ArmMedian, Change, Relapse, ShareOf
from equipoise.simulate.score_trajectories import course_plan
from equipoise.simulate.trial import simulate
from tests.analyze.feder import feder
from tests.simulate.trials import small_protocol, small_scenario

SCENARIO = load_scenario("feder2021")
FACTORS = st.floats(0, 3)
REFERENCE = "midazolam"
SAME = dict.fromkeys(("first", "second", "sd", "lasting"), 1.0)


def uneven() -> Scenario:
    """Stated changes at different visits by arm, and losses at different rates."""
    names = ("ketamine", REFERENCE)
    visits = ({"post-24h": -9.0, "week-2": -18.0}, {"week-1": -5.0, "week-2": -6.0})
    changes = tuple(
        Change(arm=arm, by_visit=own, assumed=True)
        for arm, own in zip(names, visits, strict=True)
    )
    courses = tuple(
        course.model_copy(update={"effects": (), "changes": changes})
        for course in SCENARIO.courses
    )
    medians = tuple(
        ArmMedian(arm=arm, days=days, assumed=True)
        for arm, days in zip(names, (96.0, 24.0), strict=True)
    )
    kept = ShareOf(value=0.3, assumed=True)
    loss = Relapse(definition="relapse", medians=medians, kept=kept)
    return SCENARIO.model_copy(update={"courses": courses, "relapses": (loss,)})


def shares(scenario: Scenario, arm: str) -> dict[tuple[str, str], float]:
    """Probability of each way of leaving an arm."""
    found: dict[tuple[str, str], float] = {}
    for part in scenario.conduct.departures:
        if part.arm == arm:
            way = part.milestone, part.reason
            found[way] = found.get(way, 0.0) + part.probability
    return found


def test_1_is_the_scenario_as_it_stands() -> None:
    assert with_effect(SCENARIO, feder(), 1) is SCENARIO
    assert with_withdrawals(SCENARIO, 1) is SCENARIO


def test_a_small_factor_goes_to_the_scenario_without_an_effect() -> None:
    """The same people get the same answers, and 0 is that scenario itself."""
    none = without_effect(uneven(), feder())
    assert with_effect(uneven(), feder(), 0) == none
    ids = ("caps5_change", "response", "relapse")
    found = [
        simulate_chunk(Run(feder(), scenario, 24, 3, ids), 0, 8)
        for scenario in (with_effect(uneven(), feder(), 1e-9), none)
    ]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)


@pytest.mark.property
@given(FACTORS)
def test_every_mean_difference_is_multiplied_at_every_visit(factor: float) -> None:
    scenario, protocol = uneven(), feder()
    before = course_plan(scenario, protocol).change
    after = course_plan(with_effect(scenario, protocol, factor), protocol).change
    np.testing.assert_allclose(after[1], before[1], atol=1e-12)  # the last arm stays
    np.testing.assert_allclose(
        after[0] - after[1], factor * (before[0] - before[1]), atol=1e-12
    )


@pytest.mark.property
@given(FACTORS)
def test_every_effect_is_multiplied_and_what_is_felt_up_to_1(factor: float) -> None:
    before = course_plan(SCENARIO, feder())
    found = with_effect(SCENARIO, feder(), factor)
    after = course_plan(found, feder())
    for name in ("drug", "placebo", "expectancy"):
        old, new = getattr(before, name), getattr(after, name)
        np.testing.assert_allclose(new[1], old[1], atol=1e-12)
        wanted = factor * (old[0] - old[1])
        np.testing.assert_allclose(new[0] - new[1], wanted, atol=1e-12)
    for old, new in zip(SCENARIO.acute, found.acute, strict=True):
        was, now = ([p.mean for p in part.peaks] for part in (old, new))
        assert now[1] == was[1]
        share = min(factor, 1.0)
        assert now[0] - now[1] == pytest.approx(share * (was[0] - was[1]), abs=1e-12)


@pytest.mark.property
@given(FACTORS)
def test_the_log_hazard_ratio_is_multiplied(factor: float) -> None:
    found = with_effect(uneven(), feder(), factor).relapses[0].medians
    days = {item.arm: item.days for item in found}
    assert days[REFERENCE] == 24
    ratio = log(days["ketamine"] / days[REFERENCE])
    assert ratio == pytest.approx(factor * log(96 / 24), abs=1e-12)


@pytest.mark.property
@given(FACTORS)
def test_conduct_is_a_mixture_of_the_own_and_the_last_arm(factor: float) -> None:
    found = with_effect(SCENARIO, feder(), factor)
    own, last = shares(SCENARIO, "ketamine"), shares(SCENARIO, REFERENCE)
    share = min(factor, 1.0)
    for way in own | last:
        wanted = share * own.get(way, 0.0) + (1 - share) * last.get(way, 0.0)
        got = shares(found, "ketamine").get(way, 0.0)
        assert got == pytest.approx(wanted, abs=1e-12)
    assert shares(found, REFERENCE) == last
    assert not check_scenario(found, feder())


@pytest.mark.property
@given(FACTORS)
def test_departures_are_multiplied_and_nothing_else(factor: float) -> None:
    found = with_withdrawals(SCENARIO, factor)
    for arm in ("ketamine", REFERENCE):
        wanted = {way: factor * p for way, p in shares(SCENARIO, arm).items()}
        assert shares(found, arm) == pytest.approx(wanted)
    kept = SCENARIO.conduct.departures
    conduct = found.conduct.model_copy(update={"departures": kept})
    assert found.model_copy(update={"conduct": conduct}) == SCENARIO


def test_at_the_highest_factor_everybody_of_an_arm_leaves() -> None:
    most = with_withdrawals(SCENARIO, largest_withdrawal_factor(SCENARIO))
    totals = [sum(shares(most, arm).values()) for arm in ("ketamine", REFERENCE)]
    assert max(totals) == pytest.approx(1)
    assert min(totals) < 1
    assert largest_withdrawal_factor(with_withdrawals(SCENARIO, 0)) == float("inf")


def test_half_the_effect_is_half_the_true_difference() -> None:
    """Whole scores within a range shift both a little."""
    asked = select_endpoints(feder(), SCENARIO, ("caps5_change",))
    whole, half = (
        true_values(asked, with_effect(SCENARIO, feder(), f), 1)["caps5_change"]
        for f in (1.0, 0.5)
    )
    assert half == pytest.approx(whole / 2, abs=0.2)


def test_without_an_effect_the_arms_are_alike() -> None:
    null = without_effect(SCENARIO, feder())
    assert not check_scenario(null, feder())
    endpoint_set = select_endpoints(feder(), SCENARIO, ("caps5_change", "madrs_change"))
    found = true_values(endpoint_set, null, 1)
    assert found["caps5_change"] == 0  # the same people under the same arm
    own = simulate_efficacy(Context.of(feder(), null), (2,), 4000)[0]
    k = [c.instrument for c in SCENARIO.courses].index("caps5")
    week = [v.id for v in feder().schedule.visits].index("week-2")
    means = [np.nanmean(own.scores[own.arm == a, week, k]) for a in (0, 1)]
    assert means[0] == pytest.approx(means[1], abs=1.2)


def test_nothing_else_can_tell_the_arms_apart_either() -> None:
    """Dissociation, blood pressure, side effects and guesses are those of midazolam."""
    data = simulate(feder(), without_effect(SCENARIO, feder()), seed=4, n=400)
    arm = data.arm
    events = data.events.groupby("participant").size().reindex(arm.index).fillna(0)
    shared = events.groupby(arm.to_numpy()).mean()
    assert shared["ketamine"] == pytest.approx(shared["midazolam"], abs=0.35)
    cadss = data.answers
    own = cadss[(cadss["instrument"] == "cadss") & (cadss["timepoint_min"] == 40)]
    total = own.groupby("participant")["value"].sum() / 6
    means = total.groupby(arm.reindex(total.index).to_numpy()).mean()
    assert means["ketamine"] == pytest.approx(means["midazolam"], abs=0.5)


def test_a_scenario_of_stated_changes_has_a_null_too() -> None:
    null = without_effect(small_scenario(), small_protocol())
    assert not check_scenario(null, small_protocol())
    first, second = null.courses[0].changes
    assert first.by_visit == second.by_visit


def test_scaling_by_one_changes_nothing() -> None:
    assert scale_scenario(feder(), SCENARIO, "caps5", SAME) == SCENARIO
    assert (
        scale_scenario(small_protocol(), small_scenario(), "small", SAME)
        == small_scenario()
    )


def test_effects_are_scaled_by_what_brings_them() -> None:
    factors = SAME | {"first": 2.0, "second": 3.0, "sd": 0.5, "lasting": 4.0}
    found = scale_scenario(feder(), SCENARIO, "caps5", factors)
    old, new = SCENARIO.courses[0], found.courses[0]
    for before, after in zip(old.effects, new.effects, strict=True):
        assert after.drug == 2 * before.drug
        assert after.placebo == 3 * before.placebo
        assert after.expectancy == before.expectancy
    assert new.after.sd == 0.5 * old.after.sd
    assert found.courses[1:] == SCENARIO.courses[1:]
    assert found.response is not None
    assert found.response.half_life.days == pytest.approx(
        4 * SCENARIO.response.half_life.days
    )


def test_changes_are_scaled_by_arm() -> None:
    factors = SAME | {"first": 2.0, "second": 3.0}
    before = small_scenario().courses[0].changes
    after = (
        scale_scenario(small_protocol(), small_scenario(), "small", factors)
        .courses[0]
        .changes
    )
    by_arm = {small_protocol().arms[0].id: 2.0, small_protocol().arms[-1].id: 3.0}
    for old, new in zip(before, after, strict=True):
        for visit, value in old.by_visit.items():
            assert new.by_visit[visit] == by_arm[old.arm] * value
