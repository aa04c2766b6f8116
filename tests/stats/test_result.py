"""Results print their numbers with their names, rounded for the eye only."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from equipoise.stats.result import Result, table_text


@dataclass(frozen=True, repr=False)
class Example(Result):
    estimate: float
    limits: tuple[float, float | None]
    n: int
    kind: str
    table: pd.DataFrame


def test_numbers_on_one_line_and_tables_below() -> None:
    table = pd.DataFrame({"time": [0.0, 7.0], "survival": [1.0, 0.123456]})
    result = Example(0.0123456, (-12345.678, None), 30, "log", table)
    assert str(result).split("\n") == [
        "Example(estimate=0.01235, limits=(-12345.7, None), n=30, kind='log')",
        "table:",
        "time survival",
        "   0        1",
        "   7   0.1235",
    ]
    assert result.estimate == 0.0123456


def test_large_arrays_are_cut_or_named_by_their_shape() -> None:
    assert table_text(np.zeros((2, 3, 4))) == "array of shape (2, 3, 4)"
    assert len(table_text(np.arange(100.0)).split("\n")) <= 13
