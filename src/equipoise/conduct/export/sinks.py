"""Where rows of an export go: CSV, XLSX or Parquet, a table at a time, in bounded memory.

The same rows give the same bytes: no time, no name of a machine, and no order that
depends on anything but the rows is in a file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import IO, Any, Protocol
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from equipoise.dataset.tables import Table

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold
PIECE = 1 << 20
ROWS = 20_000  # of a row group


class Sink(Protocol):
    """Takes rows of any table, and puts its files into an archive at the end."""

    def add(self, table: str, row: Cells) -> None:
        """Takes a row."""

    def finish(self, archive: ZipFile, beside: Mapping[str, str]) -> None:
        """Writes every file into the archive, and texts beside the tables by name."""

    def drop(self) -> None:
        """Gives up: closes what is open, and keeps nothing."""


def close(files: Iterable[IO[bytes]]) -> None:
    """Closes temporary files; what they still hold may have no room."""
    for file in files:
        with suppress(OSError):
            file.close()


def temporary() -> IO[bytes]:
    """A file without a name, gone when it is closed."""
    return tempfile.TemporaryFile()  # closed by whoever reads it last


def entry(name: str) -> ZipInfo:
    """A member of an archive that holds no time and no rights."""
    info = ZipInfo(name, EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def pour(source: IO[bytes], archive: ZipFile, name: str) -> None:
    """Copies a temporary file into an archive, piece by piece, and closes it."""
    source.seek(0)
    with archive.open(entry(name), "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            target.write(piece)
    source.close()


def lay(texts: Mapping[str, str], archive: ZipFile) -> None:
    """Puts texts into an archive as files."""
    for name, text in texts.items():
        archive.writestr(entry(name), text)


class CsvSink:
    """A CSV file for each table: UTF-8, texts in quotes, safe against formulas."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._columns = {n: [c.name for c in t.columns] for n, t in tables.items()}
        self._files = {name: temporary() for name in tables}
        for name, columns in self._columns.items():
            self._line(name, columns)

    def add(self, table: str, row: Cells) -> None:
        """Takes a row."""
        self._line(table, [written(row.get(name)) for name in self._columns[table]])

    def finish(self, archive: ZipFile, beside: Mapping[str, str]) -> None:
        """Writes every file into the archive."""
        for name, file in self._files.items():
            pour(file, archive, f"{name}.csv")
        lay(beside, archive)

    def drop(self) -> None:
        """Closes what is open."""
        close(self._files.values())

    def _line(self, table: str, cells: list[str]) -> None:
        self._files[table].write((",".join(cells) + "\n").encode())


class ParquetSink:
    """A Parquet file for each table, with the types of the data contract."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {
            "text": pa.string(),
            "number": pa.float64(),
            "integer": pa.int64(),
            "datetime": pa.timestamp("ns"),
            "flag": pa.bool_(),
        }
        self._batch: Any = pa.RecordBatch
        self._schemas = {
            name: pa.schema([(c.name, types[c.type]) for c in table.columns])
            for name, table in tables.items()
        }
        self._files = {name: temporary() for name in tables}
        self._writers = {
            name: pq.ParquetWriter(self._files[name], schema, compression="zstd")
            for name, schema in self._schemas.items()
        }
        self._held: dict[str, list[Cells]] = {name: [] for name in tables}

    def add(self, table: str, row: Cells) -> None:
        """Takes a row."""
        held = self._held[table]
        held.append(row)
        if len(held) >= ROWS:
            self._write(table)

    def finish(self, archive: ZipFile, beside: Mapping[str, str]) -> None:
        """Writes every file into the archive."""
        for name, writer in self._writers.items():
            self._write(name)
            writer.close()
            pour(self._files[name], archive, f"{name}.parquet")
        lay(beside, archive)

    def drop(self) -> None:
        """Closes what is open."""
        for writer in self._writers.values():
            with suppress(OSError, ValueError):
                writer.close()
        close(self._files.values())

    def _write(self, table: str) -> None:
        schema, held = self._schemas[table], self._held[table]
        columns = {n: [row.get(n) for row in held] for n in schema.names}
        self._writers[table].write_batch(
            self._batch.from_pydict(columns, schema=schema)
        )
        held.clear()


Cell = str | float | int | bool | datetime | None
Cells = dict[str, Cell]  # column -> value of a row
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return MARK + text if text.startswith((*DANGEROUS, MARK)) else text


def restored(text: str) -> str:
    """The text that was there before ``harmless``."""
    return text.removeprefix(MARK)


def written(value: str | float | int | bool | datetime | None) -> str:
    """A value as it stands in a CSV file; nothing for a missing value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, str):
        return '"' + harmless(value).replace('"', '""') + '"'
    return repr(value)
