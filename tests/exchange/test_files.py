"""Files of every kind become the same table of texts, or say why not."""

import csv
import datetime as dt
import sys
from importlib.resources import files as data_files
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest

from equipoise.errors import DataError, EquipoiseError, LibraryError
from equipoise.exchange.data import read_data
from equipoise.exchange.files import is_data_file, read_for_draft, read_source
from equipoise.exchange.grid import MOST_ROWS, package
from equipoise.exchange.mapping import File
from equipoise.exchange.protocols import load_protocol

TEXT = "id,name,dose\nA,Zoë,1.5\nB,,2\n"
ROWS = [["A", "Zoë", "1.5"], ["B", "", "2"]]


def cells(path: Path, **how: object) -> list[list[str]]:
    return read_source(path, File.model_validate(how)).cells.to_numpy().tolist()


def refused(path: Path, **how: object) -> EquipoiseError:
    with pytest.raises(EquipoiseError) as refusal:
        cells(path, **how)
    return refusal.value


def written(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_recognized_by_its_mark(tmp_path: Path, encoding: str) -> None:
    assert cells(written(tmp_path, TEXT.encode(encoding))) == ROWS


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_another_encoding_is_refused_until_it_is_stated(
    tmp_path: Path, encoding: str
) -> None:
    path = written(tmp_path, TEXT.encode(encoding))
    refusal = refused(path)
    assert refusal.code == "EQ340"
    assert "encoding =" in refusal.problems[0].fix
    assert cells(path, encoding=encoding) == ROWS


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    assert refused(written(tmp_path, TEXT), encoding="klingon").code == "EQ340"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_that_of_the_first_line(
    tmp_path: Path, delimiter: str
) -> None:
    assert cells(written(tmp_path, TEXT.replace(",", delimiter))) == ROWS


def test_a_delimiter_can_be_stated(tmp_path: Path) -> None:
    path = written(tmp_path, "a:b\n1,5:2\n")
    assert cells(path, delimiter=":") == [["1,5", "2"]]


def test_windows_lines_quotes_spaces_and_blank_lines(tmp_path: Path) -> None:
    path = written(tmp_path, 'id,say\r\n\r\n A ,"x, ""y"""\r\n\r\n')
    source = read_source(path, File())
    assert source.cells.to_numpy().tolist() == [["A", 'x, "y"']]
    assert source.cells.index.tolist() == [3]


def test_a_text_that_looks_missing_stays_as_it_is(tmp_path: Path) -> None:
    assert cells(written(tmp_path, "id,a\nNA,null\n")) == [["NA", "null"]]


@pytest.mark.parametrize("content", ["", "\n", "id,a\n", "id,a\n,\n"])
def test_a_file_without_rows_is_refused(tmp_path: Path, content: str) -> None:
    assert refused(written(tmp_path, content)).code == "EQ341"


def test_uneven_rows_are_refused_by_number(tmp_path: Path) -> None:
    refusal = refused(written(tmp_path, "a,b\n1,2\n1\n1,2,3\n"))
    assert refusal.code == "EQ342"
    assert refusal.records is not None
    assert refusal.records.to_numpy().tolist() == [[3, 1], [4, 3]]


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    content = 'a,b\n1,"' + "x" * 200_000 + '"\n'
    assert refused(written(tmp_path, content)).code == "EQ342"


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    assert refused(written(tmp_path, TEXT, "a.rds")).code == "EQ346"


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="EQ002"):
        cells(tmp_path / "a.csv")


def workbook(folder: Path) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "notes"
    first.append(["nothing here"])
    sheet = book.create_sheet("data")
    sheet.append(["id", "dose", "when", "at", "done", None])
    midnight = dt.datetime.fromisoformat("2026-03-04")
    sheet.append(["A", 2.0, midnight, midnight.replace(hour=9, minute=30), True])
    sheet.append(["B", 1.5, None, None, None])
    path = folder / "a.xlsx"
    book.save(path)
    return path


def test_a_workbook_is_read_as_it_would_be_exported(tmp_path: Path) -> None:
    assert cells(workbook(tmp_path), sheet="data") == [
        ["A", "2", "2026-03-04", "2026-03-04 09:30:00", "True"],
        ["B", "1.5", "", "", ""],
    ]


