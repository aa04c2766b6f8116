"""How long a million completed forms take, wide and long.

Run with ``pytest benchmarks/bench_scoring.py``; the budgets hold for one core.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import equipoise
from equipoise.instruments.load import parse_instrument
from equipoise.instruments.model import Instrument
from equipoise.instruments.scoring import score, score_forms
from equipoise.numerics.rng import stream

FOLDER = Path(equipoise.__file__).parent / "library" / "instruments"
N_FORMS = 1_000_000
BUDGET = 5.0  # seconds


def instrument(name: str) -> Instrument:
    """An instrument of the library."""
    text = (FOLDER / f"{name}.toml").read_text("utf-8")
    return parse_instrument(text, origin=name)


def forms(scale: Instrument, *, items: int) -> pd.DataFrame:
    """A million complete forms with the first so many items."""
    draw = stream(1, "benchmark", "scoring")
    return pd.DataFrame(
        {
            name: draw.integers(*item.range, N_FORMS, endpoint=True).astype(float)
            for name, item in list(scale.items.items())[:items]
        }
    )


def answers(scale: Instrument, *, shuffled: bool) -> pd.DataFrame:
    """The same, long and categorical: one person each, at most twenty items."""
    wide = forms(scale, items=20)
    names, n_items = list(wide.columns), wide.shape[1]
    people = [f"P{number:07d}" for number in range(N_FORMS)]
    rows = N_FORMS * n_items
    order = np.arange(rows)
    if shuffled:
        order = stream(2, "benchmark", "scoring").permutation(rows)
    category = pd.Categorical.from_codes
    return pd.DataFrame(
        {
            "participant": category(order // n_items, categories=pd.Index(people)),
            "visit": category(np.zeros(rows, dtype=int), categories=pd.Index(["w2"])),
            "timepoint_min": pd.array(np.zeros(rows, dtype=int), dtype="Int64"),
            "instrument": category(
                np.zeros(rows, dtype=int), categories=pd.Index([scale.id])
            ),
            "item": category(order % n_items, categories=pd.Index(names)),
            "value": wide.to_numpy().reshape(-1)[order],
        }
    )


def within_budget(benchmark: Any, work: Callable[[], object]) -> None:
    """Measure, and fail above the budget."""
    benchmark.pedantic(work, rounds=3, iterations=1)
    if benchmark.enabled:
        assert benchmark.stats["min"] < BUDGET


@pytest.mark.parametrize("name", ["caps5", "pcl5", "qids_sr16", "iesr"])
def test_a_million_forms(benchmark: Any, name: str) -> None:
    """Wide: one column per item."""
    scale = instrument(name)
    wide = forms(scale, items=len(scale.items))
    within_budget(benchmark, lambda: score_forms(scale, wide))


@pytest.mark.parametrize("shuffled", [False, True], ids=["sorted", "shuffled"])
@pytest.mark.parametrize("name", ["madrs", "pcl5"])
def test_a_long_table_of_a_million_forms(
    benchmark: Any, name: str, shuffled: bool
) -> None:
    """Long: one row per answer."""
    scale = instrument(name)
    long = answers(scale, shuffled=shuffled)
    within_budget(benchmark, lambda: score(long, {name: scale}))
