"""Writers of export files: CSV, XLSX or Parquet, in bounded memory.

The same rows give the same bytes: a file contains no time and no name of a machine, and
its order depends on the rows only.

A text in CSV that begins with ``= + - @``, their full-width forms, a tab, a line break or
an apostrophe gets one apostrophe before it, so that no spreadsheet computes it; readers of
the file remove one apostrophe from the start of every text that has one. In a workbook
texts are strings, which a spreadsheet never computes.
"""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import IO, Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings

from equipoise.dataset.tables import Table

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time of a zip file
EXPORTS = "exports"  # private folder of the trial
PIECE = 1 << 20
ROWS = 20_000  # of a row group


def temporary() -> IO[bytes]:
    """A file without a name, deleted when it is closed."""
    return tempfile.TemporaryFile()  # closed by its last reader


def entry(name: str) -> ZipInfo:
    """A member of an archive without time and permissions."""
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


class Sink(ABC):
    """Accepts rows of any table, and writes its files into an archive at the end."""

    kind = ""  # ending of the name of a file

    def __init__(
        self, tables: Mapping[str, Table], files: Iterable[str] | None = None
    ) -> None:
        self._columns = {n: [c.name for c in t.columns] for n, t in tables.items()}
        self._files = {n: temporary() for n in (tables if files is None else files)}

    @abstractmethod
    def add(self, table: str, row: Cells) -> None:
        """Adds a row."""

    def finish(self, archive: ZipFile, beside: Mapping[str, str]) -> None:
        """Writes every file into the archive, and further texts by name."""
        for name, file in self._files.items():
            pour(file, archive, f"{name}.{self.kind}")
        lay(beside, archive)

    def drop(self) -> None:
        """Closes open files after an error; their buffers may have no room."""
        for file in self._files.values():
            with suppress(OSError):
                file.close()


class CsvSink(Sink):
    """A CSV file for each table: UTF-8, texts in quotes, safe against formulas."""

    kind = "csv"

    def __init__(self, tables: Mapping[str, Table]) -> None:
        super().__init__(tables)
        for name, columns in self._columns.items():
            self._line(name, columns)

    def add(self, table: str, row: Cells) -> None:
        """Adds a row."""
        self._line(table, [written(row.get(name)) for name in self._columns[table]])

    def _line(self, table: str, cells: list[str]) -> None:
        self._files[table].write((",".join(cells) + "\n").encode())


