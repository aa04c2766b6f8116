"""The documented rates of each method, by simulation again."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.stats.mmrm.calibration import (
    METHODS,
    N_TRIALS,
    PAGE,
    SEED,
    calibrate,
    trial,
)

ROW = re.compile(r"^\| ([a-z-]+) \| ([a-z-]+) \| ([\d.]+) ?% \| ([\d.]+) ?% \|", re.M)
ROOT = Path(__file__).parents[3]


def documented() -> dict[tuple[str, str], float]:
    text = (ROOT / PAGE).read_text("utf-8")
    assert f"seed {SEED}" in " ".join(text.split())
    return {(m[1], m[2]): float(m[3]) / 100 for m in ROW.finditer(text)}


def test_every_method_is_documented() -> None:
    assert set(documented()) == set(METHODS)


def test_the_trials_are_those_that_the_page_describes() -> None:
    """Fifteen per arm, and 15% who leave: within four standard errors."""
    frames = [trial(number) for number in range(200)]
    assert all(frame["id"].nunique() == 30 for frame in frames)
    last = np.mean([(frame["visit"] == "week 3").sum() / 30 for frame in frames])
    assert abs(1 - last - 0.15) < 4 * np.sqrt(0.15 * 0.85 / 6000)


@pytest.mark.calibration
def test_the_rates_hold() -> None:
    """The same seed gives the page; a tenth of a Monte Carlo error is rounding."""
    table = calibrate()
    known = documented()
    for row in table.itertuples():
        assert abs(row.type_one - known[row.df, row.vcov]) < 5.1e-5 + 1e-4
    by = table.set_index(["df", "vcov"])
    for key in (("satterthwaite", "model"), ("kenward-roger-linear", "model")):
        assert 0.045 < by.loc[key, "type_one"] < 0.06
    assert by.loc[("asymptotic", "model"), "type_one"] > 0.06
    assert table["n"][0] > 0.99 * N_TRIALS
