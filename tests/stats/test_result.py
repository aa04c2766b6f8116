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


@dataclass(frozen=True, repr=False)
class Replicated(Result):
    """A result with a method ``table``, as those of reference-based imputation."""

    replicates: np.ndarray
    estimate: np.ndarray

    def table(self) -> pd.DataFrame:
        return pd.DataFrame({"visit": [1, 2], "estimate": self.estimate})


def test_a_result_with_a_table_shows_it_and_names_its_arrays() -> None:
    result = Replicated(np.zeros((172, 2)), np.array([0.5, np.nan]))
    assert str(result).split("\n") == [
        "Replicated()",
        "table:",
        "visit estimate",
        "    1      0.5",
        "    2       NA",
        "Also: replicates (172 x 2), estimate (2)",
    ]


def test_a_notebook_shows_numbers_and_tables_that_scroll() -> None:
    table = pd.DataFrame({"arm": ["<i>", "b"], "survival": [1.0, 0.123456]})
    page = Example(0.0123456, (-1.0, None), 30, "log", table)._repr_html_()
    assert "0.01235" in page
    assert "0.1235" in page
    assert "&lt;i&gt;" in page
    assert "<i>" not in page
    assert page.count("overflow-x:auto") == 2
    assert page.count("<div") == page.count("</div>")