class ParquetSink(Sink):
    """A Parquet file for each table, with the types of the data contract."""

    kind = "parquet"

    def __init__(self, tables: Mapping[str, Table]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        super().__init__(tables)
        types = {
            "text": pa.string(),
            "number": pa.float64(),
            "integer": pa.int64(),
            "datetime": pa.timestamp("ns"),
            "flag": pa.bool_(),
        }
        self._batch: Any = pa.RecordBatch
        self._writers: dict[str, Any] = {}
        for name, table in tables.items():
            schema = pa.schema([(c.name, types[c.type]) for c in table.columns])
            file = self._files[name]
            self._writers[name] = pq.ParquetWriter(file, schema, compression="zstd")
        self._held: dict[str, list[Cells]] = {name: [] for name in tables}

    def add(self, table: str, row: Cells) -> None:
        """Adds a row."""
        held = self._held[table]
        held.append(row)
        if len(held) >= ROWS:
            self._write(table)

    def finish(self, archive: ZipFile, beside: Mapping[str, str]) -> None:
        """Writes every file into the archive."""
        for name, writer in self._writers.items():
            self._write(name)
            writer.close()
        super().finish(archive, beside)

    def drop(self) -> None:
        """Closes open files."""
        for writer in self._writers.values():
            with suppress(OSError, ValueError):
                writer.close()
        super().drop()

    def _write(self, table: str) -> None:
        writer, held = self._writers[table], self._held[table]
        columns = {n: [row.get(n) for row in held] for n in self._columns[table]}
        writer.write_batch(self._batch.from_pydict(columns, schema=writer.schema))
        held.clear()


Cell = str | float | int | bool | datetime | None
Cells = dict[str, Cell]  # column -> value of a row
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"


def harmless(text: str) -> str:
    """A text that no spreadsheet interprets as a formula."""
    return MARK + text if text.startswith((*DANGEROUS, MARK)) else text


def written(value: Cell) -> str:
    """A value as text of a CSV file; empty for a missing value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, str):
        return '"' + harmless(value).replace('"', '""') + '"'
    return repr(value)


MOST_ROWS = 1_048_576  # of a sheet; more rows continue in another sheet
LONGEST_TITLE = 31  # characters of the name of a sheet
LONGEST = 32_767  # characters of a cell
BOOK = "workbook"  # the one file of all sheets
TEXT = "text"  # header of a sheet with the lines of a text


class WorkbookSink(Sink):
    """One sheet for each table; a table that is too long continues in another sheet.

    A further text has a separate sheet after the tables, one row per line, below the
    header ``text``. A line that is too long for a cell continues in the next cell.
    Numbers have 16 digits, one more than a spreadsheet stores.
    """

    def __init__(self, tables: Mapping[str, Table], most: int = MOST_ROWS) -> None:
        from xlsxwriter import Workbook

        super().__init__(tables, files=[BOOK])
        self._folder = tempfile.TemporaryDirectory(dir=_private())
        options = {"constant_memory": True, "tmpdir": self._folder.name}
        self._book = Workbook(self._files[BOOK], options)
        self._book.set_properties({"created": datetime(*EPOCH, tzinfo=UTC)})
        self._book.use_zip64()
        self._most, self._rows = most, dict.fromkeys(tables, 0)
        self._sheets: dict[str, list[Any]] = {name: [] for name in tables}
        for name in tables:
            self._begin(name)

    def add(self, table: str, row: Cells) -> None:
        """Adds a row."""
        self._row(table, [row.get(name) for name in self._columns[table]])

    def finish(self, archive: ZipFile, beside: Mapping[str, str]) -> None:
        """Writes the workbook into an archive: the archive is the workbook."""
        for name, text in beside.items():
            self._beside(name, text)
        sheets = chain.from_iterable(self._sheets.values())
        self._book.worksheets_objs[:] = sheets  # continuations next to their start
        self._book.close()
        with ZipFile(self._files[BOOK]) as made:
            for name in made.namelist():
                pour(made.open(name), archive, name)
        self.drop()

    def drop(self) -> None:
        """Closes open files, and removes the incomplete workbook."""
        super().drop()
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
        with suppress(OSError):
            self._folder.cleanup()

    def _beside(self, name: str, text: str) -> None:
        """A text that is too long for one cell, line by line."""
        self._columns[name], self._sheets[name] = [TEXT], []
        self._begin(name)
        for line in text.removesuffix("\n").split("\n"):
            pieces = range(0, max(len(line), 1), LONGEST)
            self._row(name, [line[at : at + LONGEST] for at in pieces])

    def _begin(self, table: str) -> None:
        taken = {sheet.name.lower() for sheet in self._book.worksheets()}
        title = _title(table, len(self._sheets[table]) + 1, taken)
        self._sheets[table].append(self._book.add_worksheet(title))
        self._rows[table] = 0
        self._row(table, list(self._columns[table]))

    def _row(self, table: str, cells: list[Cell]) -> None:
        if self._rows[table] >= self._most:
            self._begin(table)
        sheet, row = self._sheets[table][-1], self._rows[table]
        self._rows[table] += 1
        for column, value in enumerate(cells):
            if isinstance(value, bool):
                sheet.write_boolean(row, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value)
            elif value is not None:
                text = value if isinstance(value, str) else value.isoformat(sep=" ")
                sheet.write_string(row, column, text[:LONGEST])


Format = Literal["csv", "xlsx", "parquet"]
README = """\
CSV: UTF-8, one file for each table, texts in quotes, nothing where a value is missing.
A text that begins with = + - @ (also full-width), a tab, a line break or an apostrophe
has one apostrophe before it, so that no spreadsheet computes it; take one apostrophe
from the beginning of every text that has one to have the text as it was entered.
codebook.csv describes every column of every table.
"""


@dataclass(frozen=True, slots=True)
class FormatEntry:
    """One format of an export."""

    label: str  # on a button
    suffix: str  # of the name of the file
    sink: Callable[[Mapping[str, Table]], Sink]
    # Whether ``snapshot.json`` is beside the tables; a workbook is for people.
    described: bool = True
    texts: Mapping[str, str] = field(default_factory=dict)  # further files, by name


FORMATS: dict[Format, FormatEntry] = {
    "csv": FormatEntry("CSV", "csv.zip", CsvSink, texts={"README.txt": README}),
    "xlsx": FormatEntry("Excel", "xlsx", WorkbookSink, described=False),
    "parquet": FormatEntry("Parquet", "parquet.zip", ParquetSink),
}


def _private() -> Path | None:
    """Folder of an incomplete workbook, which is emptied when the server starts."""
    home = Path(settings.HOME)
    if not home.is_dir():
        return None
    made = home / EXPORTS
    made.mkdir(mode=0o700, exist_ok=True)
    return made


def _title(name: str, part: int, taken: Collection[str]) -> str:
    """Name of a sheet: that of the table, short enough and unique."""
    end = "" if part == 1 else f" ({part})"
    title = name[: LONGEST_TITLE - len(end)] + end
    return _title(name, part + 1, taken) if title.lower() in taken else title
