"""The table of a grid: one row an endpoint of a cell."""

import pandas as pd

from equipoise.exchange.scenarios import load_scenario
from equipoise.simulate.operating_characteristics.chunk import chunk
from equipoise.simulate.operating_characteristics.grid import Axes, grid
from equipoise.simulate.operating_characteristics.grid_table import KEYS, grid_table
from equipoise.simulate.operating_characteristics.outcome import outcome
from tests.analyze.feder import feder

AXES = Axes((16, 20), (0.0, 1.0), designs=("fixed", "pocock:0.5,1"))
CELLS = grid(feder(), load_scenario("feder2021"), 3, AXES)


def test_each_row_is_named_and_holds_what_its_run_amounts_to() -> None:
    found = [chunk(cell.run, 0, 4) for cell in CELLS]
    true_values = {0.0: {"caps5_change": 0.0}, 1.0: {"caps5_change": -11.8}}
    table = grid_table(CELLS, found, true_values)
    assert tuple(table.columns[: len(KEYS)]) == KEYS
    assert not table.duplicated(list(KEYS)).any()
    assert len(table) == 4 * 3 + 4  # three endpoints without looks, one with them
    for cell, answers in zip(CELLS, found, strict=True):
        rows = table[
            (table["size"] == cell.size)
            & (table["effect"] == cell.effect)
            & (table["design"] == cell.design)
        ]
        wanted = outcome(cell.run, answers, true_values[cell.effect])
        got = rows[wanted.columns].reset_index(drop=True)
        pd.testing.assert_frame_equal(got, wanted, check_dtype=False)
    fixed = table["design"] == "fixed"
    assert table.loc[fixed, "expected_size"].isna().all()
    assert table.loc[~fixed, "expected_size"].notna().all()
