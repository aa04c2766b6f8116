"""Where rows of an export go: CSV, XLSX or Parquet, a table at a time, in bounded memory.

The same rows give the same bytes: no time, no name of a machine, and no order that
depends on anything but the rows is in a file.

A text in CSV that begins with ``= + - @``, their full-width forms, a tab, a line break or
an apostrophe has one apostrophe put before it, so that no spreadsheet computes it; whoever
reads the file takes one apostrophe from the beginning of every text that has one. In a
workbook texts are inline strings, which a spreadsheet never computes. It has a writer of
our own, because libraries put the time of writing into the file, and what they have
written so far into files with a name, which outlive a process that is killed.

Source: ECMA-376, Office Open XML, part 1, sections 18.2 (workbooks) and 18.3 (sheets).
"""

from __future__ import annotations

import re
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from equipoise.dataset.tables import Table

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can hold
PIECE = 1 << 20
ROWS = 20_000  # of a row group


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


class Sink(ABC):
    """Takes rows of any table, and puts its files into an archive at the end."""

    kind = ""  # ending of the name of a file

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._columns = {n: [c.name for c in t.columns] for n, t in tables.items()}
        self._files = {name: [temporary()] for name in tables}

    @abstractmethod
    def add(self, table: str, row: Cells) -> None:
        """Takes a row."""

    def finish(self, archive: ZipFile, beside: Mapping[str, str]) -> None:
        """Writes every file into the archive, and texts beside the tables by name."""
        for name, (file,) in self._files.items():
            pour(file, archive, f"{name}.{self.kind}")
        lay(beside, archive)

    def drop(self) -> None:
        """Gives up: closes what is open; what it still holds may have no room."""
        for file in chain.from_iterable(self._files.values()):
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
        """Takes a row."""
        self._line(table, [written(row.get(name)) for name in self._columns[table]])

    def _line(self, table: str, cells: list[str]) -> None:
        self._files[table][-1].write((",".join(cells) + "\n").encode())


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
            (file,) = self._files[name]
            self._writers[name] = pq.ParquetWriter(file, schema, compression="zstd")
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
        super().finish(archive, beside)

    def drop(self) -> None:
        """Closes what is open."""
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
    """A text that no spreadsheet takes for a formula."""
    return MARK + text if text.startswith((*DANGEROUS, MARK)) else text


def written(value: Cell) -> str:
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


MOST_ROWS = 1_048_576  # that a sheet can hold; more go on in another sheet
LONGEST_TITLE = 31  # characters of the name of a sheet
LONGEST = 32_767  # characters that a cell can hold
TEXT = "text"  # head of a sheet that holds the lines of a text
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Characters that XML cannot hold are written as Excel does; so is what looks like one.
ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)


class WorkbookSink(Sink):
    """One sheet for each table; a table that is too long goes on in another sheet.

    A text beside the tables has a sheet of its own after them, a line a row, below the
    head ``text``. A line that no cell can hold goes on in the next cell of its row.
    """

    def __init__(self, tables: Mapping[str, Table], most: int = MOST_ROWS) -> None:
        super().__init__(tables)
        self._most = most
        self._rows: dict[str, int] = {}
        for name in tables:
            self._begin(name)

    def add(self, table: str, row: Cells) -> None:
        """Takes a row."""
        self._row(table, [row.get(name) for name in self._columns[table]])

    def finish(self, archive: ZipFile, beside: Mapping[str, str]) -> None:
        """Writes the workbook into an archive: the archive is the workbook."""
        for name, text in beside.items():
            self._beside(name, text)
        titles: list[str] = []
        for name, files in self._files.items():
            for part, file in enumerate(files, start=1):
                file.write(b"</sheetData></worksheet>")
                titles.append(_title(name, part, titles))
                pour(file, archive, f"xl/worksheets/sheet{len(titles)}.xml")
        lay({path: HEAD + text for path, text in _frame(titles).items()}, archive)

    def _beside(self, name: str, text: str) -> None:
        """A text, which is longer than a cell can hold, line by line."""
        self._columns[name], self._files[name] = [TEXT], [temporary()]
        self._begin(name)
        for line in text.removesuffix("\n").split("\n"):
            pieces = range(0, max(len(line), 1), LONGEST)
            self._row(name, [line[at : at + LONGEST] for at in pieces])

    def _begin(self, table: str) -> None:
        head = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'
        self._files[table][-1].write(head.encode())
        self._rows[table] = 0
        self._row(table, list(self._columns[table]))

    def _row(self, table: str, cells: list[Cell]) -> None:
        if self._rows[table] >= self._most:
            self._files[table].append(temporary())
            self._begin(table)
        self._rows[table] += 1
        text = "".join(map(_cell, cells))
        self._files[table][-1].write(f"<row>{text}</row>".encode())


def _title(name: str, part: int, taken: list[str]) -> str:
    """Name of a sheet: as that of the table, but short enough, and unlike any other."""
    end = "" if part == 1 else f" ({part})"
    title = name[: LONGEST_TITLE - len(end)] + end
    while title in taken:
        part += 1
        title = _title(name, part, [])
    return title


def _cell(value: Cell) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    text = value.isoformat(sep=" ") if isinstance(value, datetime) else value
    text = ODD.sub(lambda m: f"_x{ord(m[0]):04X}_", text[:LONGEST])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _frame(titles: list[str]) -> dict[str, str]:
    """The parts of a workbook around its sheets."""
    types = sheets = links = ""
    for n, title in enumerate(titles, start=1):
        types += (
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            f'ContentType="{SHEET}.worksheet+xml"/>'
        )
        sheets += f'<sheet name="{escape(title)}" sheetId="{n}" r:id="rId{n}"/>'
        links += (
            f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" '
            f'Target="worksheets/sheet{n}.xml"/>'
        )
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">'
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{SHEET}.sheet.main+xml"/>'
        f"{types}</Types>",
        "_rels/.rels": f'{relations}<Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"{relations}{links}</Relationships>",
    }
