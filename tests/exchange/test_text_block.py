"""Lines that are split at once have the cells of Python's csv, or are not split."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.exchange import text_block, text_file
from equipoise.exchange.files import Source, read_source
from equipoise.exchange.mapping import File
from equipoise.exchange.text_block import regular_columns

LINES = st.text(alphabet='ab1 ,"\n\r\u00e9\u2028\ufeff', min_size=1, max_size=40)
CELL = st.sampled_from(
    ["a", "", " b ", '"a"', '""', '"x y"', "1.0", '"a,b"', "é", "NA"]
)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12)


def split(text: str) -> list[list[str]] | None:
    """The rows of regular lines."""
    with patch.object(text_block, "LEAST", 1):
        found = regular_columns(text.encode(), ",", 99)
    if found is None:
        return None
    columns = [[texts[code] for code in codes] for codes, texts in found]
    return [list(row) for row in zip(*columns, strict=True)]


@given(LINES)
@example('a,b\n"a",b\n')
@example('a,b\n"a"",b\n')
@example("\ufeffa,b\n1,2\n")
@example("a,b\n\n")
@example('a,b\n,"\n')
def test_regular_lines_have_the_cells_of_csv(text: str) -> None:
    found = split(text)
    if found is not None:
        assert found == list(csv.reader(io.StringIO(text, newline="")))


@given(ROWS)
def test_lines_of_plain_cells_are_regular(rows: list[list[str]]) -> None:
    text = "".join(",".join(row) + "\n" for row in rows)
    if any("," in cell for row in rows for cell in row):
        assert split(text) is None
    else:
        assert split(text) == list(csv.reader(io.StringIO(text)))


def test_a_line_that_csv_would_reject_is_not_regular() -> None:
    assert split("a,b\n" + "x" * 131_073 + ",1\n") is None


def table(text: str, *, at_once: bool) -> Source | str:
    """The table of a text in small blocks, read at once or row by row."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(text.encode())
        least = 1 if at_once else 10**9
        with (
            patch.object(text_block, "LEAST", least),
            patch.object(text_file, "FIRST_BLOCK", 8),
            patch.object(text_file, "BLOCK", 16),
        ):
            try:
                return read_source(path, File(delimiter=","))
            except DataError as refusal:
                return str(refusal)


HEADS = st.sampled_from(["", "Title\n", "\n", '"A, B"\n'])
FOOTS = st.sampled_from(["", "\n", "Total,,3\n", "Source: registry 2026\n", "a,b\n"])
ENDS = st.sampled_from(["\n", "\r\n"])


@given(HEADS, ROWS, FOOTS, ENDS)
def test_both_ways_read_the_same_table(
    head: str, rows: list[list[str]], foot: str, end: str
) -> None:
    lines = [f"P-{n},{','.join(row[1:])}" for n, row in enumerate(rows)]
    text = f"{head}id,x,y\n" + "".join(f"{line}\n" for line in lines) + foot
    quick, careful = (
        table(text.replace("\n", end), at_once=at_once) for at_once in (True, False)
    )
    if isinstance(quick, str) or isinstance(careful, str):
        assert quick == careful
        return
    pd.testing.assert_frame_equal(quick.cells, careful.cells)
    assert quick.notes == careful.notes
    assert quick.repeated == careful.repeated
