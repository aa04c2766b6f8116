"""The truth without an effect, and what an analysis should find."""

import numpy as np
import pytest

from equipoise.exchange.truths import load_truth
from equipoise.simulate.check import check_truth
from equipoise.simulate.operating.answers import question
from equipoise.simulate.operating.brief import brief
from equipoise.simulate.operating.truths import true_values, without_effect
from equipoise.simulate.world import World
from tests.analyze.feder import feder

TRUTH = load_truth("feder2021")
ASKED = question(feder(), TRUTH, ("caps5_change", "madrs_change"))


def test_without_an_effect_the_arms_are_alike() -> None:
    null = without_effect(TRUTH, feder())
    assert not check_truth(null, feder())
    found = true_values(ASKED, null, 1)
    assert found["caps5_change"] == 0  # the same people under the same arm
    own = brief(World.of(feder(), null, 2), 4000)
    k = [c.instrument for c in TRUTH.courses].index("caps5")
    week = [v.id for v in feder().schedule.visits].index("week-2")
    means = [np.nanmean(own.scores[own.arm == a, week, k]) for a in (0, 1)]
    assert means[0] == pytest.approx(means[1], abs=1.2)


def test_it_is_that_of_a_very_large_trial() -> None:
    """20,000 people in two arms: their difference is known to 0.15."""
    found = true_values(ASKED, TRUTH, 1)["caps5_change"]
    own = brief(World.of(feder(), TRUTH, 3), 20_000)
    k = [c.instrument for c in TRUTH.courses].index("caps5")
    names = [v.id for v in feder().schedule.visits]
    change = (
        own.scores[:, names.index("week-2"), k]
        - own.scores[:, names.index("baseline"), k]
    )
    means = [np.nanmean(change[own.arm == a]) for a in (0, 1)]
    assert found == pytest.approx(means[0] - means[1], abs=0.6)


def test_the_true_difference_is_near_that_of_the_truth_file() -> None:
    """Whole scores within a range move it a little."""
    found = true_values(ASKED, TRUTH, 1)["caps5_change"]
    course = next(c for c in TRUTH.courses if c.instrument == "caps5")
    change = {c.arm: c.by_visit["week-2"] for c in course.changes}
    assert found == pytest.approx(change["ketamine"] - change["midazolam"], abs=1.0)
