"""The findings of small trials, as the page shows them."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pandas as pd

import equipoise as eq
from equipoise.report.inspection.findings import Findings
from tests.exchange.small import TUTORIAL, protocol


@cache
def findings(*changes: tuple[int, str, str]) -> Findings:
    """Those of the tutorial, with some cells changed: row from 0, column, text."""
    frame = pd.read_csv(TUTORIAL / "export.csv", dtype=str, keep_default_na=False)
    for row, column, text in changes:
        frame.loc[row, column] = text
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export.csv"
        frame.to_csv(file, index=False)
        mapping = TUTORIAL / "mapping.toml"
        return eq.inspect_data(file, protocol(), mapping=mapping).findings


WRONG = ((1, "madrs_03", "9"), (11, "visit_date", "01-01-2026"), (4, "madrs_sum", "55"))
