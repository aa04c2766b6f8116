"""Reads a dataset in CDISC Dataset-JSON 1.1: one JSON object, or one array a line.

Source: CDISC Dataset-JSON 1.1 specification; schema ``dataset-json/model``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from equipoise.errors import DataError
from equipoise.errors.counted import counted
from equipoise.exchange.date_formats import not_converted
from equipoise.exchange.grid import (
    MOST_CELLS,
    MOST_ROWS,
    ROW,
    Grid,
    as_text,
    bounded,
    without_blanks,
)
from equipoise.exchange.mapping import File

MOST_BYTES = 400_000_000
CHUNK = 1 << 20
VERSION = "datasetJSONVersion"


def read_dataset_json(path: Path, how: File) -> tuple[Grid, ...]:
    """The table of a Dataset-JSON file.

    Args:
        path: ``.json``, or ``.ndjson`` with the columns in its first line and a row in
            each further line.
        how: not used; the encoding is UTF-8 by the standard.

    Raises:
        DataError: EQ340, it is too large or not JSON; EQ342, its rows do not fit its
            columns; EQ346, it is another kind of JSON.
    """
    _bounded(path)
    told, rows = _parsed(path)
    names = [_name(path, column) for column in told["columns"]]
    _check(path, told, names, rows)
    cells = [[as_text(row[at]) for row in rows] for at in range(len(names))]
    labels = {
        name: str(column["label"]).strip()
        for name, column in zip(names, told["columns"], strict=True)
        if str(column.get("label") or "").strip()
    }
    texts, written = without_blanks(cells)
    grid = Grid(
        texts,
        names=tuple(names),
        labels=labels,
        notes=tuple(_notes(names, told["columns"], rows)),
        written=written,
    )
    return (grid,)


def is_dataset_json(path: Path) -> bool:
    """Whether a JSON file states that it is a dataset, and is no other JSON."""
    with path.open("rb") as file:
        return VERSION.encode() in file.read(CHUNK)


def _bounded(path: Path) -> None:
    """Rejects a text that would fill the memory when it is parsed."""
    cells = rows = size = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(chunk)
            cells += chunk.count(b",")
            rows += chunk.count(b"[") + chunk.count(b"{")
            bounded(path, rows // 2, cells)
            if size > MOST_BYTES:
                bounded(path, MOST_ROWS + 1, MOST_CELLS + 1)


def _parsed(path: Path) -> tuple[dict[str, Any], list[Any]]:
    try:
        text = path.read_text("utf-8-sig")
        if path.suffix.lower() == ".ndjson":
            first, *lines = (line for line in text.splitlines() if line.strip())
            told = json.loads(first)
            rows: Any = [json.loads(line) for line in lines]
        else:
            told = json.loads(text)
            rows = told.get("rows") if isinstance(told, dict) else None
    except (ValueError, RecursionError) as error:
        raise DataError.single(
            "EQ340",
            f"{path.name} is not valid JSON: {str(error)[:200]}",
            where=path.name,
            fix="copy or export the file again",
        ) from error
    columns = told.get("columns") if isinstance(told, dict) else None
    if not isinstance(columns, list) or not isinstance(rows, list):
        old = isinstance(told, dict) and {"clinicalData", "referenceData"} & set(told)
        raise DataError.single(
            "EQ346",
            f"{path.name} is {'Dataset-JSON 1.0' if old else 'not Dataset-JSON 1.1'}: "
            "it has no list of columns and rows",
            where=path.name,
            fix="export the dataset as Dataset-JSON 1.1, XPT or CSV",
        )
    return told, rows


def _name(path: Path, column: Any) -> str:
    name = column.get("name") if isinstance(column, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise _malformed(path, f"a column has no name: {str(column)[:80]}")
    return name.strip()


def _check(path: Path, told: dict[str, Any], names: list[str], rows: list[Any]) -> None:
    """Each row has a value for each column, and the stated number of rows is there."""
    uneven = [
        (n, len(row) if isinstance(row, list) else 0)
        for n, row in enumerate(rows, start=1)
        if not isinstance(row, list) or len(row) != len(names)
    ]
    if uneven:
        raise _malformed(
            path,
            f"{counted(len(uneven), 'row', 'does')} not have "
            f"{counted(len(names), 'value')}, the number of columns",
            pd.DataFrame(uneven, columns=[ROW, "values"]),
        )
    if any(isinstance(value, list | dict) for row in rows for value in row):
        raise _malformed(path, "a value is a list or an object")
    claimed = told.get("records")
    if claimed is not None and claimed != len(rows):
        raise DataError.single(
            "EQ340",
            f"{path.name} states {claimed} as the number of records and contains "
            f"{len(rows):,}",
            where=path.name,
            fix="copy or export the file again",
        )


def _malformed(path: Path, what: str, records: pd.DataFrame | None = None) -> DataError:
    return DataError.single(
        "EQ342",
        f"{path.name}: {what}",
        where=path.name,
        fix="export the dataset again; a program that checks Dataset-JSON finds the cause",
        records=records,
    )


def _notes(
    names: list[str], columns: Iterable[dict[str, Any]], rows: list[Any]
) -> Iterator[str]:
    """Numbers that a SAS format would show as dates."""
    for at, (name, column) in enumerate(zip(names, columns, strict=True)):
        shown = str(column.get("displayFormat") or "").upper()
        yield from not_converted(name, shown, (row[at] for row in rows))
