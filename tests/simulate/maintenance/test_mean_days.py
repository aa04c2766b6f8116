"""Mean days in response, compared: size by the normal formula, power by simulation."""

import numpy as np
import pytest

from equipoise.design.requirements import Target
from equipoise.errors import DesignError
from equipoise.numerics.rng import stream
from equipoise.simulate.maintenance.compare import Comparison, ScheduleResult
from equipoise.simulate.maintenance.mean_days import mean_days
from equipoise.simulate.maintenance.schedules import read_schedule


def comparison(shift: float) -> Comparison:
    """Skewed days in response, half of 4,000 people responders, the rest nobody."""
    rng = stream(1, "mean days")
    kept = []
    for place, spelling in enumerate(("none", "every:14")):
        days = np.clip(rng.gamma(2, 40, 2000) + place * shift, 0, 182)
        nobody = np.zeros(2000, dtype=bool)
        kept.append(
            ScheduleResult(
                read_schedule(spelling), {"days_rated": days}, np.ones(3), days, nobody
            )
        )
    return Comparison(182, 7, 1, 4000, tuple(kept))


def test_the_size_is_the_formula_and_gives_the_power() -> None:
    """2,000 trials: 0.9 is known to 0.007. z = 1.95996 + 1.28155."""
    made = comparison(25)
    found = mean_days(made, made.kept[1], Target(power=0.9), dropout=0.2)
    a, b = (kept.values["days_rated"] for kept in made.kept)
    each = 2 * (1.95996 + 1.28155) ** 2 * (a.var() + b.var()) / 2
    each /= (a.mean() - b.mean()) ** 2
    assert found.participants == pytest.approx(2 * each / 0.8, rel=0.04)
    assert found.power.value == pytest.approx(0.9, abs=0.025)
    assert found.treated == found.participants * 2
    assert found.difference.value == pytest.approx(b.mean() - a.mean())


def test_a_one_sided_trial_counts_only_the_better_side() -> None:
    made = comparison(25)
    one = mean_days(made, made.kept[1], Target(alpha=0.025, sides=1), dropout=0.0)
    two = mean_days(made, made.kept[1], Target(), dropout=0.0)
    assert one.participants == two.participants
    assert one.power.value == pytest.approx(two.power.value, abs=0.002)


def test_schedules_that_are_alike_are_refused() -> None:
    made = comparison(25)
    with pytest.raises(DesignError, match="EQ802"):
        mean_days(made, made.kept[0])
    with pytest.raises(DesignError, match="EQ801"):
        mean_days(made, made.kept[1], trials=0)
