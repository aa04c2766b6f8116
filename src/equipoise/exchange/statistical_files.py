"""Reads files of SPSS, Stata and SAS as texts, with their labels and missing codes.

A code that the file declares to be missing is read as missing, as its program does, and
counted in a note. Numbers are written with the digits that were entered: a column of
single precision holds 36.6 as 36.599998, and the format of SAS transport files, IBM
floating point, has fewer digits than the numbers of today.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from equipoise.errors import DataError
from equipoise.errors.counted import counted
from equipoise.exchange import readstat_process
from equipoise.exchange.date_formats import not_converted
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

FUNCTIONS = {
    ".sav": "read_sav",
    ".zsav": "read_sav",
    ".por": "read_por",
    ".dta": "read_dta",
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
}
USER_MISSING = ("read_sav", "read_dta", "read_sas7bdat")
MEGABYTES = 4_000  # memory of the process that reads
PATIENCE = 600.0  # seconds
SHORT = 15  # digits that survive the conversion from IBM floating point
RECORD = 80  # bytes of a record of a SAS transport file
MEMBERS = (b"HEADER RECORD*******MEMBER  HEADER", b"HEADER RECORD*******MEMBV8  HEADER")


def read_statistical_file(path: Path, how: File) -> tuple[Grid, ...]:
    """The table of a file of SPSS, Stata or SAS.

    Args:
        path: ``.sav``, ``.zsav``, ``.por``, ``.dta``, ``.sas7bdat`` or ``.xpt``.
        how: its encoding, if the file does not state one.

    Raises:
        DataError: EQ340, it is too large, incomplete, or in another encoding; EQ342, it
            contains several tables; EQ346, a package is not installed.
    """
    package("pyreadstat", path)
    if path.suffix.lower() == ".xpt":
        _transport(path)
    told = _read(path, how)
    rows = max(map(len, told.columns), default=0)
    bounded(path, rows, rows * len(told.columns))
    if told.number_rows is not None and told.number_rows not in (-1, rows):
        raise DataError.single(
            "EQ340",
            f"{path.name} states {counted(told.number_rows, 'row')} and contains "
            f"{rows:,}",
            where=path.name,
            fix="copy or export the file again",
        )
    return (_grid(told, path.suffix.lower()),)


def _read(path: Path, how: File) -> SimpleNamespace:
    """What ``readstat_process`` answers."""
    function = FUNCTIONS[path.suffix.lower()]
    request = {
        "path": str(path.resolve()),
        "function": function,
        "options": {} if how.encoding is None else {"encoding": how.encoding},
        "user_missing": function in USER_MISSING,
        "most_rows": MOST_ROWS,
        "most_cells": MOST_CELLS,
        "megabytes": MEGABYTES,
    }
    command = [sys.executable, "-P", readstat_process.__file__, json.dumps(request)]
    places = os.pathsep.join(place for place in sys.path if place)
    try:
        done = subprocess.run(  # noqa: S603 - this interpreter and a file of ours
            command,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            env=os.environ | {"PYTHONPATH": places},
        )
    except subprocess.TimeoutExpired as error:
        raise _unreadable(path, "its reader did not end") from error
    if done.returncode != 0:  # negative where the C library ended its process
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        cause = lines[-1] if lines else "its reader stopped"
        raise _unreadable(path, cause.rpartition("Error: ")[2])
    told = json.loads(done.stdout, object_hook=_untagged)
    if told.get("large"):
        bounded(path, MOST_ROWS + 1, MOST_CELLS + 1)
    labels = told["variable_value_labels"].items()
    told["variable_value_labels"] = {name: dict(pairs) for name, pairs in labels}
    return SimpleNamespace(**told)


def _untagged(found: dict[str, Any]) -> Any:
    """A date, time or duration from JSON; any other object as it is."""
    if len(found) != 1:
        return found
    ((key, value),) = found.items()
    if key == "$timedelta":
        return timedelta(seconds=value)
    kinds: dict[str, type[date | time]]
    kinds = {"$datetime": datetime, "$date": date, "$time": time}
    return kinds[key].fromisoformat(value) if key in kinds else found


def _grid(told: SimpleNamespace, suffix: str) -> Grid:
    columns, missing, notes = [], {}, []
    for name, values in zip(told.column_names, told.columns, strict=True):
        declared = _Declared(told, name)
        texts = list(_texts(values, told.readstat_variable_types[name], suffix))
        bare = map(str.strip, texts)
        counts = Counter(t for t in bare if declared.has(t)) if declared else Counter()
        columns.append(["" if text.strip() in counts else text for text in texts])
        codes = declared.codes(counts)
        if codes:
            missing[name] = codes
        if counts:
            notes.append(_missing_note(name, counts, declared.labels))
        shown = str(told.original_variable_types.get(name) or "").upper()
        notes += not_converted(name, shown, values)
    choices = {name: _labels(told, name) for name in told.variable_value_labels}
    labels = {
        name: label.strip()
        for name, label in zip(told.column_names, told.column_labels, strict=True)
        if label and label.strip()
    }
    cells, written = without_blanks(columns)
    return Grid(
        cells,
        names=tuple(told.column_names),
        labels=labels,
        choices=choices,
        missing=missing,
        notes=tuple(notes),
        written=written,
    )


class _Declared:
    """Values of a column that the file declares to be missing."""

    def __init__(self, told: SimpleNamespace, name: str) -> None:
        self.ranges = told.missing_ranges.get(name, ())
        self.values = {_code(v) for v in told.missing_user_values.get(name, ())}
        self.number = _is_number(told, name)
        self.labels = _labels(told, name)

    def __bool__(self) -> bool:
        return bool(self.ranges or self.values)

    def has(self, text: str) -> bool:
        if not text:
            return False
        if text in self.values:
            return True
        if not self.number:
            return any(text == str(r["lo"]).strip() for r in self.ranges)
        try:
            number = float(text)
        except ValueError:
            return False
        return any(float(r["lo"]) <= number <= float(r["hi"]) for r in self.ranges)

    def codes(self, seen: Iterable[str]) -> tuple[str, ...]:
        """Each single code that is declared, and those of ranges that were seen."""
        write = _code if self.number else str
        single = [write(r["lo"]) for r in self.ranges if r["lo"] == r["hi"]]
        return tuple(dict.fromkeys([*single, *sorted(self.values), *sorted(seen)]))


def _texts(column: list[Any], kind: str, suffix: str) -> Iterator[str]:
    """The cells of a column as they were entered."""
    if kind == "string":
        # A text of fixed length ends with blanks that nobody entered, but not in Stata.
        ends = "" if suffix == ".dta" else " "
        return ("" if value is None else str(value).rstrip(ends) for value in column)
    write = single_precision if kind == "float" else as_text
    if suffix == ".xpt":
        write = _rounded
    return (_code(v) if isinstance(v, str) else write(v) for v in column)


def single_precision(value: Any) -> str:
    """A number that was stored in single precision, with the digits of that precision.

    Example:
        >>> single_precision(36.599998474121094)
        '36.6'
    """
    if isinstance(value, float) and not value.is_integer() and abs(value) < np.inf:
        return np.format_float_positional(np.float32(value), unique=True, trim="0")
    return as_text(value)


def _rounded(value: Any) -> str:
    if isinstance(value, float) and value == value and not value.is_integer():
        return as_text(float(f"{value:.{SHORT}g}"))
    return as_text(value)


def _is_number(told: SimpleNamespace, name: str) -> bool:
    return bool(told.readstat_variable_types[name] != "string")


def _labels(told: SimpleNamespace, name: str) -> dict[str, str]:
    """Label of each code of a column."""
    write = _code if _is_number(told, name) else str
    labels = told.variable_value_labels.get(name, {})
    return {write(code).strip(): str(label).strip() for code, label in labels.items()}


def _code(code: Any) -> str:
    """A code as Stata and SAS write it: the letter of a missing code after a point."""
    if isinstance(code, str):
        letter = len(code) == 1 and (code.isalpha() or code == "_")
        return f".{code}" if letter else code.strip()
    return as_text(float(code))


def _missing_note(
    name: str, counts: Mapping[str, int], labels: Mapping[str, str]
) -> str:
    parts = [
        f"{code}{f' ({labels[code]})' if labels.get(code) else ''} in "
        + counted(count, "row")
        for code, count in sorted(counts.items())
    ]
    return (
        f"Column {name}: codes that the file declares missing are read as missing: "
        f"{', '.join(parts)}."
    )


def _transport(path: Path) -> None:
    """Rejects a SAS transport file of several tables, or one that was cut."""
    headers, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while record := file.read(RECORD * 10_000):
            if any(member in record for member in MEMBERS):
                starts = range(0, len(record), RECORD)
                headers += sum(
                    record[n : n + RECORD].startswith(MEMBERS) for n in starts
                )
    if headers > 1:
        raise DataError.single(
            "EQ342",
            f"{path.name} contains {counted(headers, 'table')}",
            where=path.name,
            fix="write each table to a transport file of its own",
        )
    if size % RECORD:
        raise DataError.single(
            "EQ340",
            f"{path.name} is incomplete: its size is not a multiple of {RECORD} bytes",
            where=path.name,
            fix="copy it again; a transfer as text damages transport files",
        )


def _unreadable(path: Path, text: str) -> DataError:
    if "conver" in text.lower() or "encoding" in text.lower():
        return DataError.single(
            "EQ340",
            f"{path.name} has texts in another encoding than it states: {text}",
            where=path.name,
            fix='state it under [file]: encoding = "cp1252" (or "latin1", "utf-8")',
        )
    return DataError.single(
        "EQ340",
        f"{path.name} is not a complete {path.suffix.lower()[1:]} file: {text}",
        where=path.name,
        fix="copy or export the file again",
    )
