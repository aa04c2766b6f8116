"""The scenario without an effect."""

import numpy as np
import pytest

from equipoise.simulate.check import check_scenario
from equipoise.simulate.context import World
from equipoise.simulate.operating_characteristics.efficacy_only import briefs
from equipoise.simulate.operating_characteristics.null_scenario import without_effect
from equipoise.simulate.operating_characteristics.trial_estimates import question
from equipoise.simulate.operating_characteristics.true_effects import true_values
from equipoise.simulate.trial import simulate
from tests.simulate.trials import feder, feder_scenario, small_protocol, small_scenario

SCENARIO = feder_scenario()
ASKED = question(feder(), SCENARIO, ("caps5_change", "madrs_change"))


def test_without_an_effect_the_arms_are_alike() -> None:
    null = without_effect(SCENARIO, feder())
    assert not check_scenario(null, feder())
    found = true_values(ASKED, null, 1)
    assert found["caps5_change"] == 0  # the same people under the same arm
    own = briefs(World.of(feder(), null), (2,), 4000)[0]
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
