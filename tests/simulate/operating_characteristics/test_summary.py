"""Operating characteristics of a run, with interim analyses and without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equipoise.exchange.scenarios import load_scenario
from equipoise.numerics.rng import stream
from equipoise.simulate.operating_characteristics.chunk import Run, simulate_chunk
from equipoise.simulate.operating_characteristics.interim_analyses import read_design
from equipoise.simulate.operating_characteristics.summary import (
    estimates_at_end,
    operating_characteristics,
    power_error,
    summarize,
)
from equipoise.simulate.operating_characteristics.trial_estimates import FIELDS
from equipoise.simulate.operating_characteristics.true_effects import TrueDifferences
from tests.analyze.feder import feder

RUN = Run(feder(), load_scenario("feder2021"), 24, 2)
SEQUENTIAL = replace(RUN, design=read_design("pocock:0.5,1"))
TRUE_VALUES = {"caps5_change": -11.8}
PRIMARY = replace(RUN, endpoints=("caps5_change",))


def simulated(trials: int = 4000) -> np.ndarray:
    rng = stream(1, "summary")
    estimate = rng.normal(-10, 3, trials)
    z = np.abs(estimate) / 3
    found = np.full((trials, 1, len(FIELDS)), np.nan)
    found[:, 0, 0], found[:, 0, 1] = estimate, 3.0
    found[:, 0, 3], found[:, 0, 4] = estimate - 5.88, estimate + 5.88
    found[:, 0, 5] = np.where(z > 1.96, 0.01, 0.5)
    return found


def test_by_hand() -> None:
    endpoint_set = PRIMARY.endpoint_set()
    row = operating_characteristics(
        endpoint_set, simulated(), {"caps5_change": -10.0}
    ).iloc[0]
    assert row["coverage"] == pytest.approx(0.95, abs=4 * row["coverage_error"])
    assert row["bias"] == pytest.approx(0, abs=4 * row["bias_error"])
    assert row["bias_error"] == pytest.approx(3 / 4000**0.5, rel=0.05)
    assert row["power"] == pytest.approx(0.9153, abs=4 * row["power_error"])
    assert row["q25"] < row["median"] < row["q75"]


def test_an_unanswered_trial_rejects_nothing_and_is_counted() -> None:
    found = simulated(100)
    found[:40] = np.nan
    row = operating_characteristics(PRIMARY.endpoint_set(), found, {}).iloc[0]
    assert row["answered"] == 0.6
    assert row["power"] <= 0.6
    assert "bias" not in row


def test_the_stop_rule_falls_with_the_trials_and_never_starts_at_zero() -> None:
    found = simulated()
    assert power_error(PRIMARY, found[:0]) == float("inf")
    few = found[:5].copy()
    few[:, 0, 5] = 0.01  # all reject: the plain error would be 0
    assert power_error(PRIMARY, few) > 0.1
    assert power_error(PRIMARY, found) < 0.005 < power_error(PRIMARY, found[:500])


def test_without_interim_analyses_it_is_the_table_of_all_endpoints() -> None:
    found = simulate_chunk(RUN, 0, 5)
    wanted = operating_characteristics(RUN.endpoint_set(), found, TRUE_VALUES)
    table = summarize(RUN, found, TrueDifferences(TRUE_VALUES))
    assert set(table.pop("rejections")) == {"power"}
    pd.testing.assert_frame_equal(table, wanted)


def test_with_interim_analyses_it_is_of_the_first_endpoint_where_trials_end() -> None:
    found = simulate_chunk(SEQUENTIAL, 0, 40)
    b = SEQUENTIAL.design.boundaries(24) if SEQUENTIAL.design else np.zeros(2)
    from_p = np.abs(found[:, :, FIELDS.index("estimate")] / found[:, :, 1])
    table = summarize(SEQUENTIAL, found, TrueDifferences(TRUE_VALUES))
    assert table["endpoint"].tolist() == ["caps5_change"]
    row = table.iloc[0]
    assert row["power"] == pytest.approx(row["stop_1"] + row["stop_2"])
    assert 0 < row["stop_1"] < (from_p[:, 0] > b[0]).mean()  # t is more than its z
    early = row["stop_1"]
    assert row["expected_size"] == pytest.approx(24 - 12 * early)
    assert row["bias"] == pytest.approx(row["mean"] + 11.8)
    p = row["power"]
    assert row["power_error"] == pytest.approx((p * (1 - p) / 40) ** 0.5)


def test_the_stop_rule_counts_decisions() -> None:
    """A final p = 0.03 after an early stop decides nothing."""
    found = np.full((100, 2, len(FIELDS)), np.nan)
    found[:, :, FIELDS.index("p")] = 0.04  # below 0.05, and within Pocock's boundary
    assert (estimates_at_end(SEQUENTIAL, found)[:, 0, FIELDS.index("p")] == 1).all()
    none = found.copy()
    none[:, :, FIELDS.index("p")] = 0.9
    assert power_error(SEQUENTIAL, found) == power_error(SEQUENTIAL, none)
