"""A grid in a folder: what is there stays, and the files say the same."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from equipoise.errors import ProtocolError
from equipoise.exchange import process_pool
from equipoise.exchange.grids import grid_files, run_grid, run_single
from equipoise.exchange.runs import Execution
from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics import true_effects
from equipoise.simulate.operating_characteristics.chunk import Run
from equipoise.simulate.operating_characteristics.grid import (
    GridOptions,
    grid_scenarios,
)
from tests.analyze.feder import feder
from tests.design.sequential.test_of_protocol import planned

SCENARIO = load_scenario("feder2021")
OPTIONS = GridOptions((16, 20), (0.0, 1.0), designs=("fixed", "pocock:0.5,1"))


def test_a_larger_grid_continues_from_a_smaller_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = process_pool.simulate_chunk

    def counting(run: Run, first: int, count: int) -> np.ndarray:
        seen.append(run.n)
        return real(run, first, count)

    monkeypatch.setattr(process_pool, "simulate_chunk", counting)
    monkeypatch.setattr(
        true_effects, "LARGE", 500
    )  # true differences are tested elsewhere
    heard: list[str] = []
    execution = Execution(tmp_path, 4, progress=heard.append)
    table = run_grid(feder(), SCENARIO, 1, OPTIONS, execution)
    assert seen == [16, 20] * 4
    assert (
        "16 of 32 trials, 4 of 8 scenarios done" in heard[4]
    )  # after the true differences
    scenarios = grid_scenarios(feder(), SCENARIO, 1, OPTIONS)
    files = {
        name: (tmp_path / name).read_bytes()
        for name in grid_files(scenarios, table, {})
    }
    assert set(files) == {"grid.csv", "grid.html", "power.svg"}
    kept = pd.read_csv(BytesIO(files["grid.csv"]), float_precision="round_trip")
    pd.testing.assert_frame_equal(kept, table, check_exact=True)
    null = table[(table["effect"] == 0) & (table["endpoint"] == "caps5_change")]
    assert (null["truth"] == 0).all()

    seen.clear()
    run_grid(feder(), SCENARIO, 1, OPTIONS, execution)
    assert seen == []
    for name, content in files.items():
        assert (tmp_path / name).read_bytes() == content
    more = GridOptions((16, 20, 24), (0.0, 1.0), designs=OPTIONS.designs)
    larger = run_grid(feder(), SCENARIO, 1, more, execution)
    assert seen == [24] * 4
    same = larger[larger["size"] < 24].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, table, check_exact=True)


def test_a_run_that_ignores_interim_analyses_is_rejected(tmp_path: Path) -> None:
    protocol = planned(efficacy="lan-demets-of")
    execution = Execution(tmp_path / "run", 2)
    with pytest.raises(ProtocolError, match="EQ834"):
        run_single(Run(protocol, SCENARIO, 16, 1), execution)
    assert not (tmp_path / "run").exists()
    (item,) = grid_scenarios(protocol, SCENARIO, 1, GridOptions((16,)))
    assert item.design == "interim"
    assert item.run.design is not None
