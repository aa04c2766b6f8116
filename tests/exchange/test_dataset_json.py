"""CDISC Dataset-JSON: what the standard allows is read, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.errors import DataError
from equipoise.exchange.dataset_json import is_dataset_json
from equipoise.exchange.files import Source, read_source
from equipoise.exchange.mapping import File
from tests.shared_data import shared

COLUMNS = [
    {"itemOID": "A", "name": "USUBJID", "label": "Subject", "dataType": "string"},
    {"itemOID": "B", "name": "AVAL", "label": "Value", "dataType": "float"},
]
ROWS: list[list[Any]] = [["P1", 30], ["P2", 0], ["P3", None], ["P4", 25.1]]


def dataset(**changes: Any) -> dict[str, Any]:
    rows = changes.get("rows", ROWS)
    told = {
        "datasetJSONCreationDateTime": "2026-03-04T09:30:00",
        "datasetJSONVersion": "1.1.0",
        "itemGroupOID": "IG.X",
        "records": len(rows),
        "name": "X",
        "label": "X",
        "columns": COLUMNS,
        "rows": rows,
    }
    return {k: v for k, v in (told | changes).items() if v is not None}


def written(folder: Path, content: Any, name: str = "x.json") -> Path:
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, "utf-8")
    return path


def source(path: Path) -> Source:
    return read_source(path, File())


def refused(path: Path) -> tuple[str, str]:
    with pytest.raises(DataError) as refusal:
        source(path)
    return refusal.value.code, refusal.value.problems[0].what


def test_null_is_missing_and_zero_is_zero(tmp_path: Path) -> None:
    read = source(written(tmp_path, dataset()))
    assert read.cells["AVAL"].tolist() == ["30", "0", "", "25.1"]
    assert read.labels == {"USUBJID": "Subject", "AVAL": "Value"}
    assert read.cells.index.tolist() == [1, 2, 3, 4]


def test_one_row_a_line(tmp_path: Path) -> None:
    told = {key: value for key, value in dataset().items() if key != "rows"}
    lines = map(json.dumps, [told, *ROWS])
    path = written(tmp_path, "\n".join(lines) + "\n", "x.ndjson")
    together = source(written(tmp_path, dataset()))
    assert source(path).cells.equals(together.cells)


@pytest.mark.parametrize(
    ("changes", "code", "word"),
    [
        ({"rows": [*ROWS, ["P5"]]}, "EQ342", "1 row does not have 2 values"),
        ({"rows": [*ROWS, {"USUBJID": "P5"}]}, "EQ342", "1 row does not have 2"),
        ({"rows": [["P1", [1]]]}, "EQ342", "a list or an object"),
        ({"records": 5}, "EQ340", "states 5 as the number of records and contains 4"),
        ({"columns": None}, "EQ346", "not Dataset-JSON 1.1"),
        ({"columns": None, "clinicalData": {}}, "EQ346", "Dataset-JSON 1.0"),
        ({"columns": [{"itemOID": "A"}, {}]}, "EQ342", "a column has no name"),
        ({"columns": ["a", "b"]}, "EQ342", "a column has no name"),
    ],
)
def test_what_is_not_a_dataset_is_rejected(
    tmp_path: Path, changes: dict[str, Any], code: str, word: str
) -> None:
    found, what = refused(written(tmp_path, dataset(**changes)))
    assert found == code
    assert word in what


@pytest.mark.parametrize(
    "text", ["{", "[" * 100_000, '{"a": ' + "9" * 5_000 + "}", "[]"]
)
def test_broken_deep_or_endless_json_is_rejected(tmp_path: Path, text: str) -> None:
    assert refused(written(tmp_path, text))[0] in ("EQ340", "EQ346")


def test_a_number_with_a_format_of_dates_is_noted(tmp_path: Path) -> None:
    dated = [COLUMNS[0], COLUMNS[1] | {"displayFormat": "DATE9."}]
    read = source(written(tmp_path, dataset(columns=dated)))
    (note,) = read.notes
    assert note.startswith("Column AVAL: the format DATE9. shows dates")


def test_other_json_files_are_told_from_datasets(tmp_path: Path) -> None:
    assert not is_dataset_json(written(tmp_path, {"results": []}))
    assert is_dataset_json(shared("data/cdisc/dm.json"))


values = st.one_of(
    st.none(), st.integers(-(10**9), 10**9), st.text(st.characters(codec="utf-8"))
)


@given(st.lists(st.tuples(st.text("abc", min_size=1), values), min_size=1, max_size=9))
def test_every_text_and_integer_is_read_unchanged(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, Any]]
) -> None:
    path = written(tmp_path_factory.mktemp("json"), dataset(rows=rows))
    read = source(path).cells["AVAL"].tolist()
    assert read == ["" if v is None else str(v).strip() for _, v in rows]
