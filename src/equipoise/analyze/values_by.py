"""The values of a table by arm, visit or minute, split once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NOBODY: NDArray[np.float64] = np.array([])


def values_by(
    table: pd.DataFrame, keys: Sequence[str], column: str = "value"
) -> dict[Any, NDArray[np.float64]]:
    """Numbers of a column by the combinations of two or more other columns.

    To choose the rows of each arm at each visit, one after another, takes ten times as
    long.

    Args:
        table: with these columns.
        keys: at least two columns; a row without one of them is excluded.
        column: of numbers.

    Returns:
        By tuple of keys the values in the order of the rows, missing ones as NaN; a
        combination without a row is absent (``get`` it with ``NOBODY``).

    Example:
        >>> table = pd.DataFrame({"visit": ["a", "a"], "arm": ["x", "y"]})
        >>> values_by(table.assign(value=[1, 2]), ["visit", "arm"])["a", "y"]
        array([2.])
    """
    values = table[column].to_numpy(float, na_value=np.nan)
    groups = table.groupby(list(keys), observed=True).indices
    return {key: values[places] for key, places in groups.items()}
