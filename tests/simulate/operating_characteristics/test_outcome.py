"""What a run amounts to, with looks and without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import Run, chunk
from equipoise.simulate.operating_characteristics.interim_analyses import read_design
from equipoise.simulate.operating_characteristics.outcome import (
    ended,
    outcome,
    run_error,
)
from equipoise.simulate.operating_characteristics.summary import (
    characteristics,
    power_error,
)
from equipoise.simulate.operating_characteristics.trial_estimates import FIELDS
from tests.analyze.feder import feder

RUN = Run(feder(), load_scenario("feder2021"), 24, 2)
LOOKED = replace(RUN, looks=read_design("pocock:0.5,1"))
SCENARIOS = {"caps5_change": -11.8}


def test_without_looks_it_is_the_table_of_characteristics() -> None:
    found = chunk(RUN, 0, 5)
    wanted = characteristics(RUN.question(), found, SCENARIOS)
    pd.testing.assert_frame_equal(outcome(RUN, found, SCENARIOS), wanted)
    assert run_error(RUN, found) == power_error(found)


def test_with_looks_it_is_of_the_first_endpoint_where_trials_end() -> None:
    found = chunk(LOOKED, 0, 40)
    b = LOOKED.looks.boundaries(24) if LOOKED.looks else np.zeros(2)
    from_p = np.abs(found[:, :, FIELDS.index("estimate")] / found[:, :, 1])
    table = outcome(LOOKED, found, SCENARIOS)
    assert table["endpoint"].tolist() == ["caps5_change"]
    row = table.iloc[0]
    assert row["power"] == pytest.approx(row["stop_1"] + row["stop_2"])
    assert 0 < row["stop_1"] < (from_p[:, 0] > b[0]).mean()  # t is more than its z
    early = row["stop_1"]
    assert row["expected_size"] == pytest.approx(24 - 12 * early)
    assert row["bias"] == pytest.approx(row["mean"] + 11.8)
    p = row["power"]
    assert row["power_error"] == pytest.approx((p * (1 - p) / 40) ** 0.5)


def test_the_stop_rule_looks_at_decisions() -> None:
    """A last look at p = 0.03 beyond an early stop decides nothing."""
    found = np.full((100, 2, len(FIELDS)), np.nan)
    found[:, :, FIELDS.index("p")] = 0.04  # below 0.05, and within Pocock's boundary
    assert (ended(LOOKED, found)[:, 0, FIELDS.index("p")] == 1).all()
    none = found.copy()
    none[:, :, FIELDS.index("p")] = 0.9
    assert run_error(LOOKED, found) == run_error(LOOKED, none)
