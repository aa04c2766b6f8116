"""The results of a grid as one tidy table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from equipoise.simulate.operating_characteristics.grid import Cell
from equipoise.simulate.operating_characteristics.outcome import outcome
from equipoise.simulate.random_draws import Floats

KEYS = ("size", "effect", "dropout", "design", "endpoint")


def grid_table(
    cells: Sequence[Cell],
    found: Sequence[Floats],
    true_values: Mapping[float, Mapping[str, float]],
) -> pd.DataFrame:
    """One row an endpoint of a cell.

    Args:
        cells: of a grid.
        found: answers of each cell.
        true_values: factor of the effect -> true difference of each continuous endpoint.

    Returns:
        ``KEYS``, then the columns of ``outcome``; what a design or an endpoint does not
        have is missing.
    """
    parts = []
    for cell, answers in zip(cells, found, strict=True):
        rows = outcome(cell.run, answers, true_values[cell.effect])
        for place, name in enumerate(KEYS[:-1]):
            rows.insert(place, name, getattr(cell, name))
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)
