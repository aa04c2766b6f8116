"""Reads a Parquet file as texts."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from equipoise.errors import DataError
from equipoise.exchange.grid import (
    MOST_CELLS,
    MOST_ROWS,
    Grid,
    as_text,
    bounded,
    package,
    without_blanks,
)
from equipoise.exchange.mapping import File
from equipoise.exchange.statistical_files import single_precision

MOST_BYTES = 400_000_000  # when decompressed


def read_parquet(path: Path, how: File) -> tuple[Grid, ...]:
    """The table of a Parquet file.

    A column of texts is read by its dictionary, so that a text that occurs in a million
    rows is held once.

    Args:
        path: of the file.
        how: not used; a Parquet file states its types.

    Raises:
        DataError: EQ340, it is too large; EQ342, a column holds lists or tables; EQ346,
            a package is not installed.
    """
    package("pyarrow", path)
    pyarrow = import_module("pyarrow")
    parquet = import_module("pyarrow.parquet")
    told = parquet.read_metadata(path)
    bounded(path, told.num_rows, told.num_rows * told.num_columns)
    if sum(told.row_group(n).total_byte_size for n in range(told.num_row_groups)) > (
        MOST_BYTES
    ):
        bounded(path, MOST_ROWS + 1, MOST_CELLS + 1)
    schema = parquet.read_schema(path)
    nested = [f.name for f in schema if pyarrow.types.is_nested(f.type)]
    if nested:
        raise DataError.single(
            "EQ342",
            f"columns of {path.name} hold lists or tables: {', '.join(nested)}",
            where=path.name,
            fix="write one value in each cell, or leave these columns out",
        )
    texts = [f.name for f in schema if pyarrow.types.is_string(f.type)]
    table = parquet.read_table(path, read_dictionary=texts, use_threads=False)
    numbers = [f.name for f in schema if _is_row_number(pyarrow, f)]
    names = [name for name in table.column_names if name not in numbers]
    columns = [list(_cells(pyarrow, table.column(name))) for name in names]
    # Row 1 would be the header if the table were written as text.
    cells, written = without_blanks(columns, first=2)
    notes = ("Row numbers that pandas stored are not read.",) if numbers else ()
    return (Grid(cells, names=tuple(names), notes=notes, written=written),)


def _is_row_number(pyarrow: Any, column: Any) -> bool:
    """Whether pandas added the column, to store the numbers of the rows."""
    added = column.name.startswith("__index_level_")
    return bool(added and pyarrow.types.is_integer(column.type))


def _cells(pyarrow: Any, column: Any) -> Iterator[str]:
    for chunk in column.chunks:
        if pyarrow.types.is_dictionary(chunk.type):
            texts = [as_text(value) for value in chunk.dictionary.to_pylist()]
            codes = chunk.indices.to_pylist()
            yield from ("" if code is None else texts[code] for code in codes)
        elif pyarrow.types.is_timestamp(chunk.type):
            yield from map(as_text, chunk.to_pandas())
        elif pyarrow.types.is_float32(chunk.type):
            yield from map(single_precision, chunk.to_pylist())
        elif pyarrow.types.is_binary(chunk.type):
            texts = chunk.cast(pyarrow.string()).to_pylist()
            yield from map(as_text, texts)
        else:
            yield from map(as_text, chunk.to_pylist())
