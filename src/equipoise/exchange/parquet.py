"""Reads a Parquet file as texts."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pandas as pd

from equipoise.exchange.grid import Grid, as_text, bounded, cells_of_columns, package
from equipoise.exchange.mapping import File


def read_parquet(path: Path, how: File) -> tuple[Grid, ...]:
    """The table of a Parquet file.

    Raises:
        DataError: EQ340, it is too large; EQ346, a package is not installed.
    """
    package("pyarrow", path)
    told = import_module("pyarrow.parquet").read_metadata(path)
    bounded(path, told.num_rows, told.num_rows * told.num_columns)
    frame = pd.read_parquet(path)
    columns = [[as_text(cell) for cell in frame[name]] for name in frame.columns]
    # Row 1 would be the header if the table were written as text.
    cells = cells_of_columns(columns, first=2)
    return (Grid(cells, names=tuple(str(name) for name in frame.columns)),)
