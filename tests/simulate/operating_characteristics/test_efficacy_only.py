"""A brief trial has the people and the ratings of the whole one."""

import numpy as np
import pytest

from equipoise.dataset.derive import score_at
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.context import Context
from equipoise.simulate.operating_characteristics.efficacy_only import (
    simulate_efficacy,
    trial_seed,
)
from equipoise.simulate.trial import simulate
from tests.analyze.feder import feder

SCENARIO = load_scenario("feder2021")


@pytest.mark.parametrize("visit", ["baseline", "week-2", "week-8"])
def test_the_scores_are_those_of_the_items(visit: str) -> None:
    seed = trial_seed(5, 1)
    own = simulate_efficacy(Context.of(feder(), SCENARIO), (3, seed, 8), 30)[1]
    whole = simulate(feder(), SCENARIO, seed=seed, n=30)
    theirs = score_at(whole, "caps5.total", visit).reindex(whole.arm.index)
    at = [v.id for v in feder().schedule.visits].index(visit)
    k = [c.instrument for c in SCENARIO.courses].index("caps5")
    np.testing.assert_array_equal(own.scores[:, at, k], theirs.to_numpy(float))
    arms = np.array([arm.id for arm in feder().arms])[own.arm]
    assert (arms == whole.arm.to_numpy()).all()


def test_seeds_of_trials_differ_and_are_seeds() -> None:
    seeds = {trial_seed(1, k) for k in range(1000)} | {
        trial_seed(2, k) for k in range(1000)
    }
    assert len(seeds) == 2000
    assert min(seeds) >= 0


def test_a_trial_is_the_same_beside_any_others() -> None:
    """Also where more have to be screened: the seeds differ in how many are excluded."""
    seeds = tuple(trial_seed(3, k) for k in range(12))
    context = Context.of(feder(), SCENARIO)
    for seed, own in zip(seeds, simulate_efficacy(context, seeds, 40), strict=True):
        alone = simulate_efficacy(context, (seed,), 40)[0]
        for name in ("arm", "scores", "day", "new_treatment"):
            np.testing.assert_array_equal(getattr(own, name), getattr(alone, name))
