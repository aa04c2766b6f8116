"""A randomized withdrawal: its test against another program, its size against theory."""

import numpy as np
import pandas as pd
import pytest
from lifelines.statistics import logrank_test

from equipoise.design.requirements import Target
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream
from equipoise.simulate.maintenance.assumptions import Assumptions
from equipoise.simulate.maintenance.compare import Comparison, ScheduleResult, compare
from equipoise.simulate.maintenance.schedules import read_schedule
from equipoise.simulate.maintenance.withdrawal import (
    logrank,
    proportion,
    randomized_withdrawal,
)

USUAL = Assumptions(entry_day=-14, entry_least=30)


def made_up(lost: np.ndarray, seen: np.ndarray, spelling: str) -> ScheduleResult:
    return ScheduleResult(
        read_schedule(spelling), {}, np.ones(3), lost.astype(float), seen
    )


def exponential(ratio: float, n: int = 40_000) -> Comparison:
    """People who lose response at a constant hazard, assessed each day."""
    rng = stream(1, "exponential")
    kept = []
    for factor, spelling in ((1.0, "none"), (ratio, "every:14")):
        day = np.ceil(rng.exponential(60 / factor, n))
        kept.append(made_up(np.minimum(day, 180), day <= 180, spelling))
    return Comparison(180, 1, 1, 2 * n, tuple(kept))


def test_the_statistic_is_that_of_lifelines() -> None:
    rng = stream(2, "logrank")
    for number in range(5):
        arm = rng.uniform(size=80) < 0.4
        time = rng.integers(1, 7, 80)
        seen = rng.uniform(size=80) < 0.6
        days = np.arange(1, 7)
        losses, at_risk = np.zeros((2, 1, 6)), np.zeros((2, 1, 6))
        for place, own in enumerate((arm, ~arm)):
            losses[place, 0] = [((time == d) & seen & own).sum() for d in days]
            at_risk[place, 0] = [((time >= d) & own).sum() for d in days]
        frame = pd.DataFrame({"time": time, "seen": seen, "arm": arm})
        one, two = frame[frame.arm], frame[~frame.arm]
        other = logrank_test(one.time, two.time, one.seen, two.seen)
        assert logrank(losses, at_risk)[0] ** 2 == pytest.approx(
            other.test_statistic, rel=1e-9
        ), number
    assert logrank(np.zeros((2, 3, 4)), np.ones((2, 3, 4))).tolist() == [0, 0, 0]


def test_constant_hazards_give_schoenfelds_size_power_and_error() -> None:
    """2,000 trials: 0.8 is known to 0.009, 0.05 to 0.005."""
    found = randomized_withdrawal(
        exponential(0.7), exponential(0.7).kept[1], dropout=0.0
    )
    assert found.hazard_ratio == pytest.approx(0.7, rel=0.03)
    assert found.size.total == pytest.approx(found.schoenfeld, rel=0.04)
    assert found.power.value == pytest.approx(0.8, abs=0.03)
    assert found.error.value == pytest.approx(0.05, abs=0.016)
    assert found.treated == found.participants * 2
    assert found.power.error == pytest.approx(0.009, abs=0.001)


def test_the_power_is_kept_where_hazards_are_not_proportional() -> None:
    """Infusions every 28 days, assessments every 7: the ratio swings."""
    made = compare(USUAL, [read_schedule("every:28")], people=3000, confirmed=2)
    target = Target(power=0.9, ratio=2)
    found = randomized_withdrawal(made, made.kept[1], target, dropout=0.2)
    assert found.power.value >= 0.9 - 2 * found.power.error
    assert found.error.value == pytest.approx(0.05, abs=0.016)
    assert found.size.first == pytest.approx(2 * found.size.second)
    none = randomized_withdrawal(made, made.kept[1], target, dropout=0.0)
    assert none.size.total < found.size.total
    assert len(found.visits) == len(found.without_loss[0]) == 26


def test_trials_that_nobody_could_run_are_refused() -> None:
    same = exponential(1.0, 2000)
    with pytest.raises(DesignError, match="EQ802"):
        randomized_withdrawal(same, same.kept[0])
    almost = exponential(0.995)
    with pytest.raises(DesignError, match="EQ802"):
        randomized_withdrawal(almost, almost.kept[1])
    for more in ({"dropout": 1.0}, {"trials": 0}):
        with pytest.raises(DesignError, match="EQ801"):
            randomized_withdrawal(same, same.kept[1], **more)  # type: ignore[arg-type]


def test_a_share_has_its_binomial_error() -> None:
    assert proportion(800, 1000).error == pytest.approx(0.01264911)
