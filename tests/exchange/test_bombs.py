"""Files that claim or contain too much are rejected early, and damaged ones by a code."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.errors import EquipoiseError
from equipoise.exchange.files import read_source
from equipoise.exchange.mapping import File

MEGABYTES, SECONDS = 500, 30  # patience on a busy machine; alone each takes under 5 s
PROGRAM = """
import re, sys
from itertools import pairwise
from pathlib import Path
from equipoise.errors import EquipoiseError
from equipoise.exchange.files import read_source
from equipoise.exchange.mapping import File
try:
    read_source(Path(sys.argv[1]), File())
except EquipoiseError as refusal:
    # Not getrusage: its maximum includes that of the process which started this one.
    status = Path("/proc/self/status").read_text()
    print(refusal.code, re.search(r"VmHWM:\\s+(\\d+)", status)[1])
"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
END = b"</sheetData></worksheet>"
ROW = b'<row r="1"><c r="A1"><v>1</v></c></row>'


def workbook(folder: Path, pieces: Iterator[bytes]) -> Path:
    """A workbook with this text as its sheet."""
    base, path = folder / "base.xlsx", folder / "a.xlsx"
    openpyxl.Workbook().save(base)
    with ZipFile(base) as old, ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != SHEET:
                new.writestr(name, old.read(name))
        with new.open(SHEET, "w", force_zip64=True) as sheet:
            for piece in pieces:
                sheet.write(piece)
    return path


def rows() -> Iterator[bytes]:
    yield HEAD
    for n in range(1, 1_200_000, 1_000):
        yield b"".join(
            b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (i, i)
            for i in range(n, n + 1_000)
        )
    yield END


def one_cell() -> Iterator[bytes]:
    yield HEAD + b'<row r="1"><c r="A1" t="inlineStr"><is><t>'
    for _ in range(300):
        yield bytes([120]) * 1_000_000
    yield b"</t></is></c></row>" + END


def entities() -> Iterator[bytes]:
    names = "abcdefghij"
    pairs = pairwise(names)
    levels = (f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairs)
    yield f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{"".join(levels)}]>'.encode() + HEAD
    yield b'<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c></row>' + END


def text(name: str, content: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(content)
        return folder / name

    return write


def sheet(*pieces: bytes) -> Callable[[Path], Path]:
    return lambda folder: workbook(folder, iter((HEAD, *pieces)))


def null_rows(folder: Path) -> Path:
    pq.write_table(
        pa.table({"id": pa.nulls(30_000_000, pa.int8())}), folder / "a.parquet"
    )
    return folder / "a.parquet"


def many_sheets(folder: Path) -> Path:
    book = openpyxl.Workbook()
    for n in range(1_000):
        book.create_sheet(f"s{n}").append([n, n])
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def repeated_rows(folder: Path) -> Path:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    cell = (
        '<t:table-cell o:value-type="string"><x:p>1</x:p></t:table-cell></t:table-row>'
    )
    with ZipFile(folder / "a.ods", "w") as archive:
        archive.writestr(
            "content.xml",
            f'<o:document-content xmlns:o="{names}:office:1.0" '
            f'xmlns:t="{names}:table:1.0" xmlns:x="{names}:text:1.0"><o:body>'
            f'<o:spreadsheet><t:table t:name="a"><t:table-row>{cell}<t:table-row '
            f't:number-rows-repeated="1000000000">{cell}</t:table></o:spreadsheet>'
            "</o:body></o:document-content>",
        )
    return folder / "a.ods"


BOMBS: dict[str, Callable[[Path], Path]] = {
    "1.2 million rows": lambda folder: workbook(folder, rows()),
    "a cell of 300 MB": lambda folder: workbook(folder, one_cell()),
    "entities": lambda folder: workbook(folder, entities()),
    "row 1e9": sheet(
        ROW, b'<row r="1000000000"><c r="A1000000000"><v>1</v></c></row>', END
    ),
    "2 million empty rows": sheet(ROW, b"<row/>" * 2_000_000, END),
    "3 million nested elements": sheet(b"<a>" * 3_000_000, b"</a>" * 3_000_000, END),
    "200,000 merged ranges": sheet(
        ROW,
        b"</sheetData><mergeCells>",
        b'<mergeCell ref="A1:XFD1048576"/>' * 200_000,
        b"</mergeCells></worksheet>",
    ),
    "30 million rows of Parquet": null_rows,
    "200,000 columns": text("a.csv", ",".join(["c"] * 200_000) + "\n"),
    "30,000 rows of 3,000 columns": text("a.csv", ("," * 2_999 + "\n") * 30_000),
    "a line of 150 MB": text("a.csv", "x" * 150_000_000),
    "1,000 sheets": many_sheets,
    "a billion repeated rows": repeated_rows,
    "10 million brackets": text("a.json", "[" * 10_000_000),
    "3 million lines of JSON": text(
        "a.ndjson", '{"columns":[]}\n' + "[1]\n" * 3_000_000
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_rejected_in_little_memory(tmp_path: Path, bomb: str) -> None:
    path = BOMBS[bomb](tmp_path)
    done = subprocess.run(  # noqa: S603 - this interpreter and our text
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    code, kilobytes = done.stdout.split()
    assert code in ("EQ340", "EQ341", "EQ342", "EQ351")
    assert int(kilobytes) < MEGABYTES * 1_024


FRAME = pd.DataFrame({"id": ["P1", "P2"], "madrs": [30.0, 28.5], "note": ["ä", ""]})


def valid(folder: Path, suffix: str) -> bytes:
    """A valid file of a format."""
    path = folder / f"valid{suffix}"
    writers: dict[str, Callable[[], Any]] = {
        ".csv": lambda: FRAME.to_csv(path, index=False),
        ".xlsx": lambda: FRAME.to_excel(path, index=False),
        ".parquet": lambda: FRAME.to_parquet(path),
        ".sav": lambda: pyreadstat.write_sav(FRAME, str(path)),
        ".dta": lambda: pyreadstat.write_dta(FRAME, str(path)),
        ".xpt": lambda: pyreadstat.write_xport(FRAME, str(path), table_name="A"),
        ".json": lambda: path.write_text(
            '{"datasetJSONVersion": "1.1.0", "columns": [{"name": "id"}, {"name": "x"}],'
            ' "rows": [["P1", 1], ["P2", null]]}'
        ),
    }
    if not path.exists():
        writers[suffix]()
    return path.read_bytes()


@pytest.mark.parametrize(
    ("suffix", "examples"),
    [
        (".csv", 60),
        (".xlsx", 60),
        (".parquet", 60),
        (".json", 60),
        (".sav", 6),
        (".dta", 6),
        (".xpt", 6),
    ],
)
def test_a_damaged_file_is_read_or_rejected_with_a_code(
    tmp_path: Path, suffix: str, examples: int
) -> None:
    """Cut short, or with bytes changed: never an error of a library, never a crash."""
    raw = valid(tmp_path, suffix)
    place = st.integers(0, len(raw) - 1)
    changes = st.lists(st.tuples(place, st.integers(0, 255)), max_size=8)

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(st.one_of(st.just(len(raw)), place), changes)
    def damaged(length: int, changed: list[tuple[int, int]]) -> None:
        content = bytearray(raw)
        for at, value in changed:
            content[at] = value
        path = tmp_path / f"damaged{suffix}"
        path.write_bytes(content[:length])
        with suppress(EquipoiseError):
            read_source(path, File())

    damaged()
