"""The one door for tables: whatever holds rows and columns becomes a pandas frame.

Polars, PyArrow, Modin, Dask, DuckDB and other tables are read through narwhals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from equipoise.errors import AnalysisError
from equipoise.errors.counted import counted

TABLES = (
    "a pandas, polars, PyArrow or Dask table, a dictionary of columns, a list of "
    "dictionaries, a NumPy structured array, or the path of a Parquet or CSV file"
)


def as_frame(data: Any, where: str = "frame") -> pd.DataFrame:
    """The table as a pandas frame; a pandas frame is returned unchanged.

    Args:
        data: a pandas, polars, PyArrow, Modin or Dask table, or a lazy one, which is
            collected; a dictionary of columns; a list of dictionaries; a NumPy
            structured array; or the path of a Parquet or CSV file.
        where: argument that the message names.

    Raises:
        AnalysisError: EQ412, it is not a table, or its columns cannot be named.
    """
    if isinstance(data, pd.DataFrame):
        frame = data
    elif is_path(data):
        frame = _read_file(str(data), where)
    elif isinstance(data, pd.Series) or np.isscalar(data) or data is None:
        raise not_a_table(data, where)
    elif isinstance(data, Mapping):
        frame = _made(data, where)
    elif isinstance(data, np.ndarray):
        if data.dtype.names is None:
            raise not_a_table(data, where)
        frame = _made({name: data[name] for name in data.dtype.names}, where)
    elif isinstance(data, Sequence):
        if not data or not all(isinstance(row, Mapping) for row in data):
            raise not_a_table(data, where)
        frame = _made(data, where)
    else:
        frame = _through_narwhals(data, where)
    if isinstance(frame.columns, pd.MultiIndex):
        raise AnalysisError.single(
            "EQ412",
            "the columns have a MultiIndex",
            where=where,
            fix="give each column one name: frame.columns = [...]",
        )
    return frame


def columns_of(frame: pd.DataFrame, names: Iterable[str], where: str) -> pd.DataFrame:
    """Columns by name.

    Raises:
        AnalysisError: EQ401, a column is absent; EQ412, two columns have its name.
    """
    names = list(names)
    absent = [name for name in names if name not in frame.columns]
    if absent:
        raise absent_columns(absent, list(map(str, frame.columns)), where)
    if not frame.columns.is_unique:
        several = [n for n in names if (frame.columns == n).sum() > 1]
        if several:
            raise AnalysisError.single(
                "EQ412",
                f"{len(several)} names belong to several columns: {', '.join(several)}",
                where=where,
                fix="give each column a name of its own",
            )
    return frame[names]


def absent_columns(absent: list[str], known: list[str], where: str) -> AnalysisError:
    """The error EQ401, with the columns that there are."""
    shown = ", ".join(sorted(known)[:40]) or "(none)"
    more = len(known) - 40
    return AnalysisError.single(
        "EQ401",
        f"there is no column {', '.join(map(repr, absent))}",
        where=where,
        fix=f"columns: {shown}" + (f" and {more} more" if more > 0 else ""),
    )


def is_path(data: Any) -> bool:
    """Whether this names a file."""
    return isinstance(data, str) or hasattr(data, "__fspath__")


def with_weights(
    frame: pd.DataFrame, weights: Any, where: str = "weights"
) -> tuple[pd.DataFrame, str | None]:
    """The frame with its weights as a column, and the name of that column.

    Args:
        frame: rows.
        weights: name of a column, one number for each row, or None. A series is matched
            by its index.
        where: argument that the message names.

    Raises:
        AnalysisError: EQ412, the weights do not belong to the rows.
    """
    if weights is None or isinstance(weights, str):
        return frame, weights
    if isinstance(weights, pd.Series):
        if not weights.index.equals(frame.index):
            same = (
                weights.index.is_unique
                and frame.index.is_unique
                and len(weights) == len(frame)
                and frame.index.isin(weights.index).all()
            )
            if not same:
                raise AnalysisError.single(
                    "EQ412",
                    "the index of the weights is not that of the frame",
                    where=where,
                    fix="give weights.to_numpy() in the order of the rows, or the name "
                    "of a column",
                )
            weights = weights.reindex(frame.index)
        values = weights
    else:
        try:
            values = np.asarray(weights)
        except (TypeError, ValueError):
            values = np.empty(0)
        if values.ndim != 1 or len(values) != len(frame):
            raise AnalysisError.single(
                "EQ412",
                f"weights of shape {values.shape} for {counted(len(frame), 'row')}",
                where=where,
                fix="give one weight for each row, or the name of a column",
            )
    name = "(weights)"
    return frame.assign(**{name: values}), name


def not_a_table(data: Any, where: str) -> AnalysisError:
    """The error EQ412."""
    return AnalysisError.single(
        "EQ412",
        f"{type(data).__module__}.{type(data).__name__} is not a table",
        where=where,
        fix=f"give {TABLES}",
    )


def _made(data: Any, where: str) -> pd.DataFrame:
    try:
        return pd.DataFrame(data)
    except (TypeError, ValueError) as error:
        raise AnalysisError.single(
            "EQ412",
            f"the columns do not make a table: {str(error).splitlines()[0]}",
            where=where,
            fix="give columns of one length",
        ) from error


def _through_narwhals(data: Any, where: str) -> pd.DataFrame:
    import narwhals as nw  # only where a frame is not of pandas

    table = nw.from_native(data, pass_through=True)
    try:
        if isinstance(table, nw.LazyFrame):
            table = table.collect()
        if isinstance(table, nw.DataFrame):
            return pd.DataFrame(table.to_pandas())
    except ImportError as error:
        raise AnalysisError.single(
            "EQ412",
            f"a table of {type(data).__module__} cannot be read without {error.name}",
            where=where,
            fix=f"install {error.name}, or give a pandas frame",
        ) from error
    raise not_a_table(data, where)


def _read_file(path: str, where: str) -> pd.DataFrame:
    """A CSV file, or Parquet for any other name, by PyArrow."""
    try:
        import pyarrow as pa  # half a second, only where a file is read
        import pyarrow.csv
        import pyarrow.dataset
    except ImportError as error:
        raise AnalysisError.single(
            "EQ412",
            f"a file cannot be read without {error.name}",
            where=f"{where} {path}",
            fix="install pyarrow, or give a frame in memory",
        ) from error
    empty = pyarrow.csv.ConvertOptions(strings_can_be_null=True)
    kinds = {
        True: pyarrow.dataset.CsvFileFormat(convert_options=empty),
        False: pyarrow.dataset.ParquetFileFormat(),
    }
    try:
        data = pyarrow.dataset.dataset(
            path, format=kinds[path.lower().endswith(".csv")]
        )
        return pd.DataFrame(data.to_table().to_pandas())
    except (OSError, pa.ArrowException) as error:
        raise AnalysisError.single(
            "EQ410",
            f"cannot be read: {str(error).splitlines()[0]}",
            where=f"{where} {path}",
            fix="give the path of a Parquet or CSV file",
        ) from error
