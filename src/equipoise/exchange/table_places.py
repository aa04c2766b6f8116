"""Numbers for the rows and cells of a table, from the values of many columns of files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from equipoise.dataset.coded_texts import is_coded, joined
from equipoise.exchange.files import ROW

VARYING = ("participant", "visit", "timepoint_min", ROW)  # others: one in each column
MOST = 2**62  # of numbers for places
DENSE = 20  # numbers for each row of which a table is made
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Places:
    """Where each value belongs in a table: its row, and its cell.

    Attributes:
        rows: a number for each row of the table, from 0, in the order of its key.
        cells: a number for each cell, the same for the same cell.
        fields: names of the columns, in their order.
        field: position of the column of each value in ``fields``.
        first: whether a value is the first one of its cell.
    """

    def __init__(self, keys: Sequence[str], parts: Sequence[pd.DataFrame]) -> None:
        self.rows = np.zeros(sum(map(len, parts)), dtype=np.int64)
        most = 1
        for column in keys:
            codes, distinct = codes_of_parts(parts, column)
            if most * distinct > MOST:
                self.rows, most = ranked(self.rows, most)
            if distinct > 1:
                self.rows, most = self.rows * distinct + codes, most * distinct
        self.rows, count = ranked(self.rows, most)
        self.field, _ = codes_of_parts(parts, "field")
        self.fields = sorted({str(part["field"].iloc[0]) for part in parts})
        self.cells = self.rows * len(self.fields) + self.field
        self.first: Mask = np.zeros(len(self.rows), dtype=bool)
        self.first[heads(self.cells, count * len(self.fields))] = True


def ranked(numbers: Codes, most: int) -> tuple[Codes, int]:
    """Numbers from 0 without gaps, in the same order, and how many there are.

    Args:
        numbers: all less than ``most``.
        most: as stated.
    """
    if most > DENSE * len(numbers) + 1_000:
        found, distinct = pd.factorize(numbers, sort=True)
        return np.asarray(found, dtype=np.int64), len(distinct)
    used = np.zeros(most, dtype=bool)
    used[numbers] = True
    ranks = used.cumsum() - 1
    return ranks[numbers], int(used.sum())


def heads(numbers: Codes, most: int) -> Codes:
    """Position of the first of each number that is there."""
    found = np.full(most, -1, dtype=np.int64)
    found[numbers[::-1]] = np.arange(len(numbers))[::-1]
    return found[found >= 0]


def codes_of_parts(parts: Sequence[pd.DataFrame], column: str) -> tuple[Codes, int]:
    """A number for each value of a column in their order, and the number of numbers.

    A missing value has the last one.
    """
    if column in VARYING:
        values = joined([part[column] for part in parts])
        if is_coded(values):
            codes = values.cat.codes.to_numpy().astype(np.int64)
            most = len(values.cat.categories)
            codes[codes < 0] = most
            return codes, most + 1
        if values.isna().all():
            return np.zeros(len(values), dtype=np.int64), 1
        codes, distinct = pd.factorize(values, sort=True, use_na_sentinel=False)
        return codes.astype(np.int64), len(distinct)
    firsts = pd.Series([part[column].iloc[0] for part in parts], dtype=object)
    codes, distinct = pd.factorize(firsts, sort=True, use_na_sentinel=False)
    return np.repeat(codes.astype(np.int64), [len(part) for part in parts]), len(
        distinct
    )
