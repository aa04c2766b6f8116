"""Text files: the cells are those of Python's csv, whatever the text."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from equipoise.dataset.coded_texts import plain
from equipoise.errors import DataError
from equipoise.exchange import text_file
from equipoise.exchange.files import read_for_draft, read_source
from equipoise.exchange.mapping import File
from equipoise.exchange.text_file import read_text

CHARACTERS = st.text(alphabet='ab1 ,;"\n\r\t|é\u2028', max_size=60)


def rows_of(text: str) -> list[list[str]] | None:
    """The rows of a text, None if it is refused."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(text.encode())
        try:
            (grid,) = read_text(path, File(delimiter=","))
        except DataError:
            return None
    cells = plain(grid.cells).to_numpy(dtype=object)
    return [[str(cell) for cell in row if cell is not pd.NA] for row in cells]


@given(CHARACTERS)
@example('"')
@example('a,"b\nc"\n1,2')
@example('a,b\n1,"2\n3,4\n')
@example("a,b\r1,2\r\n3\n")
def test_the_cells_are_those_of_csv(text: str) -> None:
    expected = list(csv.reader(io.StringIO(text, newline="")))
    marked = list(csv.reader(io.StringIO(text + "\n<end>", newline="")))
    found = rows_of(text)
    if found is None:
        assert marked[-1:] != [["<end>"]]  # a quotation mark that is never closed
    else:
        assert found == [[cell.strip() for cell in row] for row in expected]


@given(st.lists(st.lists(st.text(max_size=5), min_size=2, max_size=2), max_size=9))
def test_a_long_file_is_read_in_parts(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["id", "x"], *rows])
    if "\0" in text.getvalue() or "\ufeff" in text.getvalue():
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_file, "CHUNK", 2)
        found = rows_of(text.getvalue())
    expected = csv.reader(io.StringIO(text.getvalue(), newline=""))
    assert found == [[cell.strip() for cell in row] for row in expected]


def written(folder: Path, content: bytes, name: str = "a.csv") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_a_quotation_mark_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b'id,say\nA,"x\nB,y\nC,z\n')
    with pytest.raises(DataError, match="never closed"):
        read_source(path, File())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognized_and_reported(
    tmp_path: Path, encoding: str
) -> None:
    path = written(tmp_path, "id,name\nA,Zoë\nB,Ana\n".encode(encoding))
    source, keys = read_for_draft(path, File())
    assert source.cells["name"].tolist() == ["Zoë", "Ana"]
    assert "without a byte order mark" in source.notes[0]
    assert keys == {"encoding": encoding}
    assert read_source(path, File.model_validate(keys)).cells.equals(source.cells)


def test_a_file_that_is_not_utf_8_is_proposed_as_western_windows(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, "id,name\nA,Zoë\nB,Ana\n".encode("cp1252"))
    with pytest.raises(DataError, match="--encoding cp1252"):
        read_source(path, File())
    source, keys = read_for_draft(path, File())
    assert source.cells["name"].tolist() == ["Zoë", "Ana"]
    assert keys == {"encoding": "cp1252"}
    assert "CHECK" in source.notes[0]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("stated", [True, False])
def test_a_mark_is_not_part_of_the_first_name(
    tmp_path: Path, mark: str, stated: bool
) -> None:
    path = written(tmp_path, "id,x\nA,1\n".encode(mark))
    encoding = mark.removesuffix("-sig") if stated else None
    assert list(read_source(path, File(encoding=encoding)).cells) == ["id", "x"]


def test_the_line_sep_states_the_delimiter(tmp_path: Path) -> None:
    path = written(tmp_path, b"sep=;\r\nid;madrs\r\nA;30,5\r\n")
    for how in (File(), File(delimiter=";")):
        source = read_source(path, how)
        assert source.cells.to_numpy().tolist() == [["A", "30,5"]]
        assert source.cells.index.tolist() == [2]


@pytest.mark.parametrize(
    ("name", "text", "names"),
    [
        ("a.tsv", "id\tx, y, z\nA\t1\nB\t2\n", ["id", "x, y, z"]),
        ("a.tsv", "id,x\nA,1\nB,2\n", ["id", "x"]),
        ("a.csv", "id;x\nA;1,5\nB;2,5\n", ["id", "x"]),
        ("a.csv", "id;x;y\nA;1,5;2,5\nB;2,5;3,5\n", ["id", "x", "y"]),
        ("a.csv", "id,x; y,z\nA,1,2\nB,1,2\n", ["id", "x; y", "z"]),
        ("a.txt", "id|x\nA|1\n", ["id", "x"]),
        ("a.csv", "Trial, part 1\nid;x;y\nA;1;2\nB;2;3\n", ["id", "x", "y"]),
    ],
)
def test_the_delimiter_divides_the_rows_evenly(
    tmp_path: Path, name: str, text: str, names: list[str]
) -> None:
    source = read_source(written(tmp_path, text.encode(), name), File())
    assert list(source.cells) == names


def test_the_delimiter_may_be_called_tab() -> None:
    assert File.model_validate({"delimiter": "tab"}).delimiter == "\t"


def test_more_columns_than_a_spreadsheet_has_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b",".join([b"a"] * 200_000) + b"\n1\n")
    with pytest.raises(DataError, match="columns"):
        read_source(path, File())
