"""Power, bias and coverage of made-up answers, by hand."""

import numpy as np
import pytest

from equipoise.exchange.scenarios import load_scenario
from equipoise.numerics.rng import stream
from equipoise.simulate.operating_characteristics.summary import (
    characteristics,
    power_error,
)
from equipoise.simulate.operating_characteristics.trial_estimates import (
    FIELDS,
    question,
)
from tests.analyze.feder import feder

ASKED = question(feder(), load_scenario("feder2021"), ("caps5_change",))


def made(trials: int = 4000) -> np.ndarray:
    rng = stream(1, "summary")
    estimate = rng.normal(-10, 3, trials)
    z = np.abs(estimate) / 3
    found = np.full((trials, 1, len(FIELDS)), np.nan)
    found[:, 0, 0], found[:, 0, 1] = estimate, 3.0
    found[:, 0, 3], found[:, 0, 4] = estimate - 5.88, estimate + 5.88
    found[:, 0, 5] = np.where(z > 1.96, 0.01, 0.5)
    return found


def test_by_hand() -> None:
    row = characteristics(ASKED, made(), {"caps5_change": -10.0}).iloc[0]
    assert row["coverage"] == pytest.approx(0.95, abs=4 * row["coverage_error"])
    assert row["bias"] == pytest.approx(0, abs=4 * row["bias_error"])
    assert row["bias_error"] == pytest.approx(3 / 4000**0.5, rel=0.05)
    assert row["power"] == pytest.approx(0.9153, abs=4 * row["power_error"])
    assert row["q25"] < row["median"] < row["q75"]


def test_an_unanswered_trial_rejects_nothing_and_is_counted() -> None:
    found = made(100)
    found[:40] = np.nan
    row = characteristics(ASKED, found, {}).iloc[0]
    assert row["answered"] == 0.6
    assert row["power"] <= 0.6
    assert "bias" not in row


def test_the_stop_rule_falls_with_the_trials_and_never_starts_at_zero() -> None:
    found = made()
    assert power_error(found[:0]) == float("inf")
    few = found[:5].copy()
    few[:, 0, 5] = 0.01  # all reject: the plain error would be 0
    assert power_error(few) > 0.1
    assert power_error(found) < 0.005 < power_error(found[:500])
