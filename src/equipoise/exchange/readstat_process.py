"""Program that reads a file of SPSS, Stata or SAS, in a process of its own.

The C library of pyreadstat ends its process on some damaged files. ``statistical_files``
therefore runs this file as a program, which imports nothing of Equipoise, and reads its
answer from standard output.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

STATED = (
    "column_names",
    "column_labels",
    "number_rows",
    "original_variable_types",
    "readstat_variable_types",
    "variable_value_labels",
    "missing_ranges",
    "missing_user_values",
)


def answer(
    path: str,
    function: str,
    options: dict[str, Any],
    *,
    user_missing: bool,
    most_rows: int,
    most_cells: int,
) -> dict[str, Any]:
    """What the file contains, or ``large`` if it contains too much.

    Args:
        path: of the file.
        function: of pyreadstat.
        options: of the function, for the metadata and for the data.
        user_missing: True to read codes that the file declares missing.
        most_rows: rows that are read at most.
        most_cells: cells that are read at most.
    """
    import pyreadstat

    read = getattr(pyreadstat, function)
    _, told = read(path, metadataonly=True, output_format="dict", **options)
    rows = max(told.number_rows or 0, 0)
    if rows > most_rows or max(rows, 1) * len(told.column_names) > most_cells:
        return {"large": True}
    if user_missing:
        options = options | {"user_missing": True}
    columns, told = read(path, row_limit=most_rows + 1, output_format="dict", **options)
    stated = {name: getattr(told, name) for name in STATED}
    labels = stated["variable_value_labels"].items()
    stated["variable_value_labels"] = {n: list(codes.items()) for n, codes in labels}
    return stated | {"columns": [list(columns[name]) for name in told.column_names]}


def tagged(value: Any) -> dict[str, Any]:
    """A date, time or duration in JSON, which has none."""
    if isinstance(value, timedelta):
        return {"$timedelta": value.total_seconds()}
    for kind in (datetime, date, time):
        if isinstance(value, kind):
            return {f"${kind.__name__}": value.isoformat()}
    raise TypeError(type(value).__name__)


def limited(megabytes: int) -> None:
    """Limits the memory of this process, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        size = megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


if __name__ == "__main__":
    request = json.loads(sys.argv[1])
    limited(request.pop("megabytes"))
    try:
        result = answer(**request)
    except MemoryError:
        result = {"large": True}
    json.dump(result, sys.stdout, default=tagged)