def test_of_several_sheets_none_is_read_until_one_is_stated(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    refusal = refused(path)
    assert refusal.code == "EQ351"
    assert 'sheet = "data"' in refusal.problems[0].fix
    refusal = refused(path, sheet="Data")
    assert refusal.code == "EQ342"
    assert "notes, data" in refusal.problems[0].fix


def test_a_draft_reads_the_sheet_that_looks_like_data_and_says_so(
    tmp_path: Path,
) -> None:
    source, keys = read_for_draft(workbook(tmp_path), File())
    assert source.cells["id"].tolist() == ["A", "B"]
    assert keys == {"sheet": "data"}
    assert any("'notes'" in note for note in source.notes)
    assert any(
        "'notes'" in n for n in read_source(workbook(tmp_path), File(**keys)).notes
    )


def test_a_parquet_file_is_read_with_its_missing_values(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": pd.array(["A", "B"], dtype="string"),
            "n": pd.array([1, None], dtype="Int64"),
            "x": [1.5, float("nan")],
            "d": [dt.date(2026, 3, 4), None],
            "t": pd.to_datetime(["2026-03-04T10:00", None]),
        }
    )
    frame.to_parquet(tmp_path / "a.parquet")
    assert cells(tmp_path / "a.parquet") == [
        ["A", "1", "1.5", "2026-03-04", "2026-03-04 10:00:00"],
        ["B", "", "", "", ""],
    ]


def test_a_package_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(DataError, match="openpyxl") as refusal:
        package("openpyxl", tmp_path / "a.xlsx")
    assert refusal.value.code == "EQ346"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("random.xlsx", bytes(range(256)) * 12),
        ("empty.xlsx", b"PK\x05\x06" + b"\0" * 18),
        ("broken.parquet", b"PAR1" + bytes(range(256)) * 12 + b"PAR1"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match="EQ340"):
        read_source(tmp_path / name, File())


def test_a_row_beyond_all_sheets_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.cell(row=1, column=1, value="a")
    book.active.cell(row=MOST_ROWS, column=1, value=1)
    book.save(tmp_path / "far.xlsx")
    changed = tmp_path / "further.xlsx"
    with ZipFile(tmp_path / "far.xlsx") as old, ZipFile(changed, "w") as new:
        for part in old.namelist():
            text = old.read(part).replace(b"1048576", b"1000000000")
            new.writestr(part, text)
    with pytest.raises(DataError, match="more than 1,048,576 rows"):
        read_source(changed, File())


def test_the_data_files_of_a_folder_are_known_by_name_and_content(
    tmp_path: Path,
) -> None:
    contents = {
        "a.csv": TEXT,
        "~$a.xlsx": "owner",
        "._a.csv": "macOS",
        "results.json": '{"estimates": []}',
        "dm.json": '{"datasetJSONVersion": "1.1.0"}',
        "notes.md": "x",
    }
    for name, content in contents.items():
        written(tmp_path, content, name)
    found = sorted(p.name for p in tmp_path.iterdir() if is_data_file(p))
    assert found == ["a.csv", "dm.json"]


def test_a_text_file_is_coded_and_its_cells_are_the_same_texts(tmp_path: Path) -> None:
    lines = [f"P{n % 7},{n % 3},{' x ' if n % 2 else ''}" for n in range(3_000)]
    path = written(tmp_path, "id,visit,note\n" + "\n".join(lines))
    source = read_source(path, File())
    assert all(isinstance(kind, pd.CategoricalDtype) for kind in source.table.dtypes)
    assert {str(kind) for kind in source.cells.dtypes} == {"string"}
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    assert source.cells.to_numpy().tolist() == rows
    assert source.table.astype(object).to_numpy().tolist() == rows


def test_a_long_file_is_read_by_its_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain texts of every cell would take a tenth of the time."""

    def made(table: pd.DataFrame) -> pd.DataFrame:
        raise AssertionError("plain texts of every cell were made")

    monkeypatch.setattr("equipoise.exchange.files.plain", made)
    path = data_files("equipoise.library") / "data" / "antidepressant.csv"
    data = read_data(str(path), load_protocol("antidepressant"))
    assert len(data.recorded_scores) == 608 + 172  # of each row, and of each baseline
