"""Virtual trials: reproducible, within the protocol, and as the scenario says."""

import numpy as np
import pytest

import equipoise as eq
from equipoise.dataset.derive import score_at
from equipoise.errors import SimulationError
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.trial import simulate

FEDER = eq.load_protocol("feder2021")
SCENARIO = load_scenario("feder2021")


def test_the_same_seed_gives_the_same_trial() -> None:
    first, second = (simulate(FEDER, SCENARIO, seed=4, n=12) for _ in range(2))
    assert first.content_hash == second.content_hash
    assert first.content_hash != simulate(FEDER, SCENARIO, seed=5, n=12).content_hash


def test_a_larger_trial_begins_with_the_people_of_the_smaller() -> None:
    small, large = (simulate(FEDER, SCENARIO, seed=4, n=n) for n in (8, 16))
    people = small.participants["participant"]
    kept = large.answers[large.answers["participant"].isin(people)]
    assert kept.reset_index(drop=True).equals(small.answers)


def test_the_week_2_difference_is_that_of_the_scenario() -> None:
    """11.88 points (Feder et al. 2021); 600 people have a standard error of 0.9."""
    data = simulate(FEDER, SCENARIO, seed=11, n=600)
    change = score_at(data, "caps5.total", "week-2") - score_at(
        data, "caps5.total", "baseline"
    )
    arm = data.arm.reindex(change.index)
    by_arm = change.groupby(arm).mean()
    assert abs(by_arm["ketamine"] - by_arm["midazolam"] + 11.88) < 4 * 0.9
    assert np.isclose(change.groupby(arm).std().mean(), 10.51, atol=1.5)


@pytest.mark.parametrize(("seed", "n"), [(-1, 4), (1, 0)])
def test_impossible_sizes_and_seeds_are_refused(seed: int, n: int) -> None:
    with pytest.raises(SimulationError, match="EQ621"):
        simulate(FEDER, SCENARIO, seed=seed, n=n)


def test_a_trial_beyond_the_tables_of_dates_is_refused() -> None:
    """One person a month: 3,000 people need more than 236 years."""
    with pytest.raises(SimulationError, match=r"EQ623 .* year 2\d\d\d"):
        simulate(FEDER, SCENARIO, seed=1, n=2600)


def test_nothing_happened_is_said_only_of_what_was_simulated() -> None:
    """With an event that nobody has, there are none; without any stated, unknown."""
    never = tuple(
        event.model_copy(update={"probability": dict.fromkeys(event.probability, 0.0)})
        for event in SCENARIO.events
    )
    assert simulate(FEDER, SCENARIO, seed=4, n=4).origin.confirmed_empty == ()
    none = {"events": never, "background_events": ()}
    nobody = simulate(FEDER, SCENARIO.model_copy(update=none), seed=4, n=4)
    assert nobody.origin.confirmed_empty == ("events",)
    none = {"events": (), "background_events": ()}
    silent = simulate(FEDER, SCENARIO.model_copy(update=none), seed=4, n=4)
    assert silent.origin.confirmed_empty == ()


def test_holidays_change_dates_and_no_score() -> None:
    """Whole weeks: nothing that depends on days of the schedule changes."""
    attendance = SCENARIO.conduct.attendance.model_copy(update={"closed": ()})
    conduct = SCENARIO.conduct.model_copy(update={"attendance": attendance})
    always_open = SCENARIO.model_copy(update={"conduct": conduct})
    data, without = (
        simulate(FEDER, one, seed=3, n=60) for one in (SCENARIO, always_open)
    )
    assert data.scores.equals(without.scores)
    assert data.measurements.equals(without.measurements)
    assert data.visits.equals(without.visits)

    def on_holidays(trial: eq.TrialData) -> int:
        people = trial.participants["randomized_at"].dropna()
        times = [trial.answers["answered_at"], trial.exposures["started_at"], people]
        closed = SCENARIO.conduct.attendance.closed
        return sum(int(t.dt.strftime("%m-%d").isin(closed).sum()) for t in times)

    assert on_holidays(without) > 0
    assert on_holidays(data) == 0
